import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { retryDelay } from "../../src/client/backoff.ts";
import { property } from "../support/random/property.ts";

property(
  "The first retry comes within half a second, and none after more than 30",
  fc.record({
    retry: fc.nat(2000),
    code: fc.constantFrom(1001, 1006, 1012, 1013),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  }),
  ({ retry, code, random }) => {
    const delay = retryDelay(retry, code, random, {});
    assert.ok(delay >= 0 && delay < 30_000);
    if (retry === 0 && code === 1006) assert.ok(delay < 500);
    // Full jitter: a share of a bound that does not shrink.
    assert.equal(retryDelay(retry, code, 0, {}), 0);
    const bound = (retry: number) => retryDelay(retry, code, 1, {});
    assert.ok(bound(retry + 1) >= bound(retry));
    assert.ok(Math.abs(delay - random * bound(retry)) < 1e-6);
  },
);

test("Options bound the wait", () => {
  const options = {
    minReconnectionDelay: 10,
    maxReconnectionDelay: 50,
    reconnectionDelayGrowFactor: 3,
  };
  assert.equal(retryDelay(0, 1006, 0.5, options), 5);
  assert.equal(retryDelay(9, 1006, 1, options), 50);
});
