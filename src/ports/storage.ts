/** Which instance something is stored for: the name its class is registered under, and its own. */
export interface AgentAddress {
  /** The class. */
  readonly agent: string;
  /** The instance. */
  readonly name: string;
}

/** The stored state of an instance. */
export interface Snapshot {
  /** The state as JSON. */
  readonly state: string;
  /** Tells this history of revisions from every other one. */
  readonly epoch: string;
  /** Counts the changes of the state; at least 1. */
  readonly rev: number;
}

/** Replaces what is stored for an instance; without a snapshot, removes all of it, also its own database. */
export interface Write {
  /** Whose. */
  readonly address: AgentAddress;
  /** What to keep in place of what was kept. */
  readonly snapshot?: Snapshot;
}

/** What a column of a row holds, and what is bound to a `?`. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** The SQLite database of one instance. */
export interface SqlDatabase {
  /** Runs one statement, durably, and returns its rows. Throws what the engine throws. */
  run(query: string, values: readonly SqlValue[]): Record<string, SqlValue>[];
  /** Lets go of the file. */
  close(): void;
}

/**
 * Where states are kept. A method that can answer at once SHOULD return a
 * value in place of a promise: connections to an instance then wait for
 * nothing.
 *
 * A storage MUST NOT create anything before the first `commit` or `sql`.
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
  /** Capability: the database behind `this.sql`. */
  sql?(address: AgentAddress): SqlDatabase;
  /** Lets go of everything. Called once, last. */
  close(): void | Promise<void>;
}
