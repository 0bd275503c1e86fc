import assert from "node:assert/strict";
import { test } from "node:test";
import {
  callErrorFrame,
  chunkFrame,
  resultFrame,
} from "../../src/protocol/calls.ts";
import {
  mayBeClientFrame,
  parseClientFrame,
} from "../../src/protocol/frames.ts";
import { pollutes } from "../../src/protocol/pollution.ts";

test("resultFrame() is spelled as Cloudflare's SDK spells it", () => {
  assert.equal(
    resultFrame("1", { a: [1] }),
    '{"done":true,"id":"1","result":{"a":[1]},"success":true,"type":"rpc"}',
  );
  for (const nothing of [undefined, () => {}, Symbol("s")]) {
    assert.equal(
      resultFrame('"', nothing),
      '{"done":true,"id":"\\"","success":true,"type":"rpc"}',
    );
  }
});

test("chunkFrame() is spelled as Cloudflare's SDK spells it", () => {
  assert.equal(
    chunkFrame("1", null),
    '{"done":false,"id":"1","result":null,"success":true,"type":"rpc"}',
  );
});

test("callErrorFrame() has code and issues behind the keys of the base protocol", () => {
  const base = '{"error":"no","id":"1","success":false,"type":"rpc"';
  assert.equal(callErrorFrame("1", "no"), `${base}}`);
  assert.equal(
    callErrorFrame("1", "no", "CODE", [{ message: "m", path: [0, "a"] }]),
    `${base},"code":"CODE","issues":[{"message":"m","path":[0,"a"]}]}`,
  );
});

test("parseClientFrame() accepts roam_cancel with an id, and nothing like it", () => {
  const frame = '{"type":"roam_cancel","id":"1"}';
  assert.equal(mayBeClientFrame(frame), true);
  assert.deepEqual(parseClientFrame(frame), { type: "roam_cancel", id: "1" });
  for (const id of ["1", "null", "{}"]) {
    assert.equal(
      parseClientFrame(`{"type":"roam_cancel","id":${id}}`),
      undefined,
    );
  }
});

const polluting = [
  '{"\\u005f_proto__":1}',
  '{"a":{"__proto__":1}}',
  '{"__proto__":1}',
  '{"a":[{"\\u005f_proto__":{}}]}',
  '{"constructor":{"prototype":{}}}',
  '{"\\u0063onstructor":{"prototype":null}}',
];
for (const text of polluting) {
  test(`pollutes() sees ${text}`, () => {
    assert.equal(pollutes(text, JSON.parse(text)), true);
  });
}

const harmless = [
  '{"a":"__proto__"}',
  '{"constructor":1}',
  '{"prototype":{}}',
  '["\\u0000"]',
  '{"constructor":{"name":"x"}}',
];
for (const text of harmless) {
  test(`pollutes() lets pass ${text}`, () => {
    assert.equal(pollutes(text, JSON.parse(text)), false);
  });
}

test("pollutes() is not deeper than the stack", () => {
  let value: object = [];
  for (let at = 0; at < 200_000; at++) value = [value];
  assert.equal(pollutes("{{__proto__", value), false);
});
