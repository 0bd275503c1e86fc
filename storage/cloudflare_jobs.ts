import type { JobRecord, JobType, StoredJob } from "../src/ports/jobs.ts";
import type { ObjectStorage } from "./object_storage.ts";

type Row = Readonly<Record<string, unknown>>;
type Parts =
  & Pick<JobRecord, "type" | "callback">
  & Partial<JobRecord>
  & { readonly id: string; readonly due: number };

const TYPES: readonly unknown[] = ["scheduled", "delayed", "cron", "interval"];

/**
 * The schedules and the queue that an agent on Cloudflare's SDK left behind in
 * the Durable Object that is now one of ours. Up to 0.21 they were in two
 * tables, at first with fewer columns; since then they are in one. Those of
 * sub-agents, and what can't be read, are left out, with a line in the log.
 */
export function jobsOfCloudflare({ sql }: ObjectStorage): StoredJob[] {
  const tables = new Set(
    sql.exec(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name IN
      ('cf_agents_jobs', 'cf_agents_schedules', 'cf_agents_queues')`,
    ).toArray().map(({ name }) => name),
  );
  if (tables.size === 0) return [];
  const read = (table: string, order: string, take: (row: Row) => Parts) =>
    tables.has(table)
      ? sql.exec(`SELECT * FROM ${table} ORDER BY ${order}`).toArray()
        .map((row) => attempt(row, take))
      : [];
  // An interrupted move of theirs leaves a row in both: the newer table is right.
  const found = new Map<string, StoredJob>();
  const all = [
    ...read("cf_agents_jobs", "time, created_at", jobOfRow),
    ...read("cf_agents_schedules", "time, rowid", scheduleOfRow),
    ...read("cf_agents_queues", "created_at, rowid", queueItemOfRow),
  ];
  for (const [order, parts] of all.entries()) {
    if (parts === undefined || found.has(parts.id)) continue;
    const { id, due, ...rest } = parts;
    const record = { created: due, order, ...rest };
    const { intervalSeconds } = record;
    const every = intervalSeconds === undefined ? null : intervalSeconds * 1000;
    found.set(id, { id, due, every, job: JSON.stringify(record) });
  }
  return [...found.values()];
}

function attempt(row: Row, take: (row: Row) => Parts): Parts | undefined {
  try {
    if (row.owner_path) throw new TypeError("it belongs to a sub-agent");
    return take(row);
  } catch (error) {
    console.error(`Cannot take over the job ${row.id}:`, error);
  }
}

/** Since 0.22. Times are in milliseconds. */
function jobOfRow(row: Row): Parts {
  const payload = JSON.parse(text(row.payload ?? "null"));
  if (payload?.owner_path) throw new TypeError("it belongs to a sub-agent");
  const common = {
    id: text(row.id),
    callback: text(row.fn),
    due: time(row.time, 1),
    payload: JSON.stringify(payload?.payload),
    created: time(row.created_at, 1000),
  };
  if (row.capability === "queue") {
    return { ...common, type: "queue", retry: json(row.retry_options) };
  }
  if (row.capability !== "scheduler") {
    throw new TypeError(`nothing is known of "${row.capability}"`);
  }
  return { ...common, ...timing(payload), retry: payload.retry };
}

/** Up to 0.21. Times are in seconds. */
function scheduleOfRow(row: Row): Parts {
  return {
    id: text(row.id),
    callback: text(row.callback),
    due: time(row.time, 1000),
    payload: payloadOf(row),
    retry: json(row.retry_options),
    ...timing(row),
  };
}

function queueItemOfRow(row: Row): Parts {
  const due = time(row.created_at, 1000);
  return {
    id: text(row.id),
    callback: text(row.callback),
    type: "queue",
    due,
    payload: payloadOf(row),
    retry: json(row.retry_options),
  };
}

function timing(row: Row): Pick<JobRecord, "type"> & Partial<JobRecord> {
  const { type } = row;
  if (!TYPES.includes(type)) throw new TypeError(`its type is "${type}"`);
  return {
    type: type as JobType,
    delayInSeconds: row.delayInSeconds as number ?? undefined,
    cron: row.cron as string ?? undefined,
    intervalSeconds: row.intervalSeconds as number ?? undefined,
  };
}

function payloadOf(row: Row): string | undefined {
  if (typeof row.payload !== "string") return undefined;
  JSON.parse(row.payload);
  return row.payload;
}

function json(value: unknown): JobRecord["retry"] {
  try {
    return typeof value === "string"
      ? JSON.parse(value) ?? undefined
      : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw new TypeError(`a text is missing: received ${typeof value}`);
}

function time(value: unknown, factor: number): number {
  const ms = Number(value) * factor;
  if (Number.isFinite(ms)) return Math.floor(ms);
  throw new TypeError(`its time is ${value}`);
}
