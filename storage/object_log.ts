import type { LogEntry, LogHead, LogWrite } from "../src/ports/log.ts";
import type { ObjectStorage } from "./object_storage.ts";
import { entryOf, idsOf, type LogRow } from "./log_rows.ts";

/** Says that the table is there. */
const KEY = "roam:log";

/** The log of one agent, in the database of its Durable Object. */
export class ObjectLog {
  #storage: ObjectStorage;

  constructor(storage: ObjectStorage) {
    this.#storage = storage;
  }

  head(): LogHead | undefined {
    if (!this.#isMade()) return undefined;
    const [head] = this.#storage.sql.exec(
      `SELECT epoch, seq AS "offset", at, total FROM roam_log ORDER BY seq DESC LIMIT 1`,
    ).toArray();
    return head as unknown as LogHead | undefined;
  }

  after(offset: number): readonly LogEntry[] {
    if (!this.#isMade()) return [];
    const rows = this.#storage.sql.exec(
      `SELECT seq AS "offset", at, total, text, data, without FROM roam_log
      WHERE seq > ? ORDER BY seq`,
      offset,
    ).toArray();
    return (rows as unknown as LogRow[]).map(entryOf);
  }

  /** Part of a transaction. */
  append({ epoch, entries, keep }: LogWrite): void {
    const { sql, kv } = this.#storage;
    if (!this.#isMade()) {
      sql.exec(`CREATE TABLE IF NOT EXISTS roam_log (
        seq INTEGER PRIMARY KEY, epoch TEXT NOT NULL, at INTEGER NOT NULL,
        total INTEGER NOT NULL, text INTEGER NOT NULL, data BLOB, without TEXT
      )`);
      kv.put(KEY, 1);
    }
    for (const { offset, at, total, isText, data, without } of entries) {
      sql.exec(
        "INSERT INTO roam_log (seq, epoch, at, total, text, data, without) VALUES (?, ?, ?, ?, ?, ?, ?)",
        offset,
        epoch,
        at,
        total,
        isText ? 1 : 0,
        data,
        idsOf(without),
      );
    }
    sql.exec(
      `DELETE FROM roam_log WHERE seq < (
        SELECT seq FROM roam_log WHERE at >= ? AND total > ? AND seq > ? ORDER BY seq LIMIT 1
      )`,
      keep.since,
      keep.totalAbove,
      keep.offsetAbove,
    );
  }

  #isMade(): boolean {
    return this.#storage.kv.get(KEY) !== undefined;
  }
}
