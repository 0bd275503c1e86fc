import { MAX_DEPTH, reachesPrototype } from "./json.ts";

/**
 * Changes of a JSON value, as operations. Three kinds, told apart by their
 * length, each with the keys from the top to the part it is about:
 *
 * - `[path, value]` sets the part,
 * - `[path]` deletes a key of an object,
 * - `[path, at, remove, items]` removes and inserts items of an array there.
 *
 * They are applied in order, each to what the one before it has left.
 */
export type PatchOperation =
  | readonly [path: PatchPath, value: unknown]
  | readonly [path: PatchPath]
  | readonly [
    path: PatchPath,
    at: number,
    remove: number,
    items: readonly unknown[],
  ];

/** Keys of objects, and indices of arrays. */
export type PatchPath = readonly (string | number)[];

/** Items that all splices of one patch may have to move: past that, the whole value costs less. */
export const MAX_MOVES = 1 << 24;

/** Why a patch can't be applied. */
export class PatchError extends TypeError {
  /** Made by {@linkcode applyPatch}. */
  constructor(problem: string) {
    super(`Cannot apply the patch: ${problem}`);
    this.name = "PatchError";
  }
}

type Part = Record<string | number, unknown> | unknown[];

/**
 * The value that the operations make of `value`, which is left as it is. Parts
 * that no operation is about are taken over, the others are frozen, but for
 * arrays that were copied where there is a list to leave them in. Throws a
 * {@linkcode PatchError} for what is no list of operations on this very value,
 * and for keys that reach a prototype.
 */
export function applyPatch(
  value: unknown,
  operations: unknown,
  lists?: unknown[][],
): unknown {
  if (!Array.isArray(operations)) throw new PatchError("it is no list");
  const patch = new Patch(value);
  for (const operation of operations) patch.apply(operation);
  return patch.result(lists);
}

class Patch {
  /** The value stands under a key, so that the top is a part like any other. */
  #top: { value: unknown };
  /** The parts that were made for this patch, and may be changed. */
  #own = new Set<Part>();
  #moves = 0;

  constructor(value: unknown) {
    this.#top = { value };
    this.#own.add(this.#top);
  }

  result(lists: unknown[][] | undefined): unknown {
    for (const part of this.#own) {
      if (lists !== undefined && Array.isArray(part)) lists.push(part);
      else Object.freeze(part);
    }
    return this.#top.value;
  }

  apply(operation: unknown): void {
    if (!Array.isArray(operation) || !Array.isArray(operation[0])) {
      throw new PatchError("an operation is malformed");
    }
    const [path, ...rest] = operation as [unknown[], ...unknown[]];
    if (path.length > MAX_DEPTH) throw new PatchError("it is too deep");
    switch (rest.length) {
      case 0:
        return this.#delete(path);
      case 1:
        return this.#set(path, rest[0]);
      case 3:
        return this.#splice(path, rest);
      default:
        throw new PatchError("an operation is malformed");
    }
  }

  #set(path: unknown[], value: unknown): void {
    const frozen = frozenInserted(value, path.length);
    if (path.length === 0) {
      this.#top.value = frozen;
      return;
    }
    const part = this.#part(path, path.length - 1);
    const key = checkedKey(part, path.at(-1));
    const reaches = reachesPrototype(`${key}`, frozen) ||
      key === "prototype" && path.at(-2) === "constructor";
    if (reaches) throw new PatchError(`it sets the key "${key}"`);
    (part as Record<string, unknown>)[key] = frozen;
  }

  #delete(path: unknown[]): void {
    if (path.length === 0) throw new PatchError("it deletes all");
    const part = this.#part(path, path.length - 1);
    const key = path.at(-1);
    if (Array.isArray(part) || !hasKey(part, key)) throw missing();
    delete part[key as string];
  }

  #splice(path: unknown[], [at, remove, items]: unknown[]): void {
    const part = this.#part(path, path.length);
    if (
      !Array.isArray(part) || !Array.isArray(items) || !isCount(at) ||
      !isCount(remove) || at + remove > part.length
    ) throw missing();
    // What was inserted before may be removed again: the longest of both counts.
    this.#moves += Math.max(part.length, part.length - remove + items.length);
    if (this.#moves > MAX_MOVES) {
      throw new PatchError("it moves too many items");
    }
    // Read again at once, it is not frozen itself: JavaScriptCore takes several times as long to read a frozen array.
    for (const [at, item] of items.entries()) {
      items[at] = frozenInserted(item, path.length + 1);
    }
    replaceItems(part, at, remove, items);
  }

  /** The part under the first `length` keys of `path`, to be changed: it and all above it are copies. */
  #part(path: unknown[], length: number): Part {
    let part = this.#top as Part;
    let key: string | number = "value";
    for (let depth = 0; depth <= length; depth++) {
      let next = (part as Record<string | number, unknown>)[key];
      if (typeof next !== "object" || next === null) throw missing();
      if (!this.#own.has(next as Part)) {
        next = Array.isArray(next) ? next.slice() : { ...next };
        this.#own.add(next as Part);
        (part as Record<string | number, unknown>)[key] = next;
      }
      part = next as Part;
      if (depth === length) break;
      if (!hasKey(part, path[depth])) throw missing();
      key = path[depth] as string | number;
    }
    return part;
  }
}

function hasKey(part: Part, key: unknown): boolean {
  return Array.isArray(part)
    ? isCount(key) && key < part.length
    : typeof key === "string" && Object.hasOwn(part, key);
}

function checkedKey(part: Part, key: unknown): string | number {
  if (Array.isArray(part) ? !hasKey(part, key) : typeof key !== "string") {
    throw missing();
  }
  return key as string | number;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && value as number >= 0;
}

function missing(): PatchError {
  return new PatchError("the value has no such part");
}

/** As `splice`, whose arguments are bounded by the stack. */
function replaceItems(
  part: unknown[],
  at: number,
  remove: number,
  items: readonly unknown[],
): void {
  if (items.length < 1000) {
    part.splice(at, remove, ...items);
    return;
  }
  const tail = part.slice(at + remove);
  part.length = at;
  for (const item of items) part.push(item);
  for (const item of tail) part.push(item);
}

/** What `JSON.parse` made, frozen all through; `1e999`, read as Infinity, has no JSON, and there is no -0 in it. */
function frozenInserted(value: unknown, depth: number): unknown {
  if (typeof value === "number") {
    if (Number.isFinite(value)) return value || 0;
    throw new PatchError(`it sets ${value}`);
  }
  if (typeof value !== "object" || value === null) return value;
  if (depth > MAX_DEPTH) throw new PatchError("it is too deep");
  const part = value as Record<string, unknown>;
  for (const key of Object.keys(part)) {
    if (reachesPrototype(key, part[key])) {
      throw new PatchError(`it sets the key "${key}"`);
    }
    part[key] = frozenInserted(part[key], depth + 1);
  }
  return Object.freeze(value);
}
