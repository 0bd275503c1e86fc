import fc from "fast-check";
import { test } from "node:test";
import { seedOf } from "./seed.ts";

/**
 * Tests that `criterion` holds for whatever `values` makes. The seed is
 * printed; `ROAM_SEED` repeats a run.
 */
export function property<T>(
  name: string,
  values: fc.Arbitrary<T>,
  criterion: (value: T) => void,
  runs = 2000,
): void {
  test(name, () => {
    const seed = seedOf(name);
    fc.assert(fc.property(values, criterion), { seed, numRuns: runs });
  });
}
