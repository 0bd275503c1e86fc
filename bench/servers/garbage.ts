interface Collectors {
  /** Deno, with `--v8-flags=--expose-gc`. */
  gc?(): void;
  Bun?: { gc(synchronous: boolean): void };
}

/** Collects garbage where the runtime lets us, so that what is left is in use. */
export function collectGarbage(): Response {
  const { gc, Bun } = globalThis as Collectors;
  // What a first pass finalises, a second one frees.
  for (let pass = 0; pass < 2; pass++) {
    gc?.();
    Bun?.gc(true);
  }
  return new Response("ok");
}
