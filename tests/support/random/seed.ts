/** The seed of the random numbers of `what`, which is printed; `ROAM_SEED` repeats a run. */
export function seedOf(what: string): number {
  const given = Number(globalThis.process?.env?.ROAM_SEED);
  const seed = given || Math.floor(Math.random() * 2 ** 31);
  console.log(`${what}: seed ${seed}`);
  return seed;
}
