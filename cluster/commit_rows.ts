import { removesAll } from "../src/durability/merge_writes.ts";
import type { ShardWrite } from "./engine.ts";

/** What stands in a column. */
export type Value = string | number | null;

/** What a commit does to one table: the part of the statement, given the arrays of its columns, and these. */
export interface Rows {
  readonly text: (list: string) => string;
  readonly types: readonly string[];
  readonly columns: readonly Value[][];
}

/** A row in each of `columns`. */
export function push(columns: readonly Value[][], row: readonly Value[]): void {
  for (let at = 0; at < row.length; at++) columns[at].push(row[at]);
}

/** States that are stored. */
export function states(writes: readonly ShardWrite[], history: string): Rows {
  const columns: Value[][] = [[], [], [], [], [], [], []];
  for (const { address, shard, snapshot } of writes) {
    if (snapshot === undefined) continue;
    const { epoch, rev, state } = snapshot;
    assertText("epoch", epoch);
    assertText("state", state);
    push(columns, [
      address.agent,
      address.name,
      shard,
      epoch,
      rev,
      state,
      history,
    ]);
  }
  return {
    columns,
    types: ["text", "text", "int", "text", "bigint", "text", "text"],
    text: (list) =>
      `insert into roam.state (agent, name, shard, epoch, rev, state, history)
select w.* from unnest(${list}) w, fence
on conflict (agent, name) do update set epoch = excluded.epoch, rev = excluded.rev,
state = excluded.state, history = excluded.history`,
  };
}

/** What a table has of instances of which nothing is left. */
export function removals(writes: readonly ShardWrite[], table: string): Rows {
  const columns: Value[][] = [[], []];
  for (const write of writes) {
    const { agent, name } = write.address;
    if (removesAll(write)) push(columns, [agent, name]);
  }
  return {
    columns,
    types: ["text", "text"],
    text: (list) =>
      `delete from roam.${table} t using unnest(${list}) w(agent, name), fence
where t.agent = w.agent and t.name = w.name`,
  };
}

/** Jobs that are stored. */
export function savedJobs(writes: readonly ShardWrite[]): Rows {
  const columns: Value[][] = [[], [], [], [], [], [], []];
  for (const { address, shard, jobs } of writes) {
    for (const { job } of jobs ?? []) {
      if (job === undefined) continue;
      assertText("job", job.job);
      const { agent, name } = address;
      push(columns, [agent, name, job.id, shard, job.due, job.every, job.job]);
    }
  }
  return {
    columns,
    types: ["text", "text", "text", "int", "bigint", "bigint", "text"],
    text: (list) =>
      `insert into roam.job (agent, name, id, shard, due, every, job)
select w.* from unnest(${list}) w, fence
on conflict (agent, name, id) do update set due = excluded.due, every = excluded.every,
job = excluded.job`,
  };
}

/** Jobs that are removed. */
export function removedJobs(writes: readonly ShardWrite[]): Rows {
  const columns: Value[][] = [[], [], []];
  for (const { address, jobs } of writes) {
    for (const { id, job } of jobs ?? []) {
      if (job === undefined) push(columns, [address.agent, address.name, id]);
    }
  }
  return {
    columns,
    types: ["text", "text", "text"],
    text: (list) =>
      `delete from roam.job t using unnest(${list}) w(agent, name, id), fence
where t.agent = w.agent and t.name = w.name and t.id = w.id`,
  };
}

function assertText(what: string, value: unknown): void {
  if (typeof value === "string") return;
  throw new TypeError(
    `Cannot store: ${what} must be a string: received ${typeof value}`,
  );
}
