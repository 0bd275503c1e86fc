/**
 * What keeping state costs, in one process, with sockets in memory:
 * `deno run -A bench/state.ts`, `bun bench/state.ts`, and on Node with
 * `--import=./tools/node_hooks.mjs`; all by `npm run bench`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import type { Storage, Write } from "../mod.ts";
import { MemoryStorage } from "../src/durability/memory_storage.ts";
import { toJson } from "../src/protocol/json.ts";
import { SqliteStorage } from "../storage/sqlite.ts";
import { Host, SIZE, text } from "./state_host.ts";

/** Each write in a transaction of its own: the control of the group commit. */
class OneByOne implements Storage {
  #storage: SqliteStorage;

  constructor(storage: SqliteStorage) {
    this.#storage = storage;
  }
  load = (...args: Parameters<SqliteStorage["load"]>) =>
    this.#storage.load(...args);
  commit(writes: readonly Write[]): void {
    for (const write of writes) this.#storage.commit([write]);
  }
  close(): void {
    this.#storage.close();
  }
}

/** Writes of `writers` instances at once, each with `listeners` more clients, until `total` are acknowledged; per second. */
async function rate(
  storage: Storage,
  writers: number,
  listeners: number,
  total: number,
): Promise<number> {
  const host = new Host(storage);
  let left = total;
  let begin = 0;
  await new Promise<void>((resolve) => {
    const starts = Array.from({ length: writers }, (_, at) => {
      const name = `agent-${at}`;
      for (let i = 0; i < listeners; i++) host.connect(name, () => {});
      const write = () =>
        events.receive(`{"state":${text},"type":"cf_agent_state","id":"w"}`);
      const events = host.connect(name, (frame) => {
        if (!frame.includes("roam_state_ack")) return;
        if (--left === 0) resolve();
        // As it comes from a socket: in a turn of its own.
        else if (left > 0) setImmediate(write);
      });
      return write;
    });
    begin = performance.now();
    for (const start of starts) start();
  });
  const seconds = (performance.now() - begin) / 1000;
  await host.close();
  return total / seconds;
}

function inFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(`${tmpdir()}/roam-bench-`);
  return run(folder).finally(() => rmSync(folder, { recursive: true }));
}

const storages: Record<string, (folder: string) => Storage> = {
  "no storage": () => new MemoryStorage(),
  "memory": () => new SqliteStorage(":memory:"),
  'durability "os"': (folder) =>
    new SqliteStorage(folder, { durability: "os" }),
  "full": (folder) => new SqliteStorage(folder),
  "full, one by one": (folder) => new OneByOne(new SqliteStorage(folder)),
};

/** What storing the writes of a turn together must bring, at least, for 64 writers. */
const GAIN = 5;

/** Instances that a server has after a restart. */
const COUNT = 10_000;

const runtime = "Bun" in globalThis
  ? "bun"
  : "Deno" in globalThis
  ? "deno"
  : "node";
/** What runs a file there, with the collector of garbage at hand. */
const FLAGS = {
  bun: ["--expose-gc"],
  deno: ["run", "-A", "--no-lock", "--v8-flags=--expose-gc"],
  node: [
    "--expose-gc",
    "--disable-warning=ExperimentalWarning",
    "--import=./tools/node_hooks.mjs",
  ],
};
const quick = process.argv.includes("--quick");

console.log(`\nState on ${runtime}: durable updates per second, ${SIZE} B\n`);
const scenarios: [string, number, number, number][] = [
  ["1 instance, 1 writer, 100 listeners", 1, 100, 2000],
  ["1 instance, 1 writer", 1, 0, 5000],
  ["64 instances, 64 writers", 64, 0, 20_000],
  ["1,000 instances, 1,000 writers", 1000, 0, 40_000],
];
for (
  const [title, writers, listeners, total]
    of process.argv.includes("--no-rates") ? [] : scenarios
) {
  const medians: Record<string, number> = {};
  for (const [name, make] of Object.entries(storages)) {
    const count = quick ? total / 10 : total;
    const rates: number[] = [];
    for (let round = 0; round < 3; round++) {
      rates.push(
        await inFolder((folder) =>
          rate(make(folder), writers, listeners, count)
        ),
      );
    }
    medians[name] = rates.sort((a, b) => a - b)[1];
  }
  const cells = Object.entries(medians).map(([name, median]) =>
    `${name} ${Math.round(median).toLocaleString("en")}`
  );
  console.log(`| ${title} | ${cells.join(" | ")} |`);
  if (writers !== 64) continue;
  const gain = medians["full"] / medians["full, one by one"];
  const verdict = gain >= GAIN ? "yes" : "NO";
  console.log(`Together, ${gain.toFixed(1)} times as many: ${verdict}`);
}

console.log("\nsetState() of a value, microseconds\n");
for (const size of [1, 100]) {
  const value = {
    rows: Array.from({ length: size * 10 }, (_, id) => ({
      id,
      name: `row ${id}`,
      tags: ["some", "words"],
      open: true,
      note: "x".repeat(35),
    })),
  };
  const frozen = toJson(value, undefined, Infinity).value as typeof value;
  const rounds = 5000 / size;
  const cost = (run: () => void) => {
    for (let at = 0; at < rounds; at++) run();
    const begin = performance.now();
    for (let at = 0; at < rounds; at++) run();
    return ((performance.now() - begin) / rounds * 1000).toFixed(1);
  };
  const cells = [
    `JSON.stringify alone ${cost(() => JSON.stringify(value))}`,
    `checked, copied, frozen ${cost(() => toJson(value, undefined, Infinity))}`,
    `most of it as it was ${
      cost(() =>
        toJson({ ...frozen, rows: [...frozen.rows, 1] }, frozen, Infinity)
      )
    }`,
  ];
  console.log(`| about ${size} KiB | ${cells.join(" | ")} |`);
}

await inFolder((folder) => {
  const seed = new SqliteStorage(folder);
  seed.commit(Array.from({ length: COUNT }, (_, at) => ({
    address: { agent: "Kept", name: `agent-${at}` },
    snapshot: { state: text, epoch: "e", rev: 1 },
  })));
  seed.close();
  // In processes of their own, whose memory is their own too.
  for (const file of ["state_restart.ts", "state_memory.ts"]) {
    const args = [...FLAGS[runtime], `bench/${file}`, folder, String(COUNT)];
    spawnSync(process.execPath, args, { stdio: "inherit" });
  }
  return Promise.resolve();
});
process.exit(0);
