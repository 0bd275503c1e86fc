import type {
  AgentAddress,
  SqlDatabase,
  SqlValue,
  Storage,
  StoredSqlDatabase,
} from "../ports/storage.ts";
import { isDetached } from "../runtime/detached.ts";
import type { Invoker } from "../runtime/invoker.ts";
import type { Limits } from "../runtime/limits.ts";
import type { Part } from "../runtime/part.ts";
import type { Scope } from "../runtime/scope.ts";
import type { PendingWrites } from "./pending_writes.ts";
import { type SqlStatement, statementsOf } from "./sql_text.ts";

/** What `this.sql` binds to a `?`: `true` and `false` are 1 and 0, an `ArrayBuffer` and a view of one are their bytes. */
export type SqlParameter = SqlValue | boolean | ArrayBuffer | ArrayBufferView;

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

/** The instance whose database it is. */
export interface DatabaseOwner extends Scope {
  readonly address: AgentAddress;
  readonly storage: Storage;
  readonly invoker: Invoker;
  readonly host: { readonly limits: Limits };
  readonly writes: Pick<PendingWrites, "saveDatabase">;
}

/** The database of one instance, opened when it is first asked for something, or at the start where it has to be fetched. */
export class Database implements Part {
  #owner: DatabaseOwner;
  #database: SqlDatabase | StoredSqlDatabase | undefined;
  #closed: string | undefined;

  constructor(owner: DatabaseOwner) {
    this.#owner = owner;
  }

  /** Only where it has to be fetched. */
  static isFor({ storage }: DatabaseOwner): boolean {
    return storage.openSql !== undefined;
  }

  async start(): Promise<void> {
    if (this.#database !== undefined) return;
    const { address, storage, host } = this.#owner;
    const database = await storage.openSql!(address, host.limits);
    if (this.#closed !== undefined) database.close();
    else this.#database = database;
  }

  run(
    strings: readonly string[],
    values: readonly SqlParameter[],
  ): SqlRow[] {
    if (!Array.isArray(strings)) {
      throw new TypeError(
        "Cannot run SQL: it must be a template, as in this.sql`SELECT 1`",
      );
    }
    let failed: readonly string[] = strings;
    if (this.#closed !== undefined && isDetached(this.#owner)) {
      const error = new SqlError(failed.join("?"), new Error(this.#closed));
      this.#owner.invoker.fail("uncaught", error);
      return [];
    }
    try {
      const statements = statementsOf(strings);
      const bindings = values.map(bound);
      const database = this.#open();
      if ("take" in database && statements.some(mayWrite)) {
        this.#owner.writes.saveDatabase(database);
      }
      const run = (statement: SqlStatement) => {
        const { parts, firstValue } = statement;
        failed = parts;
        const last = firstValue + parts.length - 1;
        return database.run(parts, bindings.slice(firstValue, last));
      };
      if (statements.length === 1) {
        failed = statements[0].parts;
        return database.run(failed, bindings);
      }
      assertOneTransaction(statements);
      return database.transaction(() => statements.map(run)).at(-1)!;
    } catch (error) {
      throw new SqlError(failed.join("?"), error);
    }
  }

  /** Lets go of the file; from now on every statement throws `why`. */
  evict(why: string): void {
    this.#closed ??= why;
    this.#database?.close();
    this.#database = undefined;
  }

  #open(): SqlDatabase | StoredSqlDatabase {
    if (this.#database !== undefined) return this.#database;
    if (this.#closed !== undefined) throw new Error(this.#closed);
    const { address, storage } = this.#owner;
    if (storage.openSql !== undefined) {
      throw new Error(
        "in a constructor what is stored is not known yet: do it in onStart",
      );
    }
    if (storage.sql === undefined) {
      throw new Error(
        "the host's storage has no databases",
      );
    }
    return this.#database = storage.sql(address);
  }
}

const READS = /^(?:SELECT|VALUES|EXPLAIN)$/;

function mayWrite({ verb }: SqlStatement): boolean {
  return !READS.test(verb);
}

const TRANSACTIONS = /^(?:BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE)$/;

function assertOneTransaction(statements: readonly SqlStatement[]): void {
  const { verb } = statements.find(({ verb }) => TRANSACTIONS.test(verb)) ?? {};
  if (verb === undefined) return;
  throw new SyntaxError(
    `several statements are one transaction: leave ${verb} out`,
  );
}

function bound(value: SqlParameter, at: number): SqlValue {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "bigint" && BigInt.asIntN(64, value) !== value) {
    throw new RangeError(`value ${at + 1} must fit into 64 bits: ${value}`);
  }
  if (
    value === null || typeof value === "string" || typeof value === "number" ||
    typeof value === "bigint" || value instanceof Uint8Array
  ) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  throw new TypeError(
    `value ${
      at + 1
    } must be a string, a number, a boolean, null or bytes: received ${
      kindOf(value)
    }`,
  );
}

/** An object by the name of its class. */
function kindOf(value: unknown): string {
  if (typeof value !== "object") return typeof value;
  return (value as { constructor?: { name?: string } }).constructor?.name ??
    "object";
}
