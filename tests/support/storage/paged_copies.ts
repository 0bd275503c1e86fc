// Databases of an instance as one process after another has them, and the pages that are stored in between.
import { join } from "node:path";
import type { SqlValue } from "../../../src/ports/storage.ts";
import { OpenDatabases } from "../../../storage/open_databases.ts";
import { PagedDatabase } from "../../../storage/paged_database.ts";

type Rows = Record<string, SqlValue>[];

/** Runs a text, which is one statement. */
export interface Runs {
  run(parts: readonly string[], values: readonly SqlValue[]): Rows;
}

export class PagedCopies {
  readonly pages = new Map<number, Uint8Array>();
  count = 0;
  open = new OpenDatabases(100);
  #folder: string;
  #maxBytes: number;
  #files = 0;

  constructor(folder: string, maxBytes = 8 * 1024 * 1024) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /** The database in a process that has nothing but what is stored. */
  next(maxBytes = this.#maxBytes): PagedDatabase {
    const path = join(this.#folder, `${this.#files++}.sqlite`);
    const database = new PagedDatabase({
      path: () => path,
      what: "a database",
      count: this.count,
      maxBytes,
      open: this.open,
      onClose() {},
    });
    if (this.count > 0) database.fill(this.pages);
    return database;
  }

  /** Stores what has changed; returns how many pages that are. */
  store(database: PagedDatabase): number {
    const taken = database.take();
    if (taken === undefined) return 0;
    const { before, count, pages } = taken;
    if (before !== this.count) throw new Error(`${before} pages were stored`);
    for (const [page, bytes] of pages) this.pages.set(page, bytes.slice());
    for (const page of this.pages.keys()) {
      if (page > count) this.pages.delete(page);
    }
    this.count = count;
    return pages.size;
  }
}

/** Runs a text without values. */
export function run(database: Runs, text: string): Rows {
  return database.run([text], []);
}

/** All that is in a database, as text. */
export function contents(database: Runs): string {
  const schema = run(
    database,
    "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name",
  );
  const tables = schema.filter(({ type }) => type === "table").map(({ name }) =>
    run(database, `SELECT rowid, * FROM "${name}" ORDER BY rowid`)
  );
  return JSON.stringify(
    [schema, tables],
    (_, value) => value instanceof Uint8Array ? [...value] : value,
  );
}

/** What is wrong with the file; `ok`, nothing. */
export function verdict(database: Runs): SqlValue {
  return Object.values(run(database, "PRAGMA integrity_check")[0])[0];
}

/** What becomes of a text: its error, if there is one. */
export function attempt(database: Runs, text: string): string {
  try {
    run(database, text);
    return "done";
  } catch (error) {
    return (error as Error).message;
  }
}
