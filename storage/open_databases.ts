/** A database that can close its files for a while. */
export interface Resting {
  /** Closes its files until it is needed again; `false` when it can't. */
  rest(): boolean;
}

/** How many are asked to rest, at most, to make room for one. */
const ATTEMPTS = 16;

/**
 * The databases of one store that have their files open. At most `max` of
 * them, and more only when those that were not used for longest can't rest.
 */
export class OpenDatabases {
  #max: number;
  /** In the order in which they were used. */
  #open = new Set<Resting>();
  #latest: Resting | undefined;

  /** `max` is at least 1. */
  constructor(max: number) {
    this.#max = max;
  }

  /** `database` is about to be used, and opened if it is not open. */
  use(database: Resting): void {
    if (this.#latest === database) return;
    this.#latest = database;
    if (!this.#open.delete(database)) {
      this.#rest(this.#open.size + 1 - this.#max);
    }
    this.#open.add(database);
  }

  /** Closes half of those that are not the latest. */
  restHalf(): void {
    this.#rest(Math.ceil(this.#open.size / 2));
  }

  /** It has been closed for good. */
  delete(database: Resting): void {
    this.#open.delete(database);
    if (this.#latest === database) this.#latest = undefined;
  }

  #rest(count: number): void {
    let left = count;
    if (left <= 0) return;
    for (const database of [...this.#open].slice(0, count + ATTEMPTS)) {
      if (left === 0) return;
      if (database === this.#latest) continue;
      this.#open.delete(database);
      if (database.rest()) left--;
      // It gets its next turn after the others.
      else this.#open.add(database);
    }
  }
}

/** Opens one more file; where the process may have no more, half of those in `databases` rest first. */
export function openWithRoom<T>(databases: OpenDatabases, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (!isCantOpen(error)) throw error;
    databases.restHalf();
    return open();
  }
}

/** Of SQLite, Deno's errors have the text only. */
function isCantOpen(error: unknown): boolean {
  const { code, cause } = error as {
    code?: unknown;
    cause?: { errcode?: number; message: string };
  };
  if (cause === undefined) return code === "EMFILE" || code === "ENFILE";
  return ((cause.errcode ?? 0) & 0xff) === 14 ||
    cause.message.startsWith("unable to open database file");
}
