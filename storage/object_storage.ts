/** The part of a Durable Object's storage that is used; its class must be one of `new_sqlite_classes`. */
export interface ObjectStorage {
  /** Synchronous keys and values. */
  readonly kv: {
    /** The value of a key. */
    get(key: string): unknown;
    /** Sets it. */
    put(key: string, value: unknown): void;
  };
  /** The object's own SQLite database. */
  readonly sql: {
    /** Runs a statement. */
    exec(query: string, ...values: unknown[]): ObjectCursor;
  };
  /** What `run` writes is written all together, or not at all when it throws. */
  transactionSync<T>(run: () => T): T;
  /** Removes everything. */
  deleteAll(): Promise<void>;
  /** Has the runtime wake the object at this time, in milliseconds since 1970, in place of the time before. */
  setAlarm(time: number): Promise<void>;
  /** The runtime no longer wakes the object. */
  deleteAlarm(): Promise<void>;
  /** Resolves when all that was written is durable. */
  sync(): Promise<void>;
}

/** The rows of a statement that a Durable Object has run. */
export interface ObjectCursor {
  /** The names of the columns. */
  readonly columnNames: readonly string[];
  /** The rows that were not read yet, as objects. */
  toArray(): Record<string, unknown>[];
  /** The rows, each as an array of its columns. */
  raw(): { toArray(): unknown[][] };
}
