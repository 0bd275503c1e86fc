import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { backoffMs, retry, retryPolicy } from "../../src/schedules/retry.ts";
import { property } from "../support/random/property.ts";

const REFUSED: [unknown, string][] = [
  [{ maxAttempts: 0 }, "retry.maxAttempts must be >= 1"],
  [{ maxAttempts: -1 }, "retry.maxAttempts must be >= 1"],
  [{ maxAttempts: NaN }, "retry.maxAttempts must be >= 1"],
  [{ maxAttempts: Infinity }, "retry.maxAttempts must be >= 1"],
  [{ maxAttempts: "3" }, "retry.maxAttempts must be >= 1"],
  [{ maxAttempts: 1.5 }, "retry.maxAttempts must be an integer"],
  [{ baseDelayMs: 0 }, "retry.baseDelayMs must be > 0"],
  [{ baseDelayMs: -1 }, "retry.baseDelayMs must be > 0"],
  [{ baseDelayMs: NaN }, "retry.baseDelayMs must be > 0"],
  [{ maxDelayMs: 0 }, "retry.maxDelayMs must be > 0"],
  [{ maxDelayMs: Infinity }, "retry.maxDelayMs must be > 0"],
  [
    { baseDelayMs: 2, maxDelayMs: 1 },
    "retry.baseDelayMs must be <= retry.maxDelayMs",
  ],
  [{ baseDelayMs: 5000 }, "retry.baseDelayMs must be <= retry.maxDelayMs"],
];

for (const [options, message] of REFUSED) {
  test(`retryPolicy() refuses ${JSON.stringify(options)}`, () => {
    assert.throws(
      () => retryPolicy(options as never, undefined),
      { name: "Error", message },
    );
  });
}

test("retryPolicy() fills up from the class, then from the library", () => {
  assert.deepEqual(
    retryPolicy({ maxAttempts: 9 }, { maxAttempts: 2, baseDelayMs: 7 }),
    { maxAttempts: 9, baseDelayMs: 7, maxDelayMs: 3000 },
  );
});

property(
  "backoffMs() is random in [0, min(2^attempt * base, max)), and never negative",
  fc.record({
    attempt: fc.integer({ min: 1, max: 2000 }),
    base: fc.integer({ min: 1, max: 10_000 }),
    most: fc.integer({ min: 0, max: 100_000 }),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  }),
  ({ attempt, base, most, random }) => {
    const policy = {
      maxAttempts: 1,
      baseDelayMs: base,
      maxDelayMs: base + most,
    };
    const found = backoffMs(attempt, policy, () => random);
    const bound = Math.min(2 ** attempt * base, base + most);
    assert.equal(found, Math.floor(random * bound));
    assert.ok(found >= 0 && found < bound);
  },
);

test("retry() calls with 1, 2, … and throws the last error as it is", async () => {
  const errors = [new Error("a"), new Error("b"), new Error("c")];
  const seen: number[] = [];
  const waits: number[] = [];
  const policy = { maxAttempts: 3, baseDelayMs: 100, maxDelayMs: 3000 };
  await assert.rejects(
    retry(
      (attempt) => {
        seen.push(attempt);
        throw errors[attempt - 1];
      },
      policy,
      undefined,
      (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    ),
    (error) => error === errors[2],
  );
  assert.deepEqual(seen, [1, 2, 3]);
  assert.equal(waits.length, 2);
  assert.ok(waits[0] < 200 && waits[1] < 400);
});

test("retry() asks shouldRetry with the error and the attempt to come", async () => {
  const asked: unknown[] = [];
  const policy = { maxAttempts: 5, baseDelayMs: 1, maxDelayMs: 1 };
  const attempt = () => {
    throw new Error("no");
  };
  const shouldRetry = (error: unknown, next: number) => {
    asked.push([(error as Error).message, next]);
    return next < 3;
  };
  const wait = () => Promise.resolve();
  await assert.rejects(retry(attempt, policy, shouldRetry, wait), /no/);
  assert.deepEqual(asked, [["no", 2], ["no", 3]]);
});
