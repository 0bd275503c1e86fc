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
  const copy = new Copier().copy(value, previous);
  if (copy === undefined) throw invalid("it is undefined");
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

/** Copies a value, and knows where in it it is. */
class Copier {
  /** The keys from the top to the part that is copied. */
  #path: (string | number)[] = [];
  #objects: object[] = [];

  copy(value: unknown, previous: unknown): unknown {
    switch (typeof value) {
      case "string":
      case "boolean":
      case "undefined":
        return value;
      case "number":
        if (Number.isFinite(value)) return value === 0 ? 0 : value;
        throw this.#invalid(`is ${value}`);
      case "object":
        return value === null ? null : this.#object(value, previous);
      default:
        throw this.#invalid(`is a ${typeof value}`);
    }
  }

  #object(value: object, previous: unknown): unknown {
    // It was checked and frozen when it became a part of the state.
    if (value === previous) return value;
    // A cycle is deep too: looking for one before would cost every object.
    if (this.#objects.length > MAX_DEPTH) throw this.#tooDeep();
    this.#objects.push(value);
    const copy = typeof (value as { toJSON?: unknown }).toJSON === "function"
      ? this.copy((value as Date).toJSON(), previous)
      : Array.isArray(value)
      ? this.#array(value, previous)
      : this.#record(value, previous);
    this.#objects.pop();
    return copy;
  }

  #array(value: readonly unknown[], previous: unknown): readonly unknown[] {
    const known = Array.isArray(previous) ? previous : [];
    const copy = new Array<unknown>(value.length);
    for (let at = 0; at < value.length; at++) {
      this.#path.push(at);
      const item = this.copy(value[at], known[at]);
      this.#path.pop();
      copy[at] = item === undefined ? null : item;
    }
    return Object.freeze(copy);
  }

  #record(value: object, previous: unknown): object {
    if (Object.getPrototypeOf(value) !== Object.prototype) {
      const kind = Object.prototype.toString.call(value).slice(8, -1);
      if (kind !== "Object") throw this.#invalid(`is a ${kind}`);
    }
    const known = typeof previous === "object" && previous !== null
      ? previous as Record<string, unknown>
      : {};
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const part = (value as Record<string, unknown>)[key];
      checkKey(key, part);
      this.#path.push(key);
      const item = this.copy(part, known[key]);
      this.#path.pop();
      if (item !== undefined) copy[key] = item;
    }
    return Object.freeze(copy);
  }

  #tooDeep(): StateError {
    const seen = new Set<object>();
    for (const [depth, object] of this.#objects.entries()) {
      if (seen.has(object)) {
        this.#path.length = depth;
        return this.#invalid("contains itself");
      }
      seen.add(object);
    }
    return invalid(`it is nested deeper than ${MAX_DEPTH}`);
  }

  #invalid(problem: string): StateError {
    if (this.#path.length === 0) return invalid(`it ${problem}`);
    const path = this.#path.map((key) =>
      typeof key === "number" ? `[${key}]` : `.${key}`
    );
    return invalid(`the part "${path.join("")}" of it ${problem}`);
  }
}

function freeze(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  if (depth > MAX_DEPTH) {
    throw invalid(`it is nested deeper than ${MAX_DEPTH}`);
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
  if (reaches) throw invalid(`it has the key "${key}"`);
}

function invalid(problem: string): StateError {
  return new StateError("INVALID", problem);
}
