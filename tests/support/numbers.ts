/** Numbers from 0 to 1 that `seed` decides. */
export function numbers(seed: number): () => number {
  let state = seed || 1;
  return () => (state = state * 48271 % 0x7fffffff) / 0x7fffffff;
}

/** What `ROAM_SEED` says, to repeat a run, or another one each time. */
export function newSeed(): number {
  return Number(process.env.ROAM_SEED) || Math.floor(Math.random() * 2 ** 31);
}
