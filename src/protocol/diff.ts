import { equal, isRecord } from "./equal.ts";
import { MAX_MOVES } from "./patch.ts";

/** How far apart two items of arrays are looked for that are the same. */
const WINDOW = 32;

/**
 * The operations of a patch (see {@linkcode applyPatch}) that make `next` of
 * `previous`, as JSON; both are values of JSON. `undefined` where that has
 * more than `maxLength` characters. Parts that are the same object cost
 * nothing.
 */
export function diff(
  previous: unknown,
  next: unknown,
  maxLength: number = Infinity,
): string | undefined {
  return new Diff(maxLength - 1).text(previous, next);
}

/** Thrown inside when the operations have become too long. */
const TOO_LONG = Symbol();

class Diff {
  #operations: string[] = [];
  #path: (string | number)[] = [];
  #length = 0;
  #maxLength: number;
  #moves = 0;

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  text(previous: unknown, next: unknown): string | undefined {
    try {
      this.#compare(previous, next);
    } catch (error) {
      if (error === TOO_LONG) return undefined;
      throw error;
    }
    return `[${this.#operations.join(",")}]`;
  }

  #compare(previous: unknown, next: unknown): void {
    if (previous === next) return;
    const first = this.#operations.length;
    const length = this.#length;
    let parts: number;
    if (Array.isArray(previous) && Array.isArray(next)) {
      this.#items(previous, next);
      parts = next.length;
    } else if (isRecord(previous) && isRecord(next)) {
      const keys = Object.keys(next);
      if (!keepsOrder(previous, keys)) return this.#set(next);
      this.#keys(previous, next, keys);
      parts = keys.length;
    } else return this.#set(next);
    // Where about everything has changed the whole part may be shorter.
    const count = this.#operations.length - first;
    if (count < 2 || count < parts) return;
    const whole = this.#setText(next);
    if (whole.length >= this.#length - length) return;
    this.#operations.length = first;
    this.#length = length;
    this.#add(whole);
  }

  #keys(
    previous: Record<string, unknown>,
    next: Record<string, unknown>,
    keys: readonly string[],
  ): void {
    for (const key of Object.keys(previous)) {
      if (Object.hasOwn(next, key)) continue;
      this.#add(JSON.stringify([[...this.#path, key]]));
    }
    for (const key of keys) {
      this.#path.push(key);
      if (Object.hasOwn(previous, key)) this.#compare(previous[key], next[key]);
      else this.#set(next[key]);
      this.#path.pop();
    }
  }

  /**
   * Walks both arrays, and looks a little ahead where items differ: whether
   * some were removed or inserted, or one was changed. `to` is also the index
   * in the array as the operations so far have left it.
   */
  #items(previous: readonly unknown[], next: readonly unknown[]): void {
    const size = previous.length + next.length;
    let from = 0;
    let to = 0;
    while (from < previous.length && to < next.length) {
      if (equal(previous[from], next[to])) {
        from++;
        to++;
        continue;
      }
      const skip = distance(previous, from, next, to);
      if (skip === undefined) {
        this.#path.push(to);
        this.#compare(previous[from++], next[to++]);
        this.#path.pop();
      } else if (skip > 0) {
        this.#splice(size, to, skip, []);
        from += skip;
      } else {
        this.#splice(size, to, 0, next.slice(to, to - skip));
        to -= skip;
      }
    }
    const removed = previous.length - from;
    if (removed > 0 || to < next.length) {
      this.#splice(size, to, removed, next.slice(to));
    }
  }

  #splice(
    size: number,
    at: number,
    remove: number,
    items: readonly unknown[],
  ): void {
    this.#moves += size;
    if (this.#moves > MAX_MOVES) throw TOO_LONG;
    this.#add(JSON.stringify([this.#path, at, remove, items]));
  }

  #set(value: unknown): void {
    this.#add(this.#setText(value));
  }

  #setText(value: unknown): string {
    return JSON.stringify([this.#path, value]);
  }

  #add(operation: string): void {
    this.#length += operation.length + 1;
    if (this.#length > this.#maxLength) throw TOO_LONG;
    this.#operations.push(operation);
  }
}

/** How many items of `previous` to leave out (positive), or of `next` (negative), until both go on alike. */
function distance(
  previous: readonly unknown[],
  from: number,
  next: readonly unknown[],
  to: number,
): number | undefined {
  for (let skip = 1; skip <= WINDOW; skip++) {
    const isRemoved = from + skip < previous.length &&
      equal(previous[from + skip], next[to]);
    if (isRemoved) return skip;
    const isInserted = to + skip < next.length &&
      equal(previous[from], next[to + skip]);
    if (isInserted) return -skip;
  }
}

/** Whether deleting and adding keys leaves them in the order of `keys`: who reads a state may go by it. */
function keepsOrder(
  previous: Record<string, unknown>,
  keys: readonly string[],
): boolean {
  const order = keys.filter((key) => !isIndex(key));
  const kept = Object.keys(previous).filter((key) => !isIndex(key));
  const wanted = new Set(order);
  let at = 0;
  for (const key of kept) {
    if (wanted.has(key) && order[at++] !== key) return false;
  }
  return true;
}

/** Keys like these come first and in their order, whenever they were added. */
function isIndex(key: string): boolean {
  return `${Number(key) >>> 0}` === key;
}
