import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { patched } from "../../src/client/patched.ts";
import { writeOperations } from "../../src/client/write_operations.ts";
import { diff } from "../../src/protocol/diff.ts";
import { applyPatch, PatchError } from "../../src/protocol/patch.ts";
import { property } from "../support/random/property.ts";

// Without escapes: JSON.parse of Deno 2.9 takes one key with an escape for another.
const key = fc.oneof(
  fc.constantFrom("a", "b", "c", "1", "2", "constructor", "toString", ""),
  fc.string({ maxLength: 3 }),
).filter((text) => text !== "__proto__" && !/[\\"\p{Cc}]/u.test(text));
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom(0, 1, 2, "x", "y", null, true),
    fc.array(tie("json"), { maxLength: 8 }),
    fc.dictionary(key, tie("json"), { maxKeys: 5 }).map((all) => ({ ...all })),
  ),
}));
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** Two values that have much in common, as two states in a row have. */
const pair = fc.tuple(json, json, fc.array(fc.nat(1000), { maxLength: 6 }))
  .map(([one, other, choices]) => [one, changed(copy(one), other, choices)]);

function changed(value: unknown, other: unknown, choices: number[]): unknown {
  if (choices.length === 0) return other;
  const [choice, ...rest] = choices;
  if (Array.isArray(value) && value.length > 0) {
    const at = choice % value.length;
    if (choice % 3 === 0) value.splice(at, 1);
    else if (choice % 3 === 1) value.splice(at, 0, other);
    else value[at] = changed(value[at], other, rest);
    return value;
  }
  if (typeof value === "object" && value !== null) {
    const record = value as Record<string, unknown>;
    const keys = Object.keys(record);
    const name = keys[choice % keys.length];
    if (name === undefined) return other;
    if (choice % 3 === 0) delete record[name];
    else record[name] = changed(record[name], other, rest);
    return record;
  }
  return other;
}

function assertMakes(previous: unknown, next: unknown): string {
  const text = diff(previous, next)!;
  const made = applyPatch(deepFreeze(previous), JSON.parse(text));
  // As text: the order of keys counts, too.
  assert.equal(JSON.stringify(made), JSON.stringify(next), text);
  assertFrozen(made);
  // The client's way to it.
  assert.equal(
    JSON.stringify(patched(previous, JSON.parse(text))),
    JSON.stringify(next),
  );
  return text;
}

property(
  "diff() and applyPatch() make the next value of the previous one",
  fc.tuple(json, json),
  ([one, other]) => void assertMakes(one, other),
);
property(
  "diff() and applyPatch() make of a value what was changed in it",
  pair,
  ([one, other]) => void assertMakes(one, other),
  20_000,
);

function assertWrites(previous: unknown, next: unknown): string {
  const text = writeOperations(previous, next, Infinity)!;
  const made = applyPatch(deepFreeze(previous), JSON.parse(text));
  assert.equal(JSON.stringify(made), JSON.stringify(next), text);
  return text;
}

property(
  "writeOperations() and applyPatch() make the next value of the previous one",
  fc.tuple(json, json),
  ([one, other]) => void assertWrites(one, other),
);
property(
  "writeOperations() and applyPatch() make of a value what was changed in it",
  pair,
  ([one, other]) => void assertWrites(one, other),
  20_000,
);
property(
  "writeOperations() returns them only where they are short enough",
  fc.tuple(pair, fc.integer({ min: 2, max: 60 })),
  ([[one, other], most]) => {
    const whole = writeOperations(one, other, Infinity)!;
    const bounded = writeOperations(one, other, most);
    assert.equal(bounded, whole.length <= most ? whole : undefined);
  },
);

property(
  "diff() returns its operations only where they are short enough",
  fc.tuple(pair, fc.integer({ min: 2, max: 60 })),
  ([[one, other], most]) => {
    const whole = diff(one, other)!;
    const bounded = diff(one, other, most);
    if (bounded === undefined) return;
    assert.equal(bounded, whole);
    assert.ok(bounded.length <= most);
  },
);

