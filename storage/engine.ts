import type { SqlValue } from "../src/ports/storage.ts";
import { builtin } from "../platform/builtin.ts";

/** The part of a statement of `node:sqlite` that the storage uses. */
export interface Statement {
  all(...values: SqlValue[]): unknown[];
  get(...values: SqlValue[]): unknown;
  run(...values: SqlValue[]): unknown;
  /** Whether integers are read as `bigint`; a number that is not safe throws otherwise. */
  setReadBigInts(enabled: boolean): void;
}

/** The part of a `DatabaseSync` of `node:sqlite` that the storage uses. */
export interface Engine {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  /** Defines a function for SQL. */
  function(
    name: string,
    options: FunctionOptions,
    run: (...values: SqlValue[]) => SqlValue,
  ): void;
  readonly isTransaction?: boolean;
  close(): void;
}

/** Options of a function for SQL. */
export interface FunctionOptions {
  readonly deterministic: boolean;
  readonly useBigIntArguments: boolean;
  readonly varargs: boolean;
}

/** Thrown when a store can't be opened, or is not what it should be. Nothing of it was changed. */
export class StoreError extends Error {
  /** Stable, for programs: `LOCKED`, another process has it, or this one already; `CORRUPT`; `FOREIGN`, not a store of this library; `NEWER`, of a later version; `CLOSED`. */
  readonly code: "LOCKED" | "CORRUPT" | "FOREIGN" | "NEWER" | "CLOSED";

  /** Made by a storage. */
  constructor(code: StoreError["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "StoreError";
    this.code = code;
  }
}

/** How sure a commit is: `"full"`, on disk; `"os"`, in the hands of the system, which survives a crash of the process but not of the machine. */
export type Durability = "full" | "os";

const LOCKED = [5, 6];
const CORRUPT = [11, 26];
const PERMISSION =
  /NotCapable|PermissionDenied|EACCES|EPERM|EROFS|[Pp]ermission|read-?only|unable to open/;
const DAMAGE = /malformed|not a database|no such (?:column|table)/;

/** Opens the file `path`, for this process alone. `what` names it in errors. */
export function openEngine(
  path: string,
  durability: Durability,
  what: string,
  inspect: (engine: Engine) => void = () => {},
): Engine {
  const { DatabaseSync } = builtin<
    { DatabaseSync: new (path: string, options: object) => Engine }
  >("node:sqlite");
  let engine: Engine | undefined;
  try {
    engine = new DatabaseSync(path, {
      // As Durable Objects have it.
      enableDoubleQuotedStringLiterals: true,
    });
    engine.exec("PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE");
    // Looks before it changes anything.
    inspect(engine);
    engine.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${durability === "full" ? "FULL" : "NORMAL"};
      PRAGMA trusted_schema = OFF;
    `);
    // Takes the lock, also of a file that is empty yet.
    engine.exec("BEGIN IMMEDIATE; COMMIT");
    return engine;
  } catch (error) {
    engine?.close();
    throw openError(error, what);
  }
}

/** Reads all of it; throws a {@linkcode StoreError} when something is damaged. */
export function assertWhole(engine: Engine, what: string): void {
  // Not the quick one: an agent whose key is damaged in the index would be new again.
  const [check] = engine.prepare("PRAGMA integrity_check(1)").all();
  const [verdict] = Object.values(check as Record<string, unknown>);
  if (verdict !== "ok") throw new StoreError("CORRUPT", damaged(what, verdict));
}

/** What an attempt to open `what` throws. */
export function openError(error: unknown, what: string): unknown {
  if (error instanceof StoreError) return error;
  const { errcode, message } = error as { errcode?: number; message: string };
  const code = (errcode ?? 0) & 0xff;
  if (LOCKED.includes(code) || /database is locked/.test(message)) {
    return new StoreError(
      "LOCKED",
      `Cannot open ${what}: another process has it open; one process serves a store`,
      error,
    );
  }
  if (CORRUPT.includes(code) || DAMAGE.test(message)) {
    return new StoreError("CORRUPT", damaged(what, message), error);
  }
  const cure = PERMISSION.test(`${(error as Error).name} ${message}`)
    ? `; let the process read and write there (on Deno -A, or --allow-read and --allow-write), or keep nothing: storage: "memory"`
    : "";
  return new Error(`Cannot open ${what}: ${message}${cure}`, { cause: error });
}

function damaged(what: string, verdict: unknown): string {
  return `Cannot open ${what}: it is damaged, or no database (${verdict}); it was left as it is`;
}
