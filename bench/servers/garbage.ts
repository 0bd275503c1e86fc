interface Collectors {
  /** Deno, with `--v8-flags=--expose-gc`. */
  gc?(): void;
  Bun?: { gc(synchronous: boolean): void };
  process?: { getBuiltinModule?(name: string): unknown };
}

/** Node's; V8 takes the flag late, too. */
function nodeCollector(): (() => void) | undefined {
  const { process } = globalThis as Collectors;
  const { setFlagsFromString } = process!.getBuiltinModule!("node:v8") as {
    setFlagsFromString(flag: string): void;
  };
  const { runInNewContext } = process!.getBuiltinModule!("node:vm") as {
    runInNewContext(source: string): () => void;
  };
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}

/** Collects garbage where the runtime lets us, so that what is left is in use. */
export function collectGarbage(): Response {
  const { Bun } = globalThis as Collectors;
  const gc = (globalThis as Collectors).gc ??
    (Bun === undefined && !("Deno" in globalThis)
      ? nodeCollector()
      : undefined);
  // What a first pass finalises, a second one frees.
  for (let pass = 0; pass < 2; pass++) {
    gc?.();
    Bun?.gc(true);
  }
  return new Response("ok");
}
