/** Numbers from 0 to 1 that `seed` decides. */
export function numbers(seed: number): () => number {
  let state = seed || 1;
  return () => (state = state * 48271 % 0x7fffffff) / 0x7fffffff;
}

/** A seed, which is printed; `ROAM_SEED` repeats a run. */
export function newSeed(): number {
  const seed = Number(globalThis.process?.env?.ROAM_SEED) ||
    Math.floor(Math.random() * 2 ** 31);
  console.log(`seed ${seed}`);
  return seed;
}
