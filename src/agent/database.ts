import type { SqlDatabase, SqlValue } from "../ports/storage.ts";
import type { Instance } from "./instance.ts";

/** What `this.sql` binds to a `?`: `true` and `false` are 1 and 0. */
export type SqlParameter = SqlValue | boolean;

/** A row, as `this.sql` returns it. */
export type SqlRow = Record<string, SqlValue>;

/** Thrown by `this.sql`. What the engine said is the `cause`. */
export class SqlError extends Error {
  /** The statement, with `?` for what was bound. */
  readonly query: string;

  /** Made by `this.sql`. */
  constructor(query: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`Cannot run a statement: ${reason}`, { cause });
    this.name = "SqlError";
    this.query = query;
  }
}

/** The database of one instance, opened when it is first asked for something. */
export class Database {
  #instance: Instance;
  #database: SqlDatabase | undefined;
  #closed: string | undefined;

  constructor(instance: Instance) {
    this.#instance = instance;
  }

  run(
    strings: readonly string[],
    values: readonly SqlParameter[],
  ): SqlRow[] {
    const query = strings.join("?");
    try {
      return this.#open().run(query, values.map(bound));
    } catch (error) {
      throw new SqlError(query, error);
    }
  }

  /** Lets go of the file; from now on every statement throws `why`. */
  close(why: string): void {
    this.#closed ??= why;
    this.#database?.close();
    this.#database = undefined;
  }

  #open(): SqlDatabase {
    if (this.#database !== undefined) return this.#database;
    if (this.#closed !== undefined) throw new Error(this.#closed);
    const { home, address } = this.#instance;
    const { storage } = home.commits;
    if (storage.sql === undefined) {
      throw new Error("the host's storage has no databases");
    }
    return this.#database = storage.sql(address);
  }
}

function bound(value: SqlParameter, at: number): SqlValue {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (
    value === null || typeof value === "string" || typeof value === "number" ||
    typeof value === "bigint" || value instanceof Uint8Array
  ) return value;
  throw new TypeError(
    `value ${
      at + 1
    } must be a string, a number, a boolean, null or bytes: received ${typeof value}`,
  );
}
