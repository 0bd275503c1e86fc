import assert from "node:assert/strict";
import { test } from "node:test";
import { check, equal, rejects, throws } from "./behaviours/expect.ts";

const PAIRS: [one: unknown, other: unknown][] = [
  [1, 2],
  [0, null],
  [undefined, null],
  ["1", 1],
  [[1], [1, 2]],
  [[1], { 0: 1 }],
  [{ a: 1 }, { b: 1 }],
  [{ a: undefined }, {}],
  [{ a: undefined }, { b: undefined }],
  [{ a: { b: [1] } }, { a: { b: [2] } }],
  [new Uint8Array([1]), new Uint8Array([2])],
];

test("equal() throws for what is not the same, and for nothing else", () => {
  for (const [one, other] of PAIRS) {
    equal(one, one);
    equal(structuredClone(other), other);
    assert.throws(() => equal(one, other), { message: /^it is / });
    assert.throws(() => equal(other, one), { message: /^it is / });
  }
  equal(NaN, NaN);
});

test("rejects() throws where there is no error, or another one", async () => {
  const error = Object.assign(new Error("no"), { code: "NO", issues: [1] });
  await rejects(Promise.reject(error), { code: "NO", issues: [1] });
  const wrong = (promise: Promise<unknown>, properties: object) =>
    assert.rejects(rejects(promise, { ...properties }), Error);
  await wrong(Promise.resolve(1), {});
  await wrong(Promise.reject(error), { code: "YES" });
  await wrong(Promise.reject(error), { issues: [2] });
  await wrong(Promise.reject(error), { status: 401 });
});

test("throws() and check() throw for what does not", async () => {
  await throws(() => JSON.parse("{"), { name: "SyntaxError" });
  await assert.rejects(throws(() => 1, {}), /does not reject/);
  check(1, "one");
  assert.throws(() => check(0, "nothing holds"), /nothing holds/);
});
