// What a commit costs in a cluster: writes in a second, and how long each takes,
// with PostgreSQL on this machine's disk, beside SQLite in the same minute.
//
//   deno run -A bench/cluster_commits.ts    bun bench/cluster_commits.ts
import { performance } from "node:perf_hooks";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { ClusterStorage } from "../cluster/cluster_storage.ts";
import type { Client } from "../cluster/lane.ts";
import { Membership } from "../cluster/membership.ts";
import { postgresClient } from "../cluster/postgres.ts";
import { PostgresEngine } from "../cluster/postgres_engine.ts";
import { Commits, type Writer } from "../src/durability/commits.ts";
import type { Storage } from "../src/ports/storage.ts";
import { DeadlineTimer } from "../src/runtime/deadlines.ts";
import { systemClock } from "../src/runtime/system_clock.ts";
import { median } from "./statistics.ts";
import { SqliteStorage } from "../storage/sqlite.ts";
import { startPostgres } from "../tests/support/cluster/postgres.ts";

const SECONDS = Number(process.env.ROAM_SECONDS ?? 3);
const ROUNDS = Number(process.env.ROAM_ROUNDS ?? 3);
const STATE = JSON.stringify("x".repeat(1022));
const FENCE = "select 1 from roam.node where id = $1 and fence = $2 for share";

/** Writes, of so many instances, each as soon as the one before is on disk. */
class Load {
  readonly times: number[] = [];
  #commits: Commits;
  #isOver = false;

  constructor(storage: Storage) {
    this.#commits = new Commits(storage, {
      soon: systemClock.soon,
      timer: new DeadlineTimer(systemClock),
      commitMs: 30_000,
    });
  }

  async run(writers: number): Promise<void> {
    const all = Array.from({ length: writers }, (_, at) => this.#write(at));
    setTimeout(() => this.#isOver = true, SECONDS * 1000);
    await Promise.all(all);
  }

  #write(at: number): Promise<void> {
    const address = { agent: "Bench", name: `n${at}` };
    return new Promise((resolve, reject) => {
      let rev = 0;
      let began = 0;
      const writer: Writer = {
        pending() {},
        slow() {},
        lost: reject,
        committed: () => {
          this.times.push(performance.now() - began);
          if (this.#isOver) resolve();
          else save();
        },
      };
      const save = () => {
        began = performance.now();
        const snapshot = { state: STATE, epoch: "e", rev: ++rev };
        this.#commits.save(writer, { address, snapshot });
      };
      save();
    });
  }
}

const folder = mkdtempSync(`${tmpdir()}/roam-bench-`);
const server = await startPostgres({ durable: true });
const figures = new Map<string, number[][]>();
try {
  const sqlite = new SqliteStorage(folder);
  const fenced = await node("fenced", (text) => text);
  const bare = await node(
    "bare",
    (text) =>
      text.replace(
        FENCE.replace("roam.", "bare."),
        "select 1 where $1::text <> '' and $2::text <> ''",
      ),
  );
  for (let round = 0; round < ROUNDS; round++) {
    for (const writers of [1, 64, 1000]) {
      await measure(`PostgreSQL, ${writers} writers`, fenced.storage, writers);
      await measure(`SQLite, ${writers} writers`, sqlite, writers);
    }
    await measure("PostgreSQL, 64 writers, no fence", bare.storage, 64);
  }
  const statements = fenced.count();
  await new Promise((resolve) => setTimeout(resolve, 20_000));
  const idle = (fenced.count() - statements) / 20;
  for (const [what, all] of figures) {
    const [rate, p50, p99] = [0, 1, 2].map((at) =>
      median(all.map((one) => one[at]))
    );
    console.log(
      `${what}: ${Math.round(rate)} writes/s, p50 ${p50.toFixed(1)} ms, p99 ${
        p99.toFixed(1)
      } ms`,
    );
  }
  console.log(`idle, lease 10 s: ${idle} statements/s`);
  await fenced.leave();
  await bare.leave();
  sqlite.close();
} finally {
  await server.stop();
  rmSync(folder, { recursive: true });
}

async function measure(what: string, storage: Storage, writers: number) {
  const load = new Load(storage);
  const began = performance.now();
  await load.run(writers);
  const seconds = (performance.now() - began) / 1000;
  const sorted = load.times.sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor(sorted.length * part)];
  const known = figures.get(what) ?? [];
  figures.set(what, [...known, [sorted.length / seconds, at(0.5), at(0.99)]]);
}

async function node(schema: string, alter: (text: string) => string) {
  let statements = 0;
  const connect = (max: number): Client => {
    const access = { url: server.url, prepare: true, idleMs: 60_000 };
    const client = postgresClient(access, max);
    return {
      local: undefined,
      destroy: () => client.destroy(),
      end: () => client.end(),
      query(text, values) {
        statements++;
        return client.query(alter(text), values);
      },
    };
  };
  const engine = new PostgresEngine({
    connect,
    schema,
    after: systemClock.after,
  });
  const member = new Membership({
    engine,
    clock: systemClock,
    leaseMs: 10_000,
    wire: 1,
    uuid: () => crypto.randomUUID(),
  });
  const storage = new ClusterStorage(member);
  await new Promise<void>((resolve) =>
    member.begin("127.0.0.1:1", {
      changed() {},
      live() {},
      frozen: () => console.log("frozen"),
      gained: () => resolve(),
      release: () => Promise.resolve(),
      given() {},
      kept() {},
      lost: (why) => console.log("lost", why),
      gone() {},
    })
  );
  return {
    storage,
    count: () => statements,
    async leave() {
      await member.leave();
      await storage.close();
    },
  };
}
