import type { DueJob, DueQuery, StoredJob } from "../src/ports/jobs.ts";
import type { LogEntry, LogHead } from "../src/ports/log.ts";
import type {
  AgentAddress,
  NamesQuery,
  Snapshot,
  SqlDatabase,
  Storage,
  Write,
} from "../src/ports/storage.ts";
import { builtin } from "../platform/builtin.ts";
import { AgentDatabases } from "./agent_databases.ts";
import {
  assertWhole,
  type Durability,
  type Engine,
  openEngine,
  openError,
  type Statement,
  StoreError,
} from "./engine.ts";
import { isOpenHere, noteOpen } from "./open_stores.ts";
import { assertStore, migrate } from "./schema.ts";
import { JobTable } from "./sqlite_jobs.ts";
import { LogTable } from "./sqlite_log.ts";
import { storedNames } from "./sqlite_names.ts";

export { type Durability, StoreError } from "./engine.ts";

/** Options of {@linkcode SqliteStorage}. */
export interface SqliteOptions {
  /** Default `"full"`: what a client has seen survives a power failure. */
  durability?: Durability;
  /** How many databases of agents have their files open at the same time, two files each; past it the one that was not used for longest is closed until it is needed. Default 100. */
  openDatabases?: number;
}

const DEFAULT_OPEN_DATABASES = 100;

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
  /** Takes back the note that this process has it open. */
  #release: (() => void) | undefined;
  #load: Statement | undefined;
  #save: Statement | undefined;
  #remove: Statement | undefined;
  #databases: AgentDatabases;
  #jobs: JobTable | undefined;
  #log: LogTable | undefined;
  #closed = false;

  /** `folder`, or `":memory:"`. Opens the store if there is one, and throws when that can't be. */
  constructor(
    folder: string,
    { durability = "full", openDatabases = DEFAULT_OPEN_DATABASES }:
      SqliteOptions = {},
  ) {
    this.#folder = folder === ":memory:" ? undefined : folder;
    this.#durability = durability;
    const open = () => void this.#open();
    this.#databases = new AgentDatabases(
      { folder: this.#folder, durability, open },
      openDatabases,
    );
    if (this.#exists()) this.#open();
  }

  load({ agent, name }: AgentAddress): Snapshot | undefined {
    this.#look();
    return this.#load?.get(agent, name) as Snapshot | undefined;
  }

  commit(writes: readonly Write[]): void {
    const engine = this.#open();
    engine.exec("BEGIN IMMEDIATE");
    try {
      for (const { address, snapshot, jobs, log } of writes) {
        const { agent, name } = address;
        if (snapshot !== undefined) {
          const { epoch, rev, state } = snapshot;
          this.#save!.run(agent, name, epoch, rev, state);
        } else if (jobs === undefined && log === undefined) {
          this.#remove!.run(agent, name);
          this.#jobs!.removeAll(address);
          this.#log!.removeAll(address);
        }
        if (jobs !== undefined) this.#jobs!.change(address, jobs);
        if (log !== undefined) this.#log!.append(address, log);
      }
      engine.exec("COMMIT");
    } catch (error) {
      rollBack(engine);
      throw error;
    }
    for (const { address, snapshot, jobs, log } of writes) {
      if ((snapshot ?? jobs ?? log) === undefined) {
        this.#databases.remove(address);
      }
    }
  }

  jobs(address: AgentAddress): readonly StoredJob[] {
    this.#look();
    return this.#jobs?.of(address) ?? [];
  }

  due(query: DueQuery): readonly DueJob[] {
    this.#look();
    return this.#jobs?.due(query) ?? [];
  }

  logHead(address: AgentAddress): LogHead | undefined {
    this.#look();
    return this.#log?.head(address);
  }

  history(address: AgentAddress, after: number): readonly LogEntry[] {
    this.#look();
    return this.#log?.after(address, after) ?? [];
  }

  names(query: NamesQuery): readonly string[] {
    this.#look();
    return this.#engine === undefined ? [] : storedNames(this.#engine, query);
  }

  sql(address: AgentAddress): SqlDatabase {
    if (this.#closed) throw this.#closedError();
    return this.#databases.of(address);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#databases.close();
    this.#engine?.close();
    this.#engine = undefined;
    this.#release?.();
  }

  /** Opens the store if there is one. If another process has made it meanwhile, it is that one's, and this throws. */
  #look(): void {
    if (this.#closed) throw this.#closedError();
    if (this.#engine === undefined && this.#exists()) this.#open();
  }

  get #file(): string {
    return `${this.#folder}/agents.sqlite`;
  }

  #exists(): boolean {
    if (this.#folder === undefined) return false;
    try {
      return builtin<FileSystem>("node:fs").existsSync(this.#file);
    } catch (error) {
      throw openError(error, this.#what);
    }
  }

  get #what(): string {
    return this.#folder === undefined
      ? "a store in memory"
      : `the store in "${this.#folder}"`;
  }

  #open(): Engine {
    if (this.#engine !== undefined) return this.#engine;
    if (this.#closed) throw this.#closedError();
    const memory = this.#folder === undefined;
    const what = this.#what;
    const path = memory ? ":memory:" : this.#file;
    let engine: Engine | undefined;
    try {
      if (!memory) {
        const { mkdirSync } = builtin<FileSystem>("node:fs");
        mkdirSync(this.#folder!, { recursive: true });
      }
      engine = openEngine(path, this.#durability, what, (engine) => {
        assertStore(engine, what);
        assertWhole(engine, what);
      });
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
      this.#jobs = new JobTable(engine);
      this.#log = new LogTable(engine);
    } catch (error) {
      engine?.close();
      const problem = openError(error, what);
      const isLocked = problem instanceof StoreError &&
        problem.code === "LOCKED";
      throw isLocked && isOpenHere(path) ? openTwice(what) : problem;
    }
    if (!memory) this.#release = noteOpen(path);
    return this.#engine = engine;
  }

  #closedError(): StoreError {
    return new StoreError("CLOSED", "Cannot use the store: it is closed");
  }
}

interface FileSystem {
  existsSync(path: string): boolean;
  mkdirSync(path: string, options: { recursive: boolean }): void;
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

function openTwice(what: string): StoreError {
  return new StoreError(
    "LOCKED",
    `Cannot open ${what}: this process has it open already; give one serveAgents() all classes, or each a folder of its own`,
  );
}
