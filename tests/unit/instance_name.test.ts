import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decodeSegment,
  instanceNameProblem,
  MAX_NAME_BYTES,
} from "../../src/protocol/instance_name.ts";

const good = {
  "one character": "a",
  "256 bytes of ASCII": "a".repeat(256),
  "256 bytes of two-byte characters": "é".repeat(128),
  "256 bytes of emoji": "🦊".repeat(64),
  "a space": "a b",
  "a slash": "a/b",
  "dots only, but three": "...",
  "a dot at the start": ".hidden",
  "a percent sign": "100%",
  "right-to-left text": "שלום",
  "a joined emoji": "👩‍👩‍👧",
  "a name that objects inherit": "__proto__",
  "a device name of Windows": "CON",
};

for (const [what, name] of Object.entries(good)) {
  test(`instanceNameProblem() accepts ${what}`, () => {
    assert.equal(instanceNameProblem(name), undefined);
  });
}

const bad: [what: string, name: string, problem: RegExp][] = [
  ["nothing", "", /1 to 256 bytes: received 0/],
  ["257 bytes of ASCII", "a".repeat(257), /1 to 256 bytes: received 257/],
  ["257 bytes of emoji", "🦊".repeat(64) + "a", /received 257/],
  ["257 bytes that are 129 characters", "é".repeat(128) + "a", /received 257/],
  ["a megabyte", "a".repeat(1 << 20), /received 1048576/],
  ["a high surrogate alone", "a\ud800", /lone surrogates/],
  ["a low surrogate alone", "\udc00a", /lone surrogates/],
  ["two surrogates in the wrong order", "\udc00\ud800", /lone surrogates/],
  ["one dot", ".", /must not be "\."/],
  ["two dots", "..", /must not be "\.\."/],
  // Where a proxy unescapes a path before it looks for these.
  ["dots between slashes", "y/../../tool/x", /must not have a part "\.\."/],
  ["one dot between slashes", "a/./b", /must not have a part "\."/],
  ["dots at the end", "a/..", /must not have a part "\.\."/],
  ["dots between backslashes", "a\\..\\b", /must not have a part "\.\."/],
];

test("instanceNameProblem() refuses what is no string, also where it reads like a name", () => {
  for (const name of [undefined, null, 5, {}] as unknown as string[]) {
    assert.match(instanceNameProblem(name)!, /must be a string/);
  }
});

for (const [what, name, problem] of bad) {
  test(`instanceNameProblem() refuses ${what}`, () => {
    assert.match(instanceNameProblem(name)!, problem);
  });
}

test("instanceNameProblem() refuses every control character, at every place", () => {
  for (let code = 0; code < 0x100; code++) {
    const isControl = code < 0x20 || (code >= 0x7f && code <= 0x9f);
    const char = String.fromCharCode(code);
    for (const name of [`${char}ab`, `a${char}b`, `ab${char}`]) {
      const expected = isControl
        ? "name must not contain control characters"
        : undefined;
      assert.equal(instanceNameProblem(name), expected, `code ${code}`);
    }
  }
});

test("MAX_NAME_BYTES is what the messages say", () => {
  assert.equal(MAX_NAME_BYTES, 256);
});

const segments: [segment: string, name: string][] = [
  ["plain", "plain"],
  ["a%20b", "a b"],
  ["a+b", "a+b"],
  ["%2e%2e", ".."],
  ["a%2Fb", "a/b"],
  ["%F0%9F%A6%8A", "🦊"],
  ["%2525", "%25"],
  ["100%", "100%"],
  ["50%%20off", "50% off"],
  ["%zz%20", "%zz "],
  ["%E0%A4", "%E0%A4"],
  ["%C0%AE", "%C0%AE"],
  ["%ED%A0%80", "%ED%A0%80"],
];

for (const [segment, name] of segments) {
  test(`decodeSegment() makes ${JSON.stringify(name)} of ${segment}`, () => {
    assert.equal(decodeSegment(segment), name);
  });
}
