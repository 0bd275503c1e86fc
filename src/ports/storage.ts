import type { AgentAddress } from "./agent_address.ts";
import type { DueJob, DueQuery, JobChange, StoredJob } from "./jobs.ts";
import type { LogEntry, LogHead, LogWrite } from "./log.ts";

export type { AgentAddress } from "./agent_address.ts";

/** The stored state of an instance. */
export interface Snapshot {
  /** The state as JSON. */
  readonly state: string;
  /** Tells this history of revisions from every other one. */
  readonly epoch: string;
  /** Counts the changes of the state; at least 1. */
  readonly rev: number;
}

/** Replaces what is stored for an instance; without a snapshot, jobs, a log and a database, removes all of it, also its jobs, its log and its own database. */
export interface Write {
  /** Whose. */
  readonly address: AgentAddress;
  /** What to keep in place of the state that was kept. Absent beside `jobs` or `log`: the state stays as it is. */
  readonly snapshot?: Snapshot;
  /** What changes of its jobs, at most one change for each id. The others stay. */
  readonly jobs?: readonly JobChange[];
  /** What is appended to its log. */
  readonly log?: LogWrite;
  /** The database of `openSql`: what has changed in it until now is stored. */
  readonly database?: StoredSqlDatabase;
}

/**
 * What a column of a row holds, and what is bound. A `number` is bound as a
 * REAL, a `bigint` as an INTEGER. A column is a `number`, and a `bigint` where
 * an INTEGER is no safe integer.
 */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** The SQLite database of one instance. */
export interface SqlDatabase {
  /**
   * Runs one statement, durably, and returns its rows, which are plain
   * objects. Its values stand between `parts`. It has at least one word,
   * nothing before its first and nothing after its last, and no other
   * parameters. Throws what the engine throws.
   */
  run(
    parts: readonly string[],
    values: readonly SqlValue[],
  ): Record<string, SqlValue>[];
  /** What `run` does to the database happens all together, durably, or not at all when it throws. Passes on what it returns, and throws. */
  transaction<T>(run: () => T): T;
  /** Lets go of the file. */
  close(): void;
}

/** Pages of a database that have changed, as its file has them. */
export interface ChangedPages {
  /** How many pages it had. */
  readonly before: number;
  /** How many it has now. */
  readonly count: number;
  /** The changed ones, by number; the first is 1. */
  readonly pages: ReadonlyMap<number, Uint8Array>;
}

/** The database of one instance in a storage that stores what changes in it by a `commit`. */
export interface StoredSqlDatabase extends SqlDatabase {
  /** What transactions have changed since the last call, also when it is closed; `undefined`, nothing. Throws when that can't be known. */
  take(): ChangedPages | undefined;
}

/** What the database of an instance may cost. */
export interface SqlLimits {
  /** Bytes that it may have. */
  readonly databaseBytes: number;
  /** How many databases have their files open at the same time. */
  readonly openDatabases: number;
}

/** Which names of instances are asked for. */
export interface NamesQuery {
  /** The class. */
  readonly agent: string;
  /** Only names that have this in them. */
  readonly text?: string;
  /** So many at most. */
  readonly limit: number;
}

/**
 * Where states are kept. A method that can answer at once SHOULD return a
 * value in place of a promise: connections to an instance then wait for
 * nothing.
 *
 * A storage MUST NOT create anything before the first `commit` or `sql`. An
 * error of `load` or `commit` with `moved: true` says that another process has
 * the instance now.
 */
export interface Storage {
  /**
   * The platform holds back whatever is sent after a `commit` until that is
   * durable, and `commit` returns no promise. The core then waits for nothing.
   */
  readonly gated?: boolean;
  /** What was committed last for this instance. MUST throw rather than report something damaged as absent. */
  load(
    address: AgentAddress,
  ): Snapshot | undefined | Promise<Snapshot | undefined>;
  /** Stores all of `writes` or, when it throws, none. They are durable when it is done. At most one write of each instance; never called while a call is under way. */
  commit(writes: readonly Write[]): void | Promise<void>;
  /** Capability: all jobs of this instance, in any order. A storage that has it stores `jobs` of a write. */
  jobs?(
    address: AgentAddress,
  ): readonly StoredJob[] | Promise<readonly StoredJob[]>;
  /** Capability: due times of all instances in ascending order of due time, class and name. Without it nothing is woken by the time alone. */
  due?(query: DueQuery): readonly DueJob[] | Promise<readonly DueJob[]>;
  /** Capability, with `history`: the newest entry of this instance's log. A storage that has it stores `log` of a write. An instance with a log asks once, when it starts. */
  logHead?(
    address: AgentAddress,
  ): LogHead | undefined | Promise<LogHead | undefined>;
  /**
   * The entries of this instance's log with an offset greater than `after`, in
   * the order of their offsets. Where `logHead` returned a promise this is
   * called once, at the start, with 0: the instance then has its log in memory.
   * Else it is called when a client comes back, and MUST return at once.
   */
  history?(
    address: AgentAddress,
    after: number,
  ): readonly LogEntry[] | Promise<readonly LogEntry[]>;
  /** Capability of a `gated` one: resolves when all that was committed is durable. */
  sync?(): Promise<void>;
  /** Capability: the names of the instances that something is stored of, in ascending order. For people who look at what there is. */
  names?(query: NamesQuery): readonly string[] | Promise<readonly string[]>;
  /** Capability: the database behind `this.sql`. */
  sql?(address: AgentAddress): SqlDatabase;
  /** Capability in place of `sql`, of a storage that has to fetch it: called once after `load`, when an instance starts. A storage that has it stores `database` of a write. */
  openSql?(
    address: AgentAddress,
    limits: SqlLimits,
  ): StoredSqlDatabase | Promise<StoredSqlDatabase>;
  /** Lets go of everything. Called once, last. */
  close(): void | Promise<void>;
}
