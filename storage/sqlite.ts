import type {
  AgentAddress,
  Snapshot,
  SqlDatabase,
  Storage,
  Write,
} from "../src/ports/storage.ts";
import { builtin } from "./builtin.ts";
import {
  assertWhole,
  databaseOf,
  type Durability,
  type Engine,
  openEngine,
  openError,
  type Statement,
  StoreError,
} from "./engine.ts";
import { assertStore, migrate } from "./schema.ts";

export { type Durability, StoreError } from "./engine.ts";

/** Options of {@linkcode SqliteStorage}. */
export interface SqliteOptions {
  /** Default `"full"`: what a client has seen survives a power failure. */
  durability?: Durability;
}

/**
 * Keeps the states of all agents in `agents.sqlite` of one folder, and the
 * database of each agent that asks for one in a file of its own under `sql`.
 * The engine is `node:sqlite`, which Deno, Bun and Node have.
 *
 * The folder comes into being with the first write. One process at a time has
 * it: a second one gets a {@linkcode StoreError}.
 */
export class SqliteStorage implements Storage {
  #folder: string | undefined;
  #durability: Durability;
  #engine: Engine | undefined;
  #load: Statement | undefined;
  #save: Statement | undefined;
  #remove: Statement | undefined;
  #databases = new Map<string, SqlDatabase>();
  #closed = false;

  /** `folder`, or `":memory:"`. Opens the store if there is one, and throws when that can't be. */
  constructor(folder: string, { durability = "full" }: SqliteOptions = {}) {
    this.#folder = folder === ":memory:" ? undefined : folder;
    this.#durability = durability;
    if (this.#exists()) this.#open();
  }

  load({ agent, name }: AgentAddress): Snapshot | undefined {
    if (this.#closed) throw this.#closedError();
    // If another process has made it meanwhile, it is that one's, and this throws.
    if (this.#engine === undefined && this.#exists()) this.#open();
    return this.#load?.get(agent, name) as Snapshot | undefined;
  }

  commit(writes: readonly Write[]): void {
    const engine = this.#open();
    engine.exec("BEGIN IMMEDIATE");
    try {
      for (const { address: { agent, name }, snapshot } of writes) {
        if (snapshot === undefined) this.#remove!.run(agent, name);
        else {
          const { epoch, rev, state } = snapshot;
          this.#save!.run(agent, name, epoch, rev, state);
        }
      }
      engine.exec("COMMIT");
    } catch (error) {
      rollBack(engine);
      throw error;
    }
    for (const { address, snapshot } of writes) {
      if (snapshot === undefined) this.#removeDatabase(address);
    }
  }

  sql(address: AgentAddress): SqlDatabase {
    if (this.#closed) throw this.#closedError();
    const path = this.#pathOf(address);
    const known = this.#databases.get(path);
    if (known !== undefined) return known;
    if (this.#folder !== undefined) {
      // Whoever has a database has the store: it holds the lock.
      this.#open();
      const { mkdirSync } = builtin<FileSystem>("node:fs");
      mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    }
    const what = `the database of ${address.agent} ${
      JSON.stringify(address.name)
    }`;
    const engine = openEngine(
      this.#folder === undefined ? ":memory:" : path,
      this.#durability,
      what,
    );
    // In memory it has to outlive the instance.
    if (this.#folder === undefined) {
      const kept = { ...databaseOf(engine, () => {}), close() {} };
      this.#databases.set(path, kept);
      return kept;
    }
    const database = databaseOf(engine, () => this.#databases.delete(path));
    this.#databases.set(path, database);
    return database;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const database of [...this.#databases.values()]) database.close();
    this.#engine?.close();
    this.#engine = undefined;
  }

  get #file(): string {
    return `${this.#folder}/agents.sqlite`;
  }

  #exists(): boolean {
    if (this.#folder === undefined) return false;
    return builtin<FileSystem>("node:fs").existsSync(this.#file);
  }

  #open(): Engine {
    if (this.#engine !== undefined) return this.#engine;
    if (this.#closed) throw this.#closedError();
    const memory = this.#folder === undefined;
    if (!memory) {
      const { mkdirSync } = builtin<FileSystem>("node:fs");
      mkdirSync(this.#folder!, { recursive: true });
    }
    const what = memory
      ? "a store in memory"
      : `the store in "${this.#folder}"`;
    const path = memory ? ":memory:" : this.#file;
    const engine = openEngine(path, this.#durability, what, (engine) => {
      assertStore(engine, what);
      assertWhole(engine, what);
    });
    try {
      migrate(engine);
      this.#load = engine.prepare(
        "SELECT state, epoch, rev FROM state WHERE agent = ? AND name = ?",
      );
      this.#save = engine.prepare(
        `INSERT INTO state (agent, name, epoch, rev, state) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (agent, name) DO UPDATE SET
          epoch = excluded.epoch, rev = excluded.rev, state = excluded.state`,
      );
      this.#remove = engine.prepare(
        "DELETE FROM state WHERE agent = ? AND name = ?",
      );
    } catch (error) {
      engine.close();
      throw openError(error, what);
    }
    return this.#engine = engine;
  }

  /** From a hash: what a name says must not choose a file. */
  #pathOf({ agent, name }: AgentAddress): string {
    const { createHash } = builtin<Crypto>("node:crypto");
    const hash = createHash("sha256").update(`${agent}\n${name}`).digest("hex");
    return `${this.#folder ?? ""}/sql/${hash.slice(0, 2)}/${hash}.sqlite`;
  }

  #removeDatabase(address: AgentAddress): void {
    const path = this.#pathOf(address);
    this.#databases.get(path)?.close();
    this.#databases.delete(path);
    if (this.#folder === undefined) return;
    const { rmSync } = builtin<FileSystem>("node:fs");
    for (const end of ["", "-wal", "-shm"]) rmSync(path + end, { force: true });
  }

  #closedError(): StoreError {
    return new StoreError("CLOSED", "Cannot use the store: it is closed");
  }
}

interface FileSystem {
  existsSync(path: string): boolean;
  mkdirSync(path: string, options: { recursive: boolean }): void;
  rmSync(path: string, options: { force: boolean }): void;
}

interface Crypto {
  createHash(name: string): {
    update(text: string): { digest(encoding: string): string };
  };
}

function rollBack(engine: Engine): void {
  try {
    engine.exec("ROLLBACK");
  } catch {
    // On some errors SQLite has done it by itself.
  }
  try {
    // When only the flush failed, the log has it all, and a crash would bring it back.
    engine.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    // The next commit overwrites it.
  }
}
