import fc from "fast-check";
import { test } from "node:test";

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
    const given = Number(process.env.ROAM_SEED);
    const seed = given || Math.floor(Math.random() * 2 ** 31);
    console.log(`${name}: seed ${seed}`);
    fc.assert(fc.property(values, criterion), { seed, numRuns: runs });
  });
}
