/** Numbers from 0 to 1 that `seed` decides. */
export function numbers(seed: number): () => number {
  let state = seed || 1;
  return () => (state = state * 48271 % 0x7fffffff) / 0x7fffffff;
}
