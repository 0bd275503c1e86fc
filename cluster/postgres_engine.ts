import type { Clock } from "../src/ports/clock.ts";
import { arrayLiteral } from "./array_literal.ts";
import { commitSql } from "./commit_sql.ts";
import {
  type ClusterEngine,
  type ClusterFacts,
  type ClusterMap,
  type ClusterReads,
  EngineError,
  type FenceChange,
  type Fenced,
  type ListedNode,
  type ShardWrite,
  type SilentNode,
} from "./engine.ts";
import { type Client, Lane, MS_PER_BYTE, type Row } from "./lane.ts";
import type { ClusterNode } from "./ownership.ts";
import { explain } from "./postgres_errors.ts";
import { PostgresReads } from "./postgres_reads.ts";
import { inSchema, migration, VERSION } from "./postgres_schema.ts";

/** Connections that read. */
const READERS = 2;

/** What a {@linkcode PostgresEngine} needs. */
export interface PostgresEngineOptions {
  /** Makes a client with so many connections at most. */
  connect(max: number): Client;
  readonly schema: string;
  readonly after: NonNullable<Clock["after"]>;
}

/**
 * The tables of a cluster in PostgreSQL. Nothing depends on a session, so that
 * a pooler may stand in between: no LISTEN, no advisory locks that outlast a
 * transaction, no temporary tables.
 */
export class PostgresEngine implements ClusterEngine {
  #schema: string;
  /** One after another, and never behind a commit. */
  #membership: Lane;
  #commits: Lane;
  #reads: Lane;
  readonly reads: ClusterReads;

  constructor({ connect, schema, after }: PostgresEngineOptions) {
    this.#schema = schema;
    const lane = (max: number) =>
      new Lane({ connect: () => connect(max), after, explain });
    this.#membership = lane(1);
    this.#commits = lane(1);
    this.#reads = lane(READERS);
    this.reads = new PostgresReads(this.#reads, schema);
  }

  async open(deadlineMs: number): Promise<ClusterFacts> {
    let found = await this.#meta(deadlineMs);
    const version = Number(found?.version ?? 0);
    if (version > VERSION) {
      throw new EngineError(
        "wrong",
        `the schema "${this.#schema}" has version ${version}, and this version of the library knows ${VERSION} at most`,
      );
    }
    if (version < VERSION) {
      await this.#migrate(version, deadlineMs);
      found = await this.#meta(deadlineMs);
    }
    const { shards, secret } = found!;
    return {
      shards: Number(shards),
      secret: bytesOf(secret as string),
      local: this.#membership.local,
    };
  }

  async join(
    { id, fence, address, phase, wire }: ClusterNode & { fence: string },
    replaces: boolean,
    deadlineMs: number,
  ): Promise<void> {
    await this.#statement(
      this.#membership,
      `with replaced as (update roam.node set phase = 'dead', fence = gen_random_uuid()
  where address = $3 and id <> $1 and phase <> 'dead' and $6::text = 'true' returning id),
gone as (delete from roam.node n where phase = 'dead'
  and not exists (select from roam.shard s where s.owner = n.id))
insert into roam.node (id, fence, address, phase, wire) values ($1, $2, $3, $4, $5)`,
      [id, fence, address, phase, String(wire), String(replaces)],
      deadlineMs,
    );
  }

