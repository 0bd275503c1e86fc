import { builtin } from "../platform/builtin.ts";

/** How often this process has a file open, over all copies of this module. */
const REGISTRY = Symbol.for("@roam/agents stores");

/** Takes note that this process has `file` open, and returns what undoes that. */
export function noteOpen(file: string): () => void {
  const files = registry();
  const path = absolute(file);
  files.set(path, (files.get(path) ?? 0) + 1);
  return () => {
    const count = files.get(path)! - 1;
    if (count > 0) files.set(path, count);
    else files.delete(path);
  };
}

/** Whether this process has `file` open. */
export function isOpenHere(file: string): boolean {
  return registry().has(absolute(file));
}

function registry(): Map<string, number> {
  const all = globalThis as { [REGISTRY]?: Map<string, number> };
  return all[REGISTRY] ??= new Map();
}

function absolute(file: string): string {
  const path = builtin<{ resolve(path: string): string }>("node:path");
  return path.resolve(file);
}
