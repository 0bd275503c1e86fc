import type { Write } from "../src/ports/storage.ts";
import { push, type Rows, type Value } from "./commit_rows.ts";
import { encodedBytes } from "./encoded_bytes.ts";
import type { ShardWrite } from "./engine.ts";

/** `writes` with what has changed in their databases until now; without those that nothing is to be stored of. */
export function takePages(
  writes: readonly Write[],
): readonly Omit<ShardWrite, "shard">[] {
  const all: Omit<ShardWrite, "shard">[] = [];
  for (const write of writes) {
    const { snapshot, jobs, log, database } = write;
    const pages = database?.take();
    const isEmpty = database !== undefined &&
      (snapshot ?? jobs ?? log ?? pages) === undefined;
    if (!isEmpty) all.push(pages === undefined ? write : { ...write, pages });
  }
  return all;
}

/** Pages of databases that are stored. */
export function savedPages(writes: readonly ShardWrite[]): Rows {
  const columns: Value[][] = [[], [], [], []];
  for (const { address: { agent, name }, pages } of writes) {
    for (const [number, bytes] of pages?.pages ?? []) {
      push(columns, [agent, name, number, encodedBytes(bytes, "base64")]);
    }
  }
  return {
    columns,
    types: ["text", "text", "int", "text"],
    text: (list) =>
      `insert into roam.page (agent, name, number, data)
select w.agent, w.name, w.number, decode(w.data, 'base64')
from unnest(${list}) w(agent, name, number, data), fence
on conflict (agent, name, number) do update set data = excluded.data`,
  };
}

/** Pages that databases do not have any more. */
export function cutPages(writes: readonly ShardWrite[]): Rows {
  const columns: Value[][] = [[], [], []];
  for (const { address: { agent, name }, pages } of writes) {
    if (pages === undefined || pages.count >= pages.before) continue;
    push(columns, [agent, name, pages.count]);
  }
  return {
    columns,
    types: ["text", "text", "int"],
    text: (list) =>
      `delete from roam.page p using unnest(${list}) w(agent, name, count), fence
where p.agent = w.agent and p.name = w.name and p.number > w.count`,
  };
}

/** How large databases are that have another size than before. */
export function sizes(writes: readonly ShardWrite[]): Rows {
  const columns: Value[][] = [[], [], [], []];
  for (const { address: { agent, name }, shard, pages } of writes) {
    if (pages === undefined || pages.count === pages.before) continue;
    push(columns, [agent, name, shard, pages.count]);
  }
  return {
    columns,
    types: ["text", "text", "int", "int"],
    text: (list) =>
      `insert into roam.database (agent, name, shard, pages)
select w.* from unnest(${list}) w, fence
on conflict (agent, name) do update set pages = excluded.pages`,
  };
}