const items = Array.from({ length: 1000 }, (_, id) => ({ id, done: false }));
const EXAMPLES: [
  name: string,
  previous: unknown,
  next: unknown,
  text: string,
][] = [
  ["no change", { a: [1] }, { a: [1] }, "[]"],
  ["one field", { a: 1, b: 2 }, { a: 1, b: 3 }, '[[["b"],3]]'],
  ["a new key", { a: 1 }, { a: 1, b: 2 }, '[[["b"],2]]'],
  ["a key less", { a: 1, b: 2 }, { a: 1 }, '[[["b"]]]'],
  ["another kind", { a: 1 }, [1], "[[[],[1]]]"],
  ["an item's field", { items }, {
    items: items.with(500, { id: 500, done: true }),
  }, '[[["items",500,"done"],true]]'],
  [
    "an item at the end",
    { items },
    { items: [...items, { id: 1 }] },
    '[[["items"],1000,0,[{"id":1}]]]',
  ],
  ["an item at the beginning", [1, 2], [0, 1, 2], "[[[],0,0,[0]]]"],
  ["an item less", [1, 2, 3], [1, 3], "[[[],1,1,[]]]"],
  [
    "a list that moves on",
    [1, 2, 3, 4],
    [2, 3, 4, 5],
    "[[[],0,1,[]],[[],3,0,[5]]]",
  ],
  [
    "keys in another order",
    { o: { a: 1, b: 2 } },
    { o: { b: 2, a: 1 } },
    '[[["o"],{"b":2,"a":1}]]',
  ],
  ["a key in front", { a: 1 }, { b: 2, a: 1 }, '[[[],{"b":2,"a":1}]]'],
  [
    "keys that are numbers, in front",
    { 2: 1, a: 1 },
    { 1: 0, 2: 1, a: 1 },
    '[[["1"],0]]',
  ],
  [
    "all of a part",
    { p: { x: 1, y: 2 }, q: 1 },
    { p: { x: 3, y: 4 }, q: 1 },
    '[[["p"],{"x":3,"y":4}]]',
  ],
];
for (const [name, previous, next, text] of EXAMPLES) {
  test(`diff() is short: ${name}`, () =>
    assert.equal(assertMakes(previous, next), text));
}

for (
  const [name, previous, next, text] of [
    // These it writes in its own way.
    ...EXAMPLES.filter(([name]) =>
      !["a list that moves on", "all of a part"].includes(name)
    ),
    [
      "a list that moves on",
      [1, 2, 3, 4],
      [2, 3, 4, 5],
      "[[[0],2],[[1],3],[[2],4],[[3],5]]",
    ],
    ["items replaced", [1, 2, 3, 4, 5], [1, 6, 5], "[[[],1,3,[6]]]"],
    ["items that are the same twice", [1, 1], [1, 1, 1], "[[[],2,0,[1]]]"],
    ["all items", [1, 2], [], "[[[],0,2,[]]]"],
  ] as typeof EXAMPLES
) {
  test(`writeOperations() is short: ${name}`, () =>
    assert.equal(assertWrites(previous, next), text));
}

test("applyPatch() takes over the parts that did not change", () => {
  const before = deepFreeze({ a: { deep: [1] }, b: [{ x: 1 }, { y: 2 }] });
  const after = applyPatch(before, [[["b", 1, "y"], 3], [["b"], 0, 0, [{
    z: 0,
  }]]]) as typeof before;
  assert.equal(after.a, before.a);
  assert.equal(after.b[1], before.b[0]);
  assert.notEqual(after.b[2], before.b[1]);
  assert.deepEqual(before, { a: { deep: [1] }, b: [{ x: 1 }, { y: 2 }] });
});

