import type { LogBounds, LogEntry } from "../src/ports/log.ts";
import { push, type Rows, type Value } from "./commit_rows.ts";
import { encodedBytes } from "./encoded_bytes.ts";
import type { ShardWrite } from "./engine.ts";

/** Entries that are appended to logs, as far as they remain. */
export function appended(writes: readonly ShardWrite[]): Rows {
  const columns: Value[][] = Array.from({ length: 10 }, () => []);
  for (const { address: { agent, name }, shard, log } of writes) {
    let last = (log?.entries[0].offset ?? 1) - 1;
    for (const entry of log?.entries ?? []) {
      const { offset, at, total, isText, data, without } = entry;
      if (offset !== ++last) throw outOfOrder(offset, last);
      if (!remains(entry, log!.keep)) continue;
      push(columns, [
        agent,
        name,
        offset,
        shard,
        log!.epoch,
        at,
        total,
        String(isText),
        `\\x${encodedBytes(data, "hex")}`,
        without === undefined ? null : JSON.stringify(without),
      ]);
    }
  }
  return {
    columns,
    types: "text text bigint int text bigint bigint bool bytea text".split(" "),
    // A commit that is repeated finds its own entries; others are an error.
    text: (list) =>
      `insert into roam.log (agent, name, seq, shard, epoch, at, total, is_text, data, without)
select w.* from unnest(${list}) w, fence
on conflict (agent, name, seq) do update set at = case
  when log.epoch = excluded.epoch and log.total = excluded.total and log.data = excluded.data
  then excluded.at else 1 / (excluded.seq - excluded.seq) end`,
  };
}

/** What logs had before, and are not to keep. */
export function pruned(writes: readonly ShardWrite[]): Rows {
  const columns: Value[][] = Array.from({ length: 6 }, () => []);
  for (const { address: { agent, name }, log } of writes) {
    if (log === undefined) continue;
    const { offsetAbove, since, totalAbove } = log.keep;
    const [{ offset }] = log.entries;
    push(columns, [agent, name, offsetAbove, since, totalAbove, offset]);
  }
  return {
    columns,
    types: ["text", "text", "bigint", "bigint", "bigint", "bigint"],
    // Reads what goes, and the first that stays.
    text: (list) =>
      `delete from roam.log l using unnest(${list}) w(agent, name, above, since, total, first), fence
where l.agent = w.agent and l.name = w.name and l.seq < coalesce((
  select k.seq from roam.log k where k.agent = w.agent and k.name = w.name
    and k.at >= w.since and k.total > w.total and k.seq > w.above
    order by k.seq limit 1
), w.first)`,
  };
}

function outOfOrder(offset: number, expected: number): RangeError {
  return new RangeError(
    `Cannot store: an entry of a log must have the offset ${expected}: received ${offset}`,
  );
}

function remains(entry: LogEntry, keep: LogBounds): boolean {
  const { offsetAbove, since, totalAbove } = keep;
  return entry.offset > offsetAbove && entry.at >= since &&
    entry.total > totalAbove;
}
