import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_LIMITS, resolveLimits } from "../../src/runtime/limits.ts";

test("resolveLimits() returns the defaults", () => {
  assert.deepEqual(resolveLimits(), DEFAULT_LIMITS);
  assert.deepEqual(resolveLimits({}), DEFAULT_LIMITS);
});

test("resolveLimits() changes what it is told, and nothing else", () => {
  const limits = resolveLimits({ messageBytes: 10, idleMs: 0.5 });
  assert.deepEqual(limits, {
    ...DEFAULT_LIMITS,
    messageBytes: 10,
    idleMs: 0.5,
  });
});

test("resolveLimits() takes Infinity for no limit", () => {
  assert.equal(resolveLimits({ instances: Infinity }).instances, Infinity);
});

test("resolveLimits() takes 0 for what may be off", () => {
  const off = { presenceMs: 0, sessionMs: 0 };
  assert.deepEqual(resolveLimits(off), { ...DEFAULT_LIMITS, ...off });
});

for (const value of [0, -1, NaN, "5", null, undefined, {}, 5n]) {
  test(`resolveLimits() refuses ${String(value)} (${typeof value})`, () => {
    assert.throws(() => resolveLimits({ idleMs: value as number }), {
      name: "RangeError",
      message: /idleMs must be a positive number: received/,
    });
  });
}

for (const name of ["messageByte", "", "toString", "constructor"]) {
  test(`resolveLimits() knows no limit "${name}"`, () => {
    assert.throws(() => resolveLimits({ [name]: 5 }), {
      name: "TypeError",
      message: new RegExp(`there is no limit "${name}"`),
    });
  });
}
