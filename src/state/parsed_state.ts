import {
  invalid,
  type Json,
  MAX_DEPTH,
  reachesPrototype,
  textOf,
  toJson,
} from "../protocol/json.ts";

type Parts = Record<PropertyKey, unknown>;

/** Freezes what `JSON.parse` made, after the checks of `toJson`. */
export function freezeParsed(value: unknown, maxBytes: number): Json {
  const state = value === 0 ? 0 : value;
  // The copy that is made then knows the way to it, and throws.
  const lists: unknown[][] = [];
  if (!freeze(state, 0, lists)) return toJson(state, undefined, maxBytes);
  return textOf(state, lists, maxBytes);
}

/** Leaves `lists` to be frozen. `false` when there is a number in it that has no JSON: `1e999` is read as Infinity. */
function freeze(value: unknown, depth: number, lists: unknown[][]): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  if (depth > MAX_DEPTH) {
    throw invalid(`it is nested deeper than ${MAX_DEPTH}`);
  }
  const parts = value as Parts;
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  for (const key of keys) {
    const part = parts[key];
    // There is no -0 in what others get.
    if (part === 0) parts[key] = 0;
    else if (
      typeof key === "string" && reachesPrototype(key, part)
    ) throw invalid(`it has the key "${key}"`);
    else if (!freeze(part, depth + 1, lists)) return false;
  }
  if (Array.isArray(value)) lists.push(value);
  else Object.freeze(value);
  return true;
}
