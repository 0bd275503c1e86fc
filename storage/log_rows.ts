import type { LogEntry } from "../src/ports/log.ts";

/** An entry, as a row of SQLite has it. */
export interface LogRow {
  readonly offset: number;
  readonly at: number;
  readonly total: number;
  readonly text: number;
  /** A Durable Object has an `ArrayBuffer`. Node binds no bytes as `null`. */
  readonly data: Uint8Array | ArrayBuffer | null;
  /** A list as JSON. */
  readonly without: string | null;
}

/** How `without` is kept. */
export function idsOf(without: readonly string[] | undefined): string | null {
  return without === undefined ? null : JSON.stringify(without);
}

/** The entry of a row. */
export function entryOf(row: LogRow): LogEntry {
  const { offset, at, total, text, data, without } = row;
  return {
    offset,
    at,
    total,
    isText: text === 1,
    data: data instanceof Uint8Array ? data : new Uint8Array(data ?? []),
    without: without === null ? undefined : JSON.parse(without),
  };
}
