/** How many shards a cluster has, for ever. */
const SHARDS = 256;

/**
 * Tells one history of the database from another: a standby that takes over
 * begins a new timeline, and what a dump is read into is another database.
 * Where the host forbids to ask for the timeline, the database has to do.
 */
const HISTORY =
  `create function roam.history() returns text language plpgsql as $$
declare database text := (select oid from pg_database where datname = current_database());
begin
  return database || '.' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8);
exception when others then
  return database;
end $$;`;

/**
 * All shards that the node has afterwards; null when it has another fence.
 * Nodes are locked in the order of their ids: two that claim do not wait for
 * each other. An id is never used again: who is dead or missing now is so for
 * ever.
 */
const CLAIM = `create function roam.claim(
  me uuid, fences uuid[], next uuid, silent uuid[], beats bigint[], wanted int
) returns int[] language plpgsql set lock_timeout = '2s' as $$
declare dead uuid[];
begin
  perform 1 from roam.node where id = me or id = any(silent) order by id for update;
  update roam.node set fence = next, beat = beat + 1
    where id = me and fence = any(fences) and phase <> 'dead';
  if not found then return null; end if;
  update roam.node n set phase = 'dead', fence = gen_random_uuid()
    from unnest(silent, beats) s(id, beat)
    where n.id = s.id and n.beat = s.beat and n.phase <> 'dead' and n.id <> me;
  if wanted > 0 then
    dead := array(
      select distinct s.owner from roam.shard s left join roam.node n on n.id = s.owner
        where s.owner is not null and (n.id is null or n.phase = 'dead'));
    update roam.shard set owner = me where shard in (
      select s.shard from roam.shard s where s.owner is null or s.owner = any(dead)
        order by s.shard limit wanted for update skip locked);
  end if;
  return array(select shard from roam.shard where owner = me order by shard);
end $$;
`;

/** What brings the tables from each version to the next; version 0 has none. `roam` stands for the schema. */
const MIGRATIONS: readonly string[] = [
  `
create table roam.node (
  id uuid primary key,
  fence uuid not null,
  address text not null,
  beat bigint not null default 0,
  phase text not null check (phase in ('up', 'draining', 'dead')),
  wire int not null
) with (fillfactor = 50);
create table roam.shard (shard int primary key, owner uuid) with (fillfactor = 50);
insert into roam.shard (shard) select generate_series(0, ${SHARDS - 1});
create table roam.state (
  agent text collate "C", name text collate "C", shard int not null,
  epoch text not null, rev bigint not null, state text not null, history text not null,
  primary key (agent, name)
) with (fillfactor = 70);
create table roam.job (
  agent text collate "C", name text collate "C", id text collate "C", shard int not null,
  due bigint, every bigint, job text not null,
  primary key (agent, name, id)
);
create index job_due on roam.job (shard, due, agent, name, every) where due is not null;
create table roam.log (
  agent text collate "C", name text collate "C", seq bigint, shard int not null,
  epoch text not null, at bigint not null, total bigint not null,
  is_text bool not null, data bytea not null, without text,
  primary key (agent, name, seq)
);
${HISTORY}
${CLAIM}`,
  // SQLite databases of instances, as their files have them, page by page.
  `
create table roam.database (
  agent text collate "C", name text collate "C", shard int not null,
  pages int not null,
  primary key (agent, name)
);
create table roam.page (
  agent text collate "C", name text collate "C", number int, data bytea not null,
  primary key (agent, name, number)
) with (fillfactor = 70);
`,
];

/** The version that this version of the library makes. */
export const VERSION: number = MIGRATIONS.length;

/** The text of all that brings `schema` from `version` to the present one. Part of a transaction. */
export function migration(schema: string, version: number): string {
  const steps = version === 0
    ? [
      `create schema if not exists roam;
create table roam.meta (
  one bool primary key default true check (one), version int not null,
  shards int not null, secret bytea not null
);
insert into roam.meta (version, shards, secret) values (0, ${SHARDS},
  decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));`,
    ]
    : [];
  steps.push(...MIGRATIONS.slice(version));
  steps.push(`update roam.meta set version = ${VERSION};`);
  return inSchema(schema, steps.join("\n"));
}

/** `sql` with `schema` in the place of `roam`. */
export function inSchema(schema: string, sql: string): string {
  return sql.replaceAll("roam.", `${schema}.`)
    .replaceAll("exists roam;", `exists ${schema};`);
}

/** Throws unless it can stand in SQL as it is. */
export function assertSchema(schema: unknown): asserts schema is string {
  if (typeof schema === "string" && /^[a-z_][a-z0-9_]{0,50}$/.test(schema)) {
    return;
  }
  throw new TypeError(
    `Cannot use PostgreSQL: schema must be 1 to 51 lower-case letters, digits and _: received ${
      JSON.stringify(schema)
    }`,
  );
}
