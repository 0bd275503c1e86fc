import { copyJson, MAX_DEPTH } from "../protocol/json.ts";

/**
 * Throws a `TypeError` that names the part of `value` which JSON can't carry,
 * or would turn into something else: a `Map` into `{}`, `NaN` into `null`.
 * `what` begins its message.
 */
export function assertCarried(value: unknown, what = ""): void {
  // The copy knows where it is; making one of each result would cost too much.
  if (!isCarried(value, 0)) {
    copyJson(value, undefined, (problem) => new TypeError(what + problem));
  }
}

function isCarried(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "object":
      return value === null || depth <= MAX_DEPTH && areCarried(value, depth);
    case "number":
      return Number.isFinite(value);
    case "bigint":
    case "function":
    case "symbol":
      return false;
  }
  return true;
}

function areCarried(value: object, depth: number): boolean {
  const parts = value as Record<string, unknown>;
  if (typeof parts.toJSON === "function") {
    return isCarried(parts.toJSON(), depth);
  }
  if (Array.isArray(value)) {
    for (const part of value) if (!isCarried(part, depth + 1)) return false;
    return true;
  }
  if (
    Object.getPrototypeOf(value) !== Object.prototype &&
    Object.prototype.toString.call(value) !== "[object Object]"
  ) return false;
  for (const key of Object.keys(value)) {
    if (!isCarried(parts[key], depth + 1)) return false;
  }
  return true;
}
