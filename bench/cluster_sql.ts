// What a write of this.sql costs in a cluster: how long each takes, and what is
// stored for it, with PostgreSQL on this machine's disk, beside a write of the
// state in the same minute; and how long an instance's database takes to come.
//
//   deno run -A bench/cluster_sql.ts    bun bench/cluster_sql.ts
import { performance } from "node:perf_hooks";
import type { AgentAddress, Write } from "../src/ports/storage.ts";
import { TestNode } from "../tests/support/cluster/nodes.ts";
import { startPostgres } from "../tests/support/cluster/postgres.ts";
import { run } from "../tests/support/storage/paged_copies.ts";
import { DEFAULT_LIMITS } from "../src/runtime/limits.ts";
import { median } from "./statistics.ts";

const WRITES = Number(process.env.ROAM_WRITES ?? 300);
const MIB = 1024 * 1024;
const server = await startPostgres({ durable: true });
const node = new TestNode(server.url, { leaseMs: 10_000 }).begin();
const { storage } = node;
/** Pages and bytes of databases that commits have stored. */
const stored = { pages: 0, bytes: 0 };

try {
  await node.owns(256);
  await states("state of 1 KiB", 1);
  await inserts("INSERT of 100 bytes, table of 1,000 rows", 1, 1000);
  await inserts("INSERT of 100 bytes, table of 20,000 rows", 1, 20_000);
  await states("state of 1 KiB, 64 instances", 64);
  await inserts("INSERT of 100 bytes, 64 instances", 64, 1000);
  for (const mib of [0.1, 1, 7]) await loads(mib);
} finally {
  await node.leave();
  await server.stop();
}

async function states(what: string, count: number): Promise<void> {
  const state = JSON.stringify("x".repeat(1022));
  await commits(what, (rev) =>
    Array.from({ length: count }, (_, at) => ({
      address: { agent: "State", name: `${at}` },
      snapshot: { state, epoch: "e", rev },
    })));
}

async function inserts(what: string, count: number, rows: number) {
  const all = await Promise.all(
    Array.from({ length: count }, (_, at) => filled(`${what} ${at}`, rows)),
  );
  await commits(what, (rev) =>
    all.map((write) => {
      const text = `INSERT INTO t VALUES (${rev}, hex(zeroblob(50)))`;
      run(write.database, text);
      return write;
    }));
}

/** The writes of one commit after another, each as soon as the one before is on disk. */
async function commits(what: string, next: (rev: number) => readonly Write[]) {
  const times: number[] = [];
  stored.pages = stored.bytes = 0;
  for (let rev = 1; rev <= WRITES; rev++) {
    const since = performance.now();
    await storage.commit(next(rev));
    times.push(performance.now() - since);
  }
  const sorted = times.sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor(WRITES * part)].toFixed(2);
  const pages = (stored.pages / WRITES).toFixed(1);
  const bytes = Math.round(stored.bytes / WRITES);
  console.log(
    `${what}: p50 ${at(0.5)} ms, p99 ${
      at(0.99)
    } ms; ${pages} pages, ${bytes} bytes a commit`,
  );
}

async function loads(mib: number): Promise<void> {
  const name = `${mib} MiB`;
  const bytes = Math.round(mib * MIB);
  const { database, address } = await filled(name, 0);
  run(database, `INSERT INTO t VALUES (1, hex(randomblob(${bytes >> 1})))`);
  const since = performance.now();
  await storage.commit([{ address, database }]);
  const commit = performance.now() - since;
  database.close();
  const times: number[] = [];
  for (let at = 0; at < 7; at++) {
    const since = performance.now();
    const again = await open(address);
    run(again, "SELECT count(*) FROM t");
    times.push(performance.now() - since);
    again.close();
  }
  console.log(
    `a database of ${name}: stored in ${commit.toFixed(0)} ms, opened in ${
      median(times).toFixed(1)
    } ms`,
  );
}

async function open(address: AgentAddress) {
  await storage.load(address);
  const database = await storage.openSql(address, DEFAULT_LIMITS);
  const take = database.take.bind(database);
  database.take = () => {
    const taken = take();
    for (const page of taken?.pages.values() ?? []) {
      stored.pages++;
      stored.bytes += page.length;
    }
    return taken;
  };
  return database;
}

async function filled(name: string, rows: number) {
  const address = { agent: "Sql", name };
  const database = await open(address);
  run(database, "CREATE TABLE t (a INTEGER, b TEXT)");
  run(
    database,
    `INSERT INTO t WITH RECURSIVE s(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM s LIMIT ${rows})
      SELECT v, hex(zeroblob(50)) FROM s`,
  );
  await storage.commit([{ address, database }]);
  return { address, database };
}
