import type {
  ChangedPages,
  SqlValue,
  StoredSqlDatabase,
} from "../src/ports/storage.ts";
import { builtin } from "../platform/builtin.ts";
import { type Engine, openEngine } from "./engine.ts";
import { LogFile } from "./log_file.ts";
import {
  type OpenDatabases,
  openWithRoom,
  type Resting,
} from "./open_databases.ts";
import { SqliteDatabase } from "./sqlite_database.ts";
import { assertContained } from "./statement_rules.ts";
import { type LoggedPages, WalReader } from "./wal_reader.ts";

/** Where a {@linkcode PagedDatabase} is, and what it may be. */
export interface PagedDatabaseOptions {
  /** Its file, which is nobody else's. Asked for when there is to be one. */
  readonly path: () => string;
  /** Names it in errors. */
  readonly what: string;
  /** How many pages are stored of it. */
  readonly count: number;
  /** Bytes that it may have. */
  readonly maxBytes: number;
  readonly open: OpenDatabases;
  /** It has been closed for good. */
  readonly onClose: () => void;
}

/** Of a new database: what a statement changes is stored in whole pages, so small ones cost less. */
const PAGE_BYTES = 1024;
/** Bytes of the log past which it is written into the database. */
const LOG_BYTES = 4 * 1024 * 1024;

interface FileSystem {
  writeFileSync(path: string, bytes: Uint8Array): void;
  rmSync(path: string, options: { force: boolean }): void;
}

/**
 * A database whose file is a copy: what is durable are the pages that somebody
 * stores elsewhere. The file is in a folder for temporary files, and is gone
 * when the database is closed.
 */
export class PagedDatabase implements StoredSqlDatabase, Resting {
  #options: PagedDatabaseOptions;
  #database: SqliteDatabase;
  #engine: Engine | undefined;
  #file: LogFile | undefined;
  #log: WalReader;
  /** How many pages had been taken. */
  #count: number;
  /** What has been read of the log, and not been taken. */
  #untaken: LoggedPages | undefined;
  #path: string | undefined;
  /** Of reading the log. */
  #failure: { readonly error: unknown } | undefined;

  constructor(options: PagedDatabaseOptions) {
    this.#options = options;
    this.#count = options.count;
    this.#log = new WalReader((from, length) => this.#file!.read(from, length));
    const { open } = options;
    this.#database = new SqliteDatabase(
      () => this.#openFile(),
      () => open.use(this),
      () => open.delete(this),
    );
  }

  /** Writes what is stored into its file. Pages that are missing have nothing in them. */
  fill(pages: ReadonlyMap<number, Uint8Array>): void {
    const size = pages.get(1)!.length;
    const file = new Uint8Array(this.#count * size);
    for (const [page, bytes] of pages) file.set(bytes, (page - 1) * size);
    const { writeFileSync } = builtin<FileSystem>("node:fs");
    writeFileSync(this.#makePath(), file);
  }

  run(
    parts: readonly string[],
    values: readonly SqlValue[],
  ): Record<string, SqlValue>[] {
    assertContained(parts.join("?"));
    try {
      return this.#database.run(parts, values);
    } catch (error) {
      throw this.#isFull(error) ? this.#tooLarge(error) : error;
    }
  }

  transaction<T>(run: () => T): T {
    return this.#database.transaction(run);
  }

  take(): ChangedPages | undefined {
    this.#readChanges();
    if (this.#failure !== undefined) throw this.#failure.error;
    const taken = this.#untaken;
    if (taken === undefined) return undefined;
    this.#untaken = undefined;
    if (this.#log.size > LOG_BYTES) this.#checkpoint();
    const before = this.#count;
    this.#count = taken.count;
    return { before, ...taken };
  }

  rest(): boolean {
    // The engine removes the log when it closes.
    this.#readChanges();
    if (!this.#database.rest()) return false;
    this.#forgetLog();
    return true;
  }

  close(): void {
    this.#readChanges();
    this.#database.close();
    this.#forgetLog();
    this.#removeFiles();
    this.#options.onClose();
  }

  #openFile(): Engine {
    return openWithRoom(this.#options.open, () => {
      const path = this.#makePath();
      const engine = openEngine(path, "os", this.#options.what, (engine) => {
        engine.exec(`PRAGMA page_size = ${PAGE_BYTES}`);
      });
      try {
        this.#file = new LogFile(`${path}-wal`);
      } catch (error) {
        engine.close();
        throw error;
      }
      this.#configure(engine);
      return this.#engine = engine;
    });
  }

  #configure(engine: Engine): void {
    // What is lost in a crash is not missed, and the log is read before it goes.
    engine.exec("PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0");
    const { page_size: bytes } = engine.prepare("PRAGMA page_size")
      .get() as { page_size: number };
    const pages = Math.max(1, Math.floor(this.#options.maxBytes / bytes));
    engine.exec(`PRAGMA max_page_count = ${Math.min(pages, 2 ** 31)}`);
  }

  #makePath(): string {
    return this.#path ??= this.#options.path();
  }

  #readChanges(): void {
    if (this.#engine === undefined) return;
    try {
      const next = this.#log.next();
      if (next === undefined) return;
      const pages = new Map(this.#untaken?.pages);
      for (const [page, bytes] of next.pages) pages.set(page, bytes);
      for (const page of pages.keys()) {
        if (page > next.count) pages.delete(page);
      }
      this.#untaken = { count: next.count, pages };
    } catch (error) {
      this.#failure = { error };
    }
  }

  #checkpoint(): void {
    try {
      this.#engine!.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // A transaction is open: the next time.
    }
  }

  #forgetLog(): void {
    this.#file?.close();
    this.#engine = this.#file = undefined;
  }

  #removeFiles(): void {
    if (this.#path === undefined) return;
    const { rmSync } = builtin<FileSystem>("node:fs");
    for (const end of ["", "-wal"]) rmSync(this.#path + end, { force: true });
  }

  #isFull(error: unknown): boolean {
    const { errcode, message } = error as { errcode?: number; message: string };
    return errcode === 13 || message.includes("database or disk is full");
  }

  #tooLarge(cause: unknown): RangeError {
    return new RangeError(
      `the database would have more than ${this.#options.maxBytes} bytes: delete what is not needed, or raise limits.databaseBytes`,
      { cause },
    );
  }
}
