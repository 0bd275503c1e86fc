import { StateError } from "./state_error.ts";

/** The deepest nesting. */
export const MAX_DEPTH = 1000;

// deno-lint-ignore no-explicit-any -- whatever is in there
type Parts = Record<PropertyKey, any>;

type FreezeList = (list: unknown[]) => unknown;

/** A value, frozen, and its JSON. */
export interface Json {
  readonly value: unknown;
  readonly text: string;
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
  const lists: unknown[][] = [];
  const copy = copyJson(value, previous, invalid, (list) => {
    lists.push(list);
    return list;
  });
  return textOf(copy, lists, maxBytes);
}

/** The JSON of a value that is frozen but for `lists`, and freezes those behind that: JavaScriptCore takes several times as long to read a frozen array. */
export function textOf(
  value: unknown,
  lists: readonly unknown[][],
  maxBytes: number,
): Json {
  const text = JSON.stringify(value);
  if (text === undefined) throw invalid("it is undefined");
  assertFits(text, maxBytes);
  for (const list of lists) Object.freeze(list);
  return { value, text };
}

/** The copy alone, of any size. */
export function copyState(value: unknown, previous: unknown): unknown {
  const copy = copyJson(value, previous, invalid);
  if (copy === undefined) throw invalid("it is undefined");
  return copy;
}

/**
 * A copy like that of a state. Of what is frozen already, all through, and
 * JSON as it is, there is none: it is taken over. What `fail` makes of a
 * problem is thrown; `freeze` is given the arrays that were made.
 */
export function copyJson(
  root: unknown,
  previous: unknown,
  fail: (problem: string) => Error,
  freeze: FreezeList = Object.freeze,
): unknown {
  /** The keys from the top to the part that is copied, and the objects on that way. */
  const path: (string | number)[] = [];
  const way: object[] = [];

  const wrong = (problem: string) => {
    const part = path.map((key) =>
      typeof key === "number" ? `[${key}]` : `.${key}`
    ).join("");
    return fail(`${part ? `the part "${part}" of it` : "it"} ${problem}`);
  };

  const copyPart = (from: Parts, key: string | number, known: unknown) => {
    let part = from[key];
    const before = (known as Parts | undefined)?.[key];
    // A part that is known was checked and frozen when it became that.
    if (!part || part !== before) {
      path.push(key);
      part = copy(part, before);
      path.pop();
    }
    return part;
  };

  const copyObject = (from: Parts, known: unknown): unknown => {
    if (typeof from.toJSON === "function") return copy(from.toJSON(), known);
    let isSame = Object.isFrozen(from);
    if (Array.isArray(from)) {
      const list = new Array(from.length);
      for (let at = 0; at < list.length; at++) {
        list[at] = copyPart(from, at, known) ?? null;
        isSame &&= Object.is(list[at], from[at]);
      }
      return isSame ? from : freeze(list);
    }
    if (Object.getPrototypeOf(from) !== Object.prototype) {
      const kind = Object.prototype.toString.call(from).slice(8, -1);
      if (kind !== "Object") throw wrong(`is a ${kind}`);
      isSame = false;
    }
    const record: Parts = {};
    for (const key of Object.keys(from)) {
      if (reachesPrototype(key, from[key])) {
        throw fail(`it has the key "${key}"`);
      }
      const part = copyPart(from, key, known);
      if (part === undefined) isSame = false;
      else {
        record[key] = part;
        isSame &&= Object.is(part, from[key]);
      }
    }
    return isSame ? from : Object.freeze(record);
  };

  const copy = (value: unknown, known: unknown): unknown => {
    switch (typeof value) {
      case "number":
        if (isFinite(value)) return value || 0;
        throw wrong(`is ${value}`);
      case "bigint":
      case "function":
      case "symbol":
        throw wrong(`is a ${typeof value}`);
      case "object": {
        if (!value) return value;
        if (way.includes(value)) throw wrong("contains itself");
        if (way.length > MAX_DEPTH) {
          throw fail(`it is nested deeper than ${MAX_DEPTH}`);
        }
        way.push(value);
        const copied = copyObject(value, known);
        way.pop();
        return copied;
      }
    }
    return value;
  };
  return copy(root, previous);
}

/** Throws a {@linkcode StateError} when `text`, a state, has more bytes than it may. */
export function assertFits(text: string, maxBytes: number): void {
  // A UTF-16 unit is one to three bytes of UTF-8; most texts are decided here.
  if (text.length * 3 <= maxBytes) return;
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= maxBytes) return;
  throw new StateError(
    "TOO_LARGE",
    `it has ${bytes} bytes as JSON, and limits.stateBytes allows ${maxBytes}`,
  );
}

/** Freezes what `JSON.parse` made, all through, whatever it is. */
export function frozen<T>(value: T): T {
  const left: unknown[] = [value];
  for (const part of left) {
    if (typeof part !== "object" || Object.isFrozen(part)) continue;
    // Not recursive: it may be nested deeper than the stack.
    for (const inner of Object.values(Object.freeze(part)!)) left.push(inner);
  }
  return value;
}

/** Whether code that copies this key by key would reach a prototype. */
export function reachesPrototype(key: string, part: unknown): boolean {
  return key === "__proto__" ||
    key === "constructor" && typeof part === "object" && part !== null &&
      Object.hasOwn(part, "prototype");
}

/** What is thrown for a state that JSON cannot carry. */
export function invalid(problem: string): StateError {
  return new StateError("INVALID", problem);
}
