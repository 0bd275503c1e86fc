import type { SqlDatabase, SqlValue } from "../src/ports/storage.ts";
import { bindable } from "./bindings.ts";
import type { Engine, Statement } from "./engine.ts";
import { defineMath, isMath } from "./sqlite_math.ts";

type Row = Record<string, SqlValue>;

/** A template has as many texts as it has places in the source. */
const MAX_STATEMENTS = 100;
/** What neither changes the schema nor takes a change of it back. */
const KEPT =
  /^(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH|VALUES|BEGIN|COMMIT|END|SAVEPOINT|RELEASE)\b/i;
/** A setting that is the connection's, and not in the file. */
const SETTING = /^PRAGMA\b[^=(]*[=(]/i;

/**
 * The database behind `this.sql` on an engine of `node:sqlite`. It behaves as
 * a Durable Object's does, as far as the engine lets it.
 */
export class SqliteDatabase implements SqlDatabase {
  #open: () => Engine;
  #onUse: (database: SqliteDatabase) => void;
  #onClose: (database: SqliteDatabase) => void;
  #engine: Engine | undefined;
  #kept = new Map<string, Kept>();
  #hasSettings = false;

  /** `open` is called when a statement needs the engine, `onUse` before each, and `onClose` when nobody needs it any more. */
  constructor(
    open: () => Engine,
    onUse: (database: SqliteDatabase) => void,
    onClose: (database: SqliteDatabase) => void,
  ) {
    this.#open = open;
    this.#onUse = onUse;
    this.#onClose = onClose;
  }

  run(parts: readonly string[], values: readonly SqlValue[]): Row[] {
    this.#onUse(this);
    const engine = this.#engine ??= this.#open();
    const query = parts.length === 1 ? parts[0] : parts.join("?");
    try {
      return this.#statement(engine, query).rows(bindable(engine, values));
    } catch (error) {
      // An error may have rolled a change of the schema back.
      this.#kept.clear();
      throw error;
    }
  }

  transaction<T>(run: () => T): T {
    this.#onUse(this);
    const engine = this.#engine ??= this.#open();
    engine.exec("SAVEPOINT roam");
    try {
      const result = run();
      engine.exec("RELEASE roam");
      return result;
    } catch (error) {
      this.#kept.clear();
      // On some errors SQLite has rolled all of it back.
      if (isInTransaction(engine)) {
        engine.exec("ROLLBACK TO roam; RELEASE roam");
      }
      throw error;
    }
  }

  /** Closes the engine until it is needed again, unless it has something that would be lost: a transaction, settings, or tables that are not in the file. */
  rest(): boolean {
    const engine = this.#engine;
    if (engine === undefined) return true;
    if (isInTransaction(engine) || this.#hasSettings) return false;
    const { count } = engine.prepare(
      `SELECT (SELECT count(*) FROM sqlite_temp_schema) +
        (SELECT count(*) FROM pragma_database_list
          WHERE name NOT IN ('main', 'temp')) AS count`,
    ).get() as { count: number };
    if (count > 0) return false;
    this.#closeEngine();
    return true;
  }

  close(): void {
    this.#onClose(this);
    this.#closeEngine();
  }

  #statement(engine: Engine, query: string): Kept {
    const known = this.#kept.get(query);
    if (known !== undefined) return known;
    const statement = new Kept(prepare(engine, query), query);
    if (KEPT.test(query)) {
      if (this.#kept.size >= MAX_STATEMENTS) this.#kept.clear();
      this.#kept.set(query, statement);
    } else {
      // Deno's go on returning the columns that there were.
      this.#kept.clear();
      this.#hasSettings ||= SETTING.test(query);
    }
    return statement;
  }

  #closeEngine(): void {
    this.#kept.clear();
    this.#hasSettings = false;
    this.#engine?.close();
    this.#engine = undefined;
  }
}

/** A statement that may run again. */
class Kept {
  #statement: Statement;
  /** Integers are read as `bigint`, because one of them may be too large for a number. */
  #isExact = false;

  constructor(statement: Statement, query: string) {
    this.#statement = statement;
    // What writes can't be run a second time.
    if (/\bRETURNING\b/i.test(query)) this.#readExactly();
  }

  rows(values: readonly SqlValue[]): Row[] {
    if (!this.#isExact) {
      try {
        return this.#statement.all(...values).map(plain);
      } catch (error) {
        if ((error as { code?: unknown }).code !== "ERR_OUT_OF_RANGE") {
          throw error;
        }
        this.#readExactly();
      }
    }
    return this.#statement.all(...values).map(plain).map(withNumbers);
  }

  #readExactly(): void {
    this.#isExact = true;
    this.#statement.setReadBigInts(true);
  }
}

/** Node has it from 22.16 on. Before, it shows in that another transaction can't begin. */
function isInTransaction(engine: Engine): boolean {
  if (engine.isTransaction !== undefined) return engine.isTransaction;
  try {
    engine.exec("BEGIN; ROLLBACK");
    return false;
  } catch {
    return true;
  }
}

function prepare(engine: Engine, query: string): Statement {
  try {
    return engine.prepare(query);
  } catch (error) {
    const [, name] = /^(?:no such|unknown) function: (\w+)/.exec(
      (error as Error).message,
    ) ?? [];
    if (name === undefined || !isMath(name)) throw error;
    defineMath(engine);
    return engine.prepare(query);
  }
}

/** Rows come without a prototype. Making a copy of each would cost as much as reading it. */
function plain(row: unknown): Row {
  return Object.setPrototypeOf(row, Object.prototype);
}

function withNumbers(row: Row): Row {
  for (const [name, value] of Object.entries(row)) {
    if (typeof value !== "bigint") continue;
    const number = Number(value);
    if (Number.isSafeInteger(number)) row[name] = number;
  }
  return row;
}
