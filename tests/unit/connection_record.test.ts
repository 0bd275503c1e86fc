import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attachment } from "../../src/ports/socket.ts";
import { recordOf, recordText } from "../../src/protocol/connection_record.ts";
import { fromPlain, toPlain } from "../../src/protocol/structured.ts";
import { property } from "../support/random/property.ts";

const record: Attachment = {
  id: "one",
  uri: "http://localhost/agents/chat/one?x=1",
  tags: ["one", "two"],
  state: null,
  protocol: true,
  readonly: false,
  presence: '{"at":1}',
};

function copied(value: unknown): unknown {
  return fromPlain(JSON.parse(JSON.stringify(toPlain(value))));
}

property(
  "structured values: what can be copied comes back",
  fc.anything({
    // An invalid date has a line of its own below: assert finds two unequal.
    values: [
      fc.boolean(),
      fc.integer(),
      fc.double(),
      fc.string(),
      fc.constantFrom(null, undefined),
      fc.date({ noInvalidDate: true }),
    ],
    withBigInt: true,
    withTypedArray: true,
    withSparseArray: false,
    withNullPrototype: false,
  }),
  (value) => assert.deepEqual(copied(value), value),
);

test("structured values: what has no JSON keeps its kind", () => {
  const value = {
    nan: NaN,
    zero: -0,
    nothing: undefined,
    when: new Date(12),
    never: new Date(NaN),
    pattern: /a+/gi,
    bytes: new Uint8Array([1, 2]).buffer,
    view: new DataView(new ArrayBuffer(3)),
    $: "a key of its own",
  };
  const copy = copied(value) as typeof value;
  assert.deepEqual({ ...copy, never: 0 }, { ...value, never: 0 });
  assert.ok(Number.isNaN(copy.never.getTime()));
  assert.ok(Object.is(copy.zero, -0));
  const error = copied(new TypeError("no")) as TypeError;
  assert.ok(error instanceof TypeError);
  assert.equal(error.message, "no");
  assert.equal(copy.view.byteLength, 3);
});

test("structured values: circles and what is there twice stay so", () => {
  const shared = { x: 1 };
  const value: Record<string, unknown> = {
    a: shared,
    b: [shared],
    m: new Map(),
  };
  value.self = value;
  (value.m as Map<unknown, unknown>).set(shared, value);
  const copy = copied(value) as typeof value;
  assert.equal(copy.self, copy);
  assert.equal((copy.b as unknown[])[0], copy.a);
  assert.equal((copy.m as Map<unknown, unknown>).get(copy.a), copy);
});

test("structured values: a key __proto__ is a key", () => {
  const copy = copied(JSON.parse('{"__proto__":{"x":1}}')) as object;
  assert.ok(Object.hasOwn(copy, "__proto__"));
  assert.equal(Object.getPrototypeOf(copy), Object.prototype);
});

for (const value of [() => {}, Symbol("x")]) {
  test(`structured values: a ${typeof value} can't be kept`, () => {
    assert.throws(() => toPlain({ value }), { name: "DataCloneError" });
  });
}

test("a record comes back", () => {
  const state = { seen: new Map([[1, new Date(5)]]) };
  assert.deepEqual(recordOf(recordText({ ...record, state })), {
    ...record,
    state,
  });
});

test("a record of more than 16 KiB is refused", () => {
  const room = 16 * 1024 - recordText({ ...record, state: "" }).length;
  recordText({ ...record, state: "x".repeat(room) });
  assert.throws(
    () => recordText({ ...record, state: "x".repeat(room + 1) }),
    RangeError,
  );
});
