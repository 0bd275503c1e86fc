import type { Storage } from "../src/ports/storage.ts";

/** What a module that is loaded anew leaves behind. */
interface Left {
  readonly storage: Storage;
  close(options: { graceMs: number }): Promise<void>;
}

/** The key on `globalThis` of what earlier loads of the module have left behind. */
const REGISTRY = Symbol.for("@roam/agents hot");

/**
 * Under `bun --hot` a module runs again in the same process: has what it made
 * the last time give up its store, and close its connections, whose clients
 * come back to the new code. `key` tells what is served again from what is
 * served besides.
 */
export function closeLastLoad(key: string): void {
  const left = registry()?.get(key);
  if (left === undefined) return;
  // At once: the new code is going to open it.
  left.storage.close();
  left.close({ graceMs: 0 }).catch(() => {});
}

/** Keeps what `closeLastLoad` is to find the next time. */
export function keepForNextLoad(key: string, left: Left): void {
  registry()?.set(key, left);
}

/** `undefined` where nothing is loaded anew. */
function registry(): Map<string, Left> | undefined {
  const { process } = globalThis as {
    process?: { readonly execArgv?: readonly string[] };
  };
  if (!process?.execArgv?.includes("--hot")) return undefined;
  const all = globalThis as { [REGISTRY]?: Map<string, Left> };
  return all[REGISTRY] ??= new Map();
}