const VALUE = { list: [1, { a: 1 }], text: "abc", constructor: { own: 1 } };
const nested = (levels: number) =>
  JSON.parse("[".repeat(levels) + "]".repeat(levels));
const MALFORMED: unknown[] = [
  undefined,
  null,
  1,
  "[]",
  {},
  [1],
  [[]],
  [[1]],
  [["a", 1]],
  [[["list"], 0]].flat(),
  [{ length: 2 }],
  [[["none", "x"], 1]],
  [[["list", 2], 1]],
  [[["list", -1], 1]],
  [[["list", 0.5], 1]],
  [[["list", "0"], 1]],
  [[["list", "length"], 0]],
  [[["text", 0], "x"]],
  [[["text", "length"], 0]],
  [[[1], 1]],
  [[[null], 1]],
  [[[["a"]], 1]],
  [[["toString", "x"], 1]],
  [[["list", "push"], 1]],
  [[["list", "constructor", "x"], 1]],
  [[["__proto__"], {}]],
  [[["__proto__", "x"], 1]],
  [[["a"], JSON.parse('{"__proto__":{"x":1}}')]],
  [[["constructor"], { prototype: {} }]],
  [[["constructor", "prototype"], {}]],
  [[["constructor", "prototype", "x"], 1]],
  [[["a"], { constructor: { prototype: 1 } }]],
  [[["list"], 0, 0, [JSON.parse('{"__proto__":1}')]]],
  [[["none"]]],
  [[["list", 0]]],
  [[["list", "length"]]],
  [[[]]],
  [[["toString"]]],
  [[["list"], 0, 3, []]],
  [[["list"], 3, 0, []]],
  [[["list"], -1, 0, []]],
  [[["list"], 0, -1, []]],
  [[["list"], 0, 0, {}]],
  [[["list"], 0.5, 0, []]],
  [[["list"], "0", 0, []]],
  [[["text"], 0, 0, []]],
  [[["list"], 0, 0]],
  [[["list"], 0, 0, [], 1]],
  [[["a"], nested(5000)]],
  [[["list"], 0, 0, nested(5000)]],
  [[Array(5000).fill("a"), 1]],
];
for (const [at, patch] of MALFORMED.entries()) {
  test(`applyPatch() refuses what does not fit, and changes nothing: ${at}`, () => {
    const value = deepFreeze(copy(VALUE));
    assert.throws(() => applyPatch(value, patch), PatchError);
    assert.deepEqual(value, VALUE);
    assert.equal(({} as Record<string, unknown>).x, undefined);
  });
}

const wild = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "prototype",
    "list",
    0,
    1,
    -1,
    "a",
  ),
);
property(
  "applyPatch() of anything makes a value of JSON, or throws a PatchError",
  fc.array(fc.array(fc.oneof(wild, fc.array(wild)), { maxLength: 4 }), {
    maxLength: 4,
  }),
  (patch) => {
    try {
      assertFrozen(applyPatch(deepFreeze(copy(VALUE)), patch));
    } catch (error) {
      assert.ok(error instanceof PatchError, String(error));
    }
    assert.deepEqual(Object.keys(Object.prototype), []);
  },
  20_000,
);

test("applyPatch() refuses what would keep the server busy", () => {
  const list = Array.from({ length: 100_000 }, (_, at) => at);
  const patch = Array.from({ length: 50_000 }, () => [[], 0, 1, [0]]);
  assert.throws(() => applyPatch(list, patch), /moves too many items/);
});

test("diff() gives up where applying would take longer than the whole value", () => {
  const list = Array.from({ length: 20_000 }, (_, at) => ({ at }));
  const next = list.filter((_, at) => at % 5 !== 0);
  assert.equal(diff(list, next), undefined);
});

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) deepFreeze(part);
    Object.freeze(value);
  }
  return value;
}

function assertFrozen(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  assert.ok(Object.isFrozen(value));
  for (const part of Object.values(value)) assertFrozen(part);
}
