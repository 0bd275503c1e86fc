import type { PatchOperation, PatchPath } from "../protocol/patch.ts";

// deno-lint-ignore no-explicit-any -- parts of JSON
type Part = any;

/** As `applyPatch` of the protocol, for operations of a server: they fit, and there is little to check. */
export function patched(
  value: unknown,
  operations: readonly PatchOperation[],
): unknown {
  /** The copies that were made, which are frozen in the end. */
  const own = new Set<Part>();
  const top = { value };
  const copyOf = (part: Part): Part => {
    if (own.has(part)) return part;
    const copy = Array.isArray(part) ? [...part] : { ...part };
    own.add(copy);
    return copy;
  };
  const partAt = (path: PatchPath): Part => {
    let part: Part = top;
    let key: string | number = "value";
    for (const next of [...path, ""]) {
      part = part[key] = copyOf(part[key]);
      key = next;
    }
    return part;
  };
  for (const [path, ...change] of operations) {
    const key = path.at(-1) as string;
    if (change.length === 3) {
      const [at, remove, items] = change;
      const part = partAt(path);
      // In place: `own` knows the copy by its identity.
      const tail = part.splice(at).slice(remove);
      for (const item of [...items, ...tail]) part.push(item);
    } else if (key === undefined) {
      top.value = change[0];
    } else if (change.length === 1) {
      partAt(path.slice(0, -1))[key] = change[0];
    } else delete partAt(path.slice(0, -1))[key];
  }
  for (const part of own) Object.freeze(part);
  return top.value;
}
