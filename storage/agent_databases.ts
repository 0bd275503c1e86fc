import type { AgentAddress, SqlDatabase } from "../src/ports/storage.ts";
import { builtin } from "../platform/builtin.ts";
import { type Durability, type Engine, openEngine } from "./engine.ts";
import { OpenDatabases, openWithRoom } from "./open_databases.ts";
import { SqliteDatabase } from "./sqlite_database.ts";

/** The store that the databases lie beside. */
export interface AgentDatabasesOwner {
  /** Where the files are; `undefined` in memory. */
  readonly folder: string | undefined;
  readonly durability: Durability;
  /** Takes the store, and its lock, for this process. */
  open(): void;
}

/** The databases of agents, each in a file of its own under `sql`, or all in memory. */
export class AgentDatabases {
  #owner: AgentDatabasesOwner;
  #databases = new Map<string, SqliteDatabase>();
  #openDatabases: OpenDatabases;

  /** `limit` is how many have their files open at the same time. */
  constructor(owner: AgentDatabasesOwner, limit: number) {
    this.#owner = owner;
    this.#openDatabases = new OpenDatabases(limit);
  }

  /** The database of an agent, which is made by its first statement. */
  of(address: AgentAddress): SqlDatabase {
    const path = this.#pathOf(address);
    const known = this.#databases.get(path);
    if (known !== undefined) return this.#handleOf(known);
    const open = this.#openDatabases;
    const isInMemory = this.#isInMemory;
    const database = new SqliteDatabase(
      () => this.#open(address, path),
      (used) => isInMemory || open.use(used),
      (closed) => {
        open.delete(closed);
        this.#databases.delete(path);
      },
    );
    this.#databases.set(path, database);
    return this.#handleOf(database);
  }

  /** Closes the database of an agent, and removes its files. */
  remove(address: AgentAddress): void {
    const path = this.#pathOf(address);
    this.#databases.get(path)?.close();
    if (this.#isInMemory) return;
    const { rmSync } = builtin<FileSystem>("node:fs");
    for (const end of ["", "-wal", "-shm"]) rmSync(path + end, { force: true });
  }

  close(): void {
    for (const database of [...this.#databases.values()]) database.close();
  }

  get #isInMemory(): boolean {
    return this.#owner.folder === undefined;
  }

  /** In memory a database has to outlive the instance. */
  #handleOf(database: SqliteDatabase): SqlDatabase {
    if (!this.#isInMemory) return database;
    return {
      run: (parts, values) => database.run(parts, values),
      transaction: (run) => database.transaction(run),
      close() {},
    };
  }

  #open({ agent, name }: AgentAddress, path: string): Engine {
    const what = `the database of ${agent} ${JSON.stringify(name)}`;
    const isInMemory = this.#isInMemory;
    if (!isInMemory) {
      // Whoever has a database has the store: it holds the lock.
      this.#owner.open();
      const { mkdirSync } = builtin<FileSystem>("node:fs");
      mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    }
    const { durability } = this.#owner;
    const open = () =>
      openEngine(isInMemory ? ":memory:" : path, durability, what);
    return isInMemory ? open() : openWithRoom(this.#openDatabases, open);
  }

  /** From a hash: what a name says must not choose a file. */
  #pathOf({ agent, name }: AgentAddress): string {
    const { createHash } = builtin<Crypto>("node:crypto");
    const hash = createHash("sha256").update(`${agent}\n${name}`).digest("hex");
    const folder = this.#owner.folder ?? "";
    return `${folder}/sql/${hash.slice(0, 2)}/${hash}.sqlite`;
  }
}

interface FileSystem {
  mkdirSync(path: string, options: { recursive: boolean }): void;
  rmSync(path: string, options: { force: boolean }): void;
}

interface Crypto {
  createHash(name: string): {
    update(text: string): { digest(encoding: string): string };
  };
}
