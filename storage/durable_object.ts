import type {
  AgentAddress,
  Snapshot,
  SqlDatabase,
  SqlValue,
  Storage,
  Write,
} from "../src/ports/storage.ts";
import { stateOfCloudflare } from "./cloudflare_state.ts";

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
    exec(
      query: string,
      ...values: unknown[]
    ): { toArray(): Record<string, unknown>[] };
  };
  /** Removes everything. */
  deleteAll(): Promise<void>;
}

const KEY = "roam:state";

/**
 * Keeps the state of one agent in its Durable Object. The platform's output
 * gate holds back what is sent until what was written before is durable.
 */
export class DurableObjectStorage implements Storage {
  readonly gated = true;
  #storage: ObjectStorage;

  /** `storage` is `ctx.storage`. */
  constructor(storage: ObjectStorage) {
    this.#storage = storage;
  }

  load(_address: AgentAddress): Snapshot | undefined {
    const found = this.#storage.kv.get(KEY) as Snapshot | undefined;
    return found ?? stateOfCloudflare(this.#storage);
  }

  commit(writes: readonly Write[]): void {
    for (const { snapshot } of writes) {
      if (snapshot !== undefined) this.#storage.kv.put(KEY, snapshot);
      else this.#storage.deleteAll();
    }
  }

  sql(_address: AgentAddress): SqlDatabase {
    const { sql } = this.#storage;
    return {
      run: (query, values) =>
        sql.exec(query, ...values).toArray().map(plainBytes),
      close() {},
    };
  }

  close(): void {}
}

/** Bytes come as an `ArrayBuffer` here. */
function plainBytes(
  row: Record<string, unknown>,
): Record<string, SqlValue> {
  for (const [key, value] of Object.entries(row)) {
    if (value instanceof ArrayBuffer) row[key] = new Uint8Array(value);
  }
  return row as Record<string, SqlValue>;
}
