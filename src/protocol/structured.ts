/**
 * Structured-cloneable values as JSON, the same on every engine. What JSON
 * has is itself; everything else is an object with the one key `$`.
 */

const TYPED_ARRAYS = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
};
const ERRORS: readonly ErrorConstructor[] = [
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
];
type TypedArrayName = keyof typeof TYPED_ARRAYS;

/** What `structuredClone` would copy, as something that `JSON.stringify` takes. Throws a `DataCloneError` for what can't be copied, such as a function. */
export function toPlain(value: unknown, seen = new Map()): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (Number.isFinite(value) && !Object.is(value, -0)) return value;
      return { $: ["n", Object.is(value, -0) ? "-0" : String(value)] };
    case "undefined":
      return { $: ["u"] };
    case "bigint":
      return { $: ["i", String(value)] };
    case "object":
      return value === null ? null : objectToPlain(value, seen);
    default:
      throw new DOMException(
        `Cannot keep a ${typeof value} with a connection`,
        "DataCloneError",
      );
  }
}

function objectToPlain(value: object, seen: Map<object, number>): unknown {
  const known = seen.get(value);
  if (known !== undefined) return { $: ["r", known] };
  seen.set(value, seen.size);
  const next = (part: unknown) => toPlain(part, seen);
  if (Array.isArray(value)) return Array.from(value, next);
  if (value instanceof Date) return { $: ["d", next(value.getTime())] };
  if (value instanceof RegExp) return { $: ["x", value.source, value.flags] };
  if (value instanceof Map) {
    return { $: ["m", ...Array.from(value, ([k, v]) => [next(k), next(v)])] };
  }
  if (value instanceof Set) return { $: ["s", ...Array.from(value, next)] };
  if (value instanceof Error) return { $: ["e", value.name, value.message] };
  if (value instanceof ArrayBuffer) {
    return { $: ["b", toBase64(new Uint8Array(value))] };
  }
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value;
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    // Node's and Bun's `Buffer` is one of them to `structuredClone`.
    const name = Object.keys(TYPED_ARRAYS).find((name) =>
      value instanceof TYPED_ARRAYS[name as TypedArrayName]
    );
    return { $: ["t", name ?? "DataView", toBase64(bytes)] };
  }
  const entries = Object.entries(value).map(([key, part]) => [key, next(part)]);
  return Object.hasOwn(value, "$")
    ? { $: ["o", ...entries] }
    : Object.fromEntries(entries);
}

/** What `toPlain` was given. */
export function fromPlain(plain: unknown, seen: unknown[] = []): unknown {
  if (typeof plain !== "object" || plain === null) return plain;
  if (Array.isArray(plain)) {
    const array: unknown[] = [];
    seen.push(array);
    for (const part of plain) array.push(fromPlain(part, seen));
    return array;
  }
  if (!Object.hasOwn(plain, "$")) {
    return fill(Object.entries(plain), seen);
  }
  const [tag, ...parts] = (plain as { $: [string, ...unknown[]] }).$;
  const [first, second] = parts as [string, string];
  switch (tag) {
    case "u":
      return undefined;
    case "n":
      return Number(first);
    case "i":
      return BigInt(first);
    case "r":
      return seen[Number(first)];
    case "o":
      return fill(parts as [string, unknown][], seen);
    case "m": {
      const map = new Map();
      seen.push(map);
      for (const [key, value] of parts as unknown as [unknown, unknown][]) {
        map.set(fromPlain(key, seen), fromPlain(value, seen));
      }
      return map;
    }
    case "s": {
      const set = new Set();
      seen.push(set);
      for (const part of parts) set.add(fromPlain(part, seen));
      return set;
    }
  }
  const value = simple(tag, first, second);
  seen.push(value);
  return value;
}

/** One that has no others in it. */
function simple(tag: string, first: string, second: string): unknown {
  switch (tag) {
    case "d":
      return new Date(fromPlain(first) as number);
    case "x":
      return new RegExp(first, second);
    case "e":
      return new (ERRORS.find(({ name }) => name === first) ?? Error)(second);
    case "b":
      return fromBase64(first).buffer;
    case "t": {
      const { buffer } = fromBase64(second);
      return first === "DataView"
        ? new DataView(buffer)
        : new TYPED_ARRAYS[first as TypedArrayName](buffer);
    }
  }
  throw new TypeError(`Cannot read what was kept: there is no "${tag}"`);
}

function fill(entries: [string, unknown][], seen: unknown[]): object {
  const object = {};
  seen.push(object);
  for (const [key, part] of entries) {
    // A plain assignment of `__proto__` would do something else.
    Object.defineProperty(object, key, {
      value: fromPlain(part, seen),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
