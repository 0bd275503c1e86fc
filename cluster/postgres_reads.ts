import type { DueJob, DueQuery, StoredJob } from "../src/ports/jobs.ts";
import type { LogEntry, LogHead } from "../src/ports/log.ts";
import type { AgentAddress } from "../src/ports/storage.ts";
import { arrayLiteral } from "./array_literal.ts";
import type {
  ClusterReads,
  StoredDatabase,
  StoredPages,
  StoredSnapshot,
} from "./engine.ts";
import { type Lane, MS_PER_BYTE, type Row } from "./lane.ts";
import { inSchema } from "./postgres_schema.ts";

/** Of a page, about. */
const PAGE_BYTES = 1024;

/** What a cluster reads from its tables. */
export class PostgresReads implements ClusterReads {
  #lane: Lane;
  #schema: string;

  constructor(lane: Lane, schema: string) {
    this.#lane = lane;
    this.#schema = schema;
  }

  async load(
    addresses: readonly AgentAddress[],
    deadlineMs: number,
  ): Promise<{
    found: readonly StoredSnapshot[];
    databases: readonly StoredDatabase[];
    history: string;
  }> {
    const rows = await this.#statement(
      `select h.now, s.* from (select roam.history() as now) h
left join (select w.agent, w.name, s.epoch, s.rev::float8 as rev, s.state, s.history, d.pages
  from unnest($1::text[], $2::text[]) w(agent, name)
  left join roam.state s on s.agent = w.agent and s.name = w.name
  left join roam.database d on d.agent = w.agent and d.name = w.name
  where s.agent is not null or d.agent is not null) s on true`,
      addressArrays(addresses),
      deadlineMs,
    );
    const found: StoredSnapshot[] = [];
    const databases: StoredDatabase[] = [];
    for (const row of rows) {
      const { agent, name, epoch, rev, state, history, pages } = row as Row & {
        agent: string;
        name: string;
        epoch: string | null;
        rev: number;
        state: string;
        history: string;
        pages: number | null;
      };
      const address = { agent, name };
      if (pages !== null) databases.push({ address, count: pages });
      if (epoch === null) continue;
      found.push({ address, snapshot: { state, epoch, rev }, history });
    }
    return { found, databases, history: rows[0].now as string };
  }

  async pages(
    { address: { agent, name }, count }: StoredDatabase,
    deadlineMs: number,
  ): Promise<StoredPages> {
    const rows = await this.#statement(
      `select d.pages, p.number, p.data from roam.database d
join roam.page p on p.agent = d.agent and p.name = d.name
where d.agent = $1 and d.name = $2`,
      [agent, name],
      deadlineMs + count * PAGE_BYTES * MS_PER_BYTE,
    ) as readonly { pages: number; number: number; data: Uint8Array }[];
    return {
      count: rows[0]?.pages ?? 0,
      pages: new Map(rows.map(({ number, data }) => [number, data])),
    };
  }

  async jobs(
    addresses: readonly AgentAddress[],
    deadlineMs: number,
  ): Promise<readonly (AgentAddress & { job: StoredJob })[]> {
    const rows = await this.#statement(
      `select j.agent, j.name, j.id, j.due::float8 as due, j.every::float8 as every, j.job
from roam.job j join unnest($1::text[], $2::text[]) w(agent, name)
on j.agent = w.agent and j.name = w.name`,
      addressArrays(addresses),
      deadlineMs,
    );
    return rows.map((row) => {
      const { agent, name, ...job } = row as unknown as
        & AgentAddress
        & StoredJob;
      return { agent, name, job };
    });
  }

  async due(
    shards: readonly number[],
    { after, until, limit }: DueQuery,
    deadlineMs: number,
  ): Promise<readonly DueJob[]> {
    const last = Math.min(until, Number.MAX_SAFE_INTEGER);
    const from = after ?? { due: Number.MIN_SAFE_INTEGER, agent: "", name: "" };
    // Each shard has its place in the index, and gives no more than are asked for.
    const rows = await this.#statement(
      `select j.due::float8 as due, j.agent, j.name, j.every::float8 as every
from unnest($1::int[]) s(shard) cross join lateral (
  select due, agent, name, every from roam.job
  where shard = s.shard and due <= $2 and due >= $3
    and (due, agent, name) > ($3, $4 collate "C", $5 collate "C")
  order by due, agent, name limit $6
) j order by j.due, j.agent, j.name limit $6`,
      [
        arrayLiteral(shards),
        String(Math.floor(last)),
        String(from.due),
        from.agent,
        from.name,
        String(limit),
      ],
      deadlineMs,
    );
    return rows as unknown as DueJob[];
  }

  async logHeads(
    addresses: readonly AgentAddress[],
    deadlineMs: number,
  ): Promise<readonly (AgentAddress & { head: LogHead })[]> {
    const rows = await this.#statement(
      `select w.agent, w.name, l.epoch, l.seq as "offset", l.at, l.total
from unnest($1::text[], $2::text[]) w(agent, name) cross join lateral (
  select epoch, seq::float8 as seq, at::float8 as at, total::float8 as total from roam.log l
  where l.agent = w.agent and l.name = w.name order by l.seq desc limit 1
) l`,
      addressArrays(addresses),
      deadlineMs,
    );
    return rows.map((row) => {
      const { agent, name, ...head } = row as unknown as
        & AgentAddress
        & LogHead;
      return { agent, name, head };
    });
  }

  async history(
    { agent, name }: AgentAddress,
    after: number,
    deadlineMs: number,
  ): Promise<readonly LogEntry[]> {
    const rows = await this.#statement(
      `select seq::float8 as "offset", at::float8 as at, total::float8 as total,
  is_text, data, without from roam.log
where agent = $1 and name = $2 and seq > $3 order by seq`,
      [agent, name, String(after)],
      deadlineMs,
    );
    return rows.map((row) => {
      const { offset, at, total, is_text, data, without } = row as {
        offset: number;
        at: number;
        total: number;
        is_text: boolean;
        data: Uint8Array;
        without: string | null;
      };
      return {
        offset,
        at,
        total,
        isText: is_text,
        data: new Uint8Array(data),
        without: without === null ? undefined : JSON.parse(without),
      };
    });
  }

  #statement(
    sql: string,
    values: readonly string[],
    deadlineMs: number,
  ): Promise<readonly Row[]> {
    return this.#lane.run(inSchema(this.#schema, sql), values, deadlineMs);
  }
}

function addressArrays(addresses: readonly AgentAddress[]): string[] {
  return [
    arrayLiteral(addresses.map(({ agent }) => agent)),
    arrayLiteral(addresses.map(({ name }) => name)),
  ];
}
