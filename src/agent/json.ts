import { isLargerThan } from "./hold.ts";

const MAX_DEPTH = 1000;

/** A value, frozen, and its JSON. */
export interface Json {
  readonly value: unknown;
  readonly text: string;
}

/** Why a value can't be a state. */
export class StateError extends TypeError {
  /** Stable, for programs: `INVALID`, no JSON; `TOO_LARGE`, past `limits.stateBytes`. */
  readonly code: "INVALID" | "TOO_LARGE";

  /** Made by `setState`. */
  constructor(code: "INVALID" | "TOO_LARGE", problem: string) {
    super(`Cannot set state: ${problem}`);
    this.name = "StateError";
    this.code = code;
  }
}

/**
 * A deeply frozen copy of `value` as JSON would give it back, and the text.
 * Parts that are those of `previous`, such a copy itself, are taken over. Throws a
 * {@linkcode StateError} for what JSON can't carry or would lose.
 */
export function toJson(
  value: unknown,
  previous: unknown,
  maxBytes: number,
): Json {
  const copy = new Copier().copy(value, previous, "", 0);
  if (copy === undefined) throw invalid("", "is undefined");
  return serialised(copy, maxBytes);
}

/** Freezes what `JSON.parse` made, after the same checks. */
export function freezeParsed(value: unknown, maxBytes: number): Json {
  freeze(value, 0);
  return serialised(value, maxBytes);
}

function serialised(value: unknown, maxBytes: number): Json {
  const text = JSON.stringify(value);
  if (!isLargerThan(text, maxBytes)) return { value, text };
  const bytes = new TextEncoder().encode(text).length;
  throw new StateError(
    "TOO_LARGE",
    `it has ${bytes} bytes as JSON, and limits.stateBytes allows ${maxBytes}`,
  );
}

class Copier {
  /** The objects around the one that is copied. */
  #open = new Set<object>();

  copy(
    value: unknown,
    previous: unknown,
    path: string,
    depth: number,
  ): unknown {
    switch (typeof value) {
      case "string":
      case "boolean":
      case "undefined":
        return value;
      case "number":
        if (Number.isFinite(value)) return value === 0 ? 0 : value;
        throw invalid(path, `is ${value}`);
      case "object":
        return value === null
          ? null
          : this.#object(value, previous, path, depth);
      default:
        throw invalid(path, `is a ${typeof value}`);
    }
  }

  #object(value: object, previous: unknown, path: string, depth: number) {
    // It was checked and frozen when it became a part of the state.
    if (value === previous) return value;
    if (depth > MAX_DEPTH) {
      throw invalid("", `is nested deeper than ${MAX_DEPTH}`);
    }
    if (this.#open.has(value)) throw invalid(path, "contains itself");
    this.#open.add(value);
    const copy = typeof (value as { toJSON?: unknown }).toJSON === "function"
      ? this.copy((value as Date).toJSON(), previous, path, depth + 1)
      : Array.isArray(value)
      ? this.#array(value, previous, path, depth)
      : this.#record(value, previous, path, depth);
    this.#open.delete(value);
    return copy;
  }

  #array(
    value: readonly unknown[],
    previous: unknown,
    path: string,
    depth: number,
  ) {
    const known = Array.isArray(previous) ? previous : [];
    const copy = new Array<unknown>(value.length);
    for (let at = 0; at < value.length; at++) {
      const item = this.copy(value[at], known[at], `${path}[${at}]`, depth + 1);
      copy[at] = item === undefined ? null : item;
    }
    return Object.freeze(copy);
  }

  #record(value: object, previous: unknown, path: string, depth: number) {
    const kind = Object.prototype.toString.call(value).slice(8, -1);
    if (kind !== "Object") throw invalid(path, `is a ${kind}`);
    const known = typeof previous === "object" && previous !== null
      ? previous as Record<string, unknown>
      : {};
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const part = (value as Record<string, unknown>)[key];
      checkKey(key, part);
      const item = this.copy(part, known[key], `${path}.${key}`, depth + 1);
      if (item !== undefined) copy[key] = item;
    }
    return Object.freeze(copy);
  }
}

function freeze(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  if (depth > MAX_DEPTH) {
    throw invalid("", `is nested deeper than ${MAX_DEPTH}`);
  }
  if (Array.isArray(value)) {
    for (const item of value) freeze(item, depth + 1);
  } else {
    for (const key of Object.keys(value)) {
      const part = (value as Record<string, unknown>)[key];
      checkKey(key, part);
      freeze(part, depth + 1);
    }
  }
  Object.freeze(value);
}

/** Refuses what would reach a prototype in code that copies key by key. */
function checkKey(key: string, part: unknown): void {
  const reaches = key === "__proto__" ||
    key === "constructor" && typeof part === "object" && part !== null &&
      Object.hasOwn(part, "prototype");
  if (reaches) throw invalid("", `has the key "${key}"`);
}

function invalid(path: string, problem: string): StateError {
  const what = path === "" ? "it" : `the part "${path}" of it`;
  return new StateError("INVALID", `${what} ${problem}`);
}