  async renew(
    { node, fences }: Fenced,
    phase: "up" | "draining",
    deadlineMs: number,
  ): Promise<ClusterMap | undefined> {
    const [row] = await this.#statement(
      this.#membership,
      `with me as (update roam.node set beat = beat + 1, phase = $3
  where id = $1 and fence = any($2::uuid[]) and phase <> 'dead' returning id)
select exists (select from me) as renewed, roam.history() as history,
  (select json_agg(json_build_object(
    'id', id, 'address', address, 'phase', phase, 'wire', wire, 'beat', beat
  )) from roam.node) as nodes,
  (select json_agg(json_build_array(owner, shards)) from (
    select owner, array_agg(shard) as shards from roam.shard group by owner
  ) s) as owners`,
      [node, arrayLiteral(fences), phase],
      deadlineMs,
    );
    if (!row.renewed) return undefined;
    const owners: (string | undefined)[] = [];
    for (const [owner, shards] of row.owners as [string | null, number[]][]) {
      for (const shard of shards) owners[shard] = owner ?? undefined;
    }
    return {
      owners,
      nodes: row.nodes as ListedNode[],
      history: row.history as string,
    };
  }

  async claim(
    { node, fences, next }: FenceChange,
    silent: readonly SilentNode[],
    wanted: number,
    deadlineMs: number,
  ): Promise<readonly number[] | undefined> {
    const [{ owned }] = await this.#statement(
      this.#membership,
      `select to_json(roam.claim($1, $2::uuid[], $3, $4::uuid[], $5::bigint[], $6)) as owned`,
      [
        node,
        arrayLiteral(fences),
        next,
        arrayLiteral(silent.map(({ id }) => id)),
        arrayLiteral(silent.map(({ beat }) => beat)),
        String(wanted),
      ],
      deadlineMs,
    );
    return owned as number[] | null ?? undefined;
  }

  async give(
    { node, fences, next }: FenceChange,
    shards: readonly number[],
    heir: string | undefined,
    deadlineMs: number,
  ): Promise<boolean> {
    const [{ done }] = await this.#statement(
      this.#membership,
      `with me as (update roam.node set fence = $3, beat = beat + 1
  where id = $1 and fence = any($2::uuid[]) and phase <> 'dead' returning id),
given as (update roam.shard set owner = nullif($4, '')::uuid
  where shard = any($5::int[]) and owner = (select id from me))
select exists (select from me) as done`,
      [node, arrayLiteral(fences), next, heir ?? "", arrayLiteral(shards)],
      deadlineMs,
    );
    return done as boolean;
  }

  async leave({ node, fences }: Fenced, deadlineMs: number): Promise<void> {
    await this.#statement(
      this.#membership,
      "delete from roam.node where id = $1 and fence = any($2::uuid[])",
      [node, arrayLiteral(fences)],
      deadlineMs,
    );
  }

  async commit(
    me: Fenced,
    writes: readonly ShardWrite[],
    history: string,
    deadlineMs: number,
  ): Promise<boolean> {
    const { text, values, bytes } = commitSql(me, writes, history);
    const deadline = deadlineMs + bytes * MS_PER_BYTE;
    const [{ n }] = await this.#statement(
      this.#commits,
      text,
      values,
      deadline,
    );
    return n === 1;
  }

  async close(): Promise<void> {
    const lanes = [this.#membership, this.#commits, this.#reads];
    await Promise.all(lanes.map((lane) => lane.close()));
  }

  #statement(
    lane: Lane,
    sql: string,
    values: readonly string[],
    deadlineMs: number,
  ): Promise<readonly Row[]> {
    return lane.run(inSchema(this.#schema, sql), values, deadlineMs);
  }

  /** `undefined` when there is none yet. */
  async #meta(deadlineMs: number): Promise<Row | undefined> {
    try {
      const [row] = await this.#statement(
        this.#membership,
        `select version, shards, encode(secret, 'hex') as secret from roam.meta`,
        [],
        deadlineMs,
      );
      return row;
    } catch (error) {
      const { code } = (error as EngineError).cause as { code?: string } ?? {};
      if (code === "42P01" || code === "3F000") return undefined;
      throw error;
    }
  }

  async #migrate(version: number, deadlineMs: number): Promise<void> {
    // One text is one transaction.
    const text = `select pg_advisory_xact_lock(${LOCK});
do $$ begin
  if ${
      version === 0
        ? "to_regclass('roam.meta') is not null"
        : `(select version from roam.meta) <> ${version}`
    } then raise exception using errcode = '55000', message = 'another node has migrated the schema'; end if;
end $$;\n${migration(this.#schema, version)}`;
    try {
      await this.#statement(this.#membership, text, [], deadlineMs);
    } catch (error) {
      const { code } = (error as EngineError).cause as { code?: string } ?? {};
      if (code !== "55000") throw error;
    }
  }
}

/** "roam" */
const LOCK = 0x726f616d;

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(
    hex.match(/../g) ?? [],
    (byte) => Number.parseInt(byte, 16),
  );
}
