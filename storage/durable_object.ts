import type { StoredJob } from "../src/ports/jobs.ts";
import type { LogEntry, LogHead } from "../src/ports/log.ts";
import type {
  AgentAddress,
  Snapshot,
  SqlDatabase,
  SqlValue,
  Storage,
  Write,
} from "../src/ports/storage.ts";
import { ObjectJobs } from "./object_jobs.ts";
import { ObjectLog } from "./object_log.ts";
import { stateOfCloudflare } from "./cloudflare_state.ts";
import type { ObjectStorage } from "./object_storage.ts";

const KEY = "roam:state";

/**
 * Keeps the state of one agent in its Durable Object. The platform's output
 * gate holds back what is sent until what was written before is durable.
 */
export class DurableObjectStorage implements Storage {
  readonly gated = true;
  #storage: ObjectStorage;
  #jobs: ObjectJobs;
  #log: ObjectLog;

  /** `storage` is `ctx.storage`. */
  constructor(storage: ObjectStorage) {
    this.#storage = storage;
    this.#jobs = new ObjectJobs(storage);
    this.#log = new ObjectLog(storage);
  }

  load({ agent }: AgentAddress): Snapshot | undefined {
    let found: unknown;
    try {
      found = this.#storage.kv.get(KEY);
    } catch (cause) {
      // What the platform says names neither the class nor the key of the migration that is there.
      if (!/SQLite/.test(String(cause))) throw cause;
      throw new TypeError(
        `Cannot serve agent "${agent}": its Durable Object has no SQLite: list the class under new_sqlite_classes, not new_classes, in wrangler.jsonc`,
        { cause },
      );
    }
    return found as Snapshot | undefined ?? stateOfCloudflare(this.#storage);
  }

  commit(writes: readonly Write[]): void {
    for (const { snapshot, jobs, log } of writes) {
      if (jobs !== undefined || log !== undefined) {
        this.#storage.transactionSync(() => {
          if (snapshot !== undefined) this.#storage.kv.put(KEY, snapshot);
          if (jobs !== undefined) this.#jobs.change(jobs);
          if (log !== undefined) this.#log.append(log);
        });
      } else if (snapshot !== undefined) this.#storage.kv.put(KEY, snapshot);
      else this.#removeAll();
    }
  }

  jobs(_address: AgentAddress): readonly StoredJob[] {
    return this.#jobs.load();
  }

  /** When the first of its jobs is due. */
  firstDue(): number | undefined {
    return this.#jobs.firstDue();
  }

  logHead(_address: AgentAddress): LogHead | undefined {
    return this.#log.head();
  }

  history(_address: AgentAddress, after: number): readonly LogEntry[] {
    return this.#log.after(after);
  }

  sync(): Promise<void> {
    return this.#storage.sync();
  }

  sql(_address: AgentAddress): SqlDatabase {
    const storage = this.#storage;
    return {
      run(parts, values) {
        const cursor = storage.sql.exec(
          withCasts(parts, values),
          ...values.map(bindable),
        );
        // As the name of a property it would set the prototype of the row.
        const rows = cursor.columnNames.includes("__proto__")
          ? cursor.raw().toArray().map((row) => rowOf(cursor.columnNames, row))
          : cursor.toArray();
        return rows.map(plainBytes);
      },
      transaction: (run) => storage.transactionSync(run),
      close() {},
    };
  }

  close(): void {}

  #removeAll(): void {
    // With older compatibility dates the alarm would outlive what it is for.
    this.#storage.deleteAlarm();
    this.#storage.deleteAll();
  }
}

/** The platform binds no `bigint`: its digits are bound, and cast. The plus takes away the affinity that a cast has. */
function withCasts(
  parts: readonly string[],
  values: readonly SqlValue[],
): string {
  if (!values.some((value) => typeof value === "bigint")) {
    return parts.join("?");
  }
  return parts.map((part, at) => {
    if (at === values.length) return part;
    const isInteger = typeof values[at] === "bigint";
    return part + (isInteger ? "(+CAST(? AS INTEGER))" : "?");
  }).join("");
}

function bindable(value: SqlValue): string | number | null | Uint8Array {
  if (typeof value === "bigint") return `${value}`;
  // The platform makes three characters of half of a pair, and SQLite one.
  return typeof value === "string" ? value.toWellFormed() : value;
}

function rowOf(
  names: readonly string[],
  columns: readonly unknown[],
): Record<string, unknown> {
  return Object.fromEntries(names.map((name, at) => [name, columns[at]]));
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
