/**
 * What it costs that a client is connected to another process than the one
 * that has its instance: `bun bench/cluster.ts`, or by
 * `npm run bench -- cluster`. Each figure has its control in the same run:
 * the same server without a cluster.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { ProcessCluster, Writer } from "../tests/support/cluster/processes.ts";
import { startHop } from "../tests/targets/hop.ts";
import { type Runtime, type Server, start } from "../tests/targets/targets.ts";
import { cpuBetween, cpuTimes } from "./cpu.ts";
import type { Job, Order, Report } from "./generator/main.ts";
import { estimate, median } from "./statistics.ts";

const options = { entry: "bench/servers/roam.ts", objects: {} };
const pairs = process.argv.includes("--quick") ? 3 : 9;
const runtimes = (process.argv.find((arg) => arg.startsWith("--only="))
  ?.slice(7).split(",") ?? ["bun", "deno", "node"]) as Runtime[];

/** Servers that share a generator each, and the processes whose time counts. */
class Side {
  readonly #server: Server;
  readonly #pids: readonly number[];
  readonly #generator: ChildProcess;
  readonly #path: string;

  constructor(server: Server, pids: readonly number[], path: string) {
    this.#server = server;
    this.#pids = pids;
    this.#path = path;
    this.#generator = fork(
      fileURLToPath(new URL("generator/main.ts", import.meta.url)),
    );
  }

  /** Microseconds on a core of all processes together. */
  async run(job: Job): Promise<number> {
    const before = this.#pids.map(cpuTimes);
    const target = { host: this.#server.host, path: this.#path };
    this.#generator.send({ target, job } satisfies Order);
    const [report] = await once(this.#generator, "message") as [Report];
    if ("error" in report) throw new Error(report.error);
    await new Promise((resolve) => setTimeout(resolve, 20));
    return this.#pids.reduce(
      (sum, pid, at) => sum + cpuBetween(before[at], cpuTimes(pid)) / 1000,
      0,
    );
  }

  stop(): void {
    this.#generator.kill();
  }
}

/** The middle of so many round trips, one at a time, in microseconds. */
async function roundTrip({ host }: Server, count: number): Promise<number> {
  const socket = new WebSocket(`ws://${host}/agents/echo-agent/latency`);
  const times: number[] = [];
  await new Promise<void>((resolve, reject) => {
    let since = 0;
    const send = () => {
      since = performance.now();
      socket.send("x".repeat(64));
    };
    socket.onerror = () => reject(new Error("no connection"));
    socket.onmessage = ({ data }) => {
      if (data.startsWith("{")) return void (data.includes("mcp") && send());
      times.push((performance.now() - since) * 1000);
      if (times.length < count) send();
      else resolve();
    };
  });
  socket.close();
  return median(times.slice(count / 5));
}

function tell(title: string, ours: string, bound: string, isMet: boolean) {
  console.log(`| ${title} | ${ours} | ${bound} | ${isMet ? "yes" : "NO"} |`);
}

async function forwarding(runtime: Runtime): Promise<void> {
  const alone = await start(runtime, options);
  const hop = await startHop(runtime, options);
  const { owner } = hop;
  const echo = "/agents/echo-agent/one";
  const sides = {
    alone: new Side(alone, [alone.process.pid], echo),
    direct: new Side(owner, [owner.process.pid], echo),
    forwarded: new Side(hop, [hop.process.pid, owner.process.pid], echo),
  };
  const all = Object.values(sides);
  const messages = runtime === "bun" ? 100_000 : 24_000;
  const job: Job = { type: "echo", messages, inFlight: 8, size: 64 };
  for (const side of all) {
    await side.run({ type: "open", connections: 64 });
    await side.run(job);
  }
  const costs: Record<keyof typeof sides, number>[] = [];
  const trips: { alone: number; forwarded: number }[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const cost = { alone: 0, direct: 0, forwarded: 0 };
    const names = ["alone", "direct", "forwarded"] as const;
    for (const name of pair % 2 === 0 ? names : [...names].reverse()) {
      cost[name] = await sides[name].run(job) / messages;
    }
    costs.push(cost);
    trips.push({
      alone: await roundTrip(alone, 1000),
      forwarded: await roundTrip(hop, 1000),
    });
  }
  const middle = (of: (cost: typeof costs[number]) => number) =>
    estimate(costs.map(of));
  const direct = middle(({ direct, alone }) => direct / alone);
  const forwarded = middle(({ forwarded, direct }) => forwarded / direct);
  const added = median(trips.map(({ alone, forwarded }) => forwarded - alone));
  const range = ({ median, low, high }: typeof direct) =>
    `${median.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
  const { median: micros } = middle(({ alone }) => alone);
  console.log(
    `\n${runtime}: an echo of 64 B alone costs ${micros.toFixed(1)} µs`,
  );
  tell(
    "direct in a cluster / alone, CPU",
    range(direct),
    "1.05",
    direct.low <= 1.05,
  );
  const most = runtime === "bun" ? 2.6 : runtime === "deno" ? 1.5 : Infinity;
  tell(
    "forwarded, both processes / direct, CPU",
    range(forwarded),
    `${most}`,
    forwarded.low <= most,
  );
  tell(
    "forwarded less alone, p50",
    `${added.toFixed(0)} µs`,
    "150 µs",
    added <= 150,
  );
  for (const side of all) side.stop();
  await hop.stop();
  await alone.stop();
}

/** What a broadcast to 1,000 clients of another process takes of the pipe. */
async function broadcast(runtime: Runtime): Promise<void> {
  let bytes = 0;
  const between = counting((size) => bytes += size);
  const hop = await startHop(runtime, options, between);
  const side = new Side(hop, [], "/agents/broadcast-agent/one");
  await side.run({ type: "open", connections: 1000 });
  await side.run({ type: "broadcast", broadcasts: 1, inFlight: 1, size: 100 });
  // What is said about what came before has been said.
  await new Promise((resolve) => setTimeout(resolve, 500));
  bytes = 0;
  await side.run({ type: "broadcast", broadcasts: 1, inFlight: 1, size: 100 });
  // A PONG may come in between.
  const most = 4 * 1000 + 100 + 32;
  tell(
    "bytes of a pipe for a broadcast of 100 B to 1,000",
    `${bytes}`,
    `${most}`,
    bytes <= most,
  );
  side.stop();
  await hop.stop();
}

/** Stands between two processes, and tells how much the one that has the instances sends. */
function counting(told: (bytes: number) => void) {
  return (address: string) =>
    new Promise<string>((resolve) => {
      const [host, port] = address.split(":");
      const server = createServer((client) => {
        const pipe = connect(Number(port), host);
        pipe.setNoDelay(true);
        client.setNoDelay(true);
        pipe.on("data", (chunk) => {
          told(chunk.length);
          client.write(chunk);
        });
        client.on("data", (chunk) => pipe.write(chunk));
        for (const [from, to] of [[client, pipe], [pipe, client]]) {
          from.on("error", () => {});
          from.on("close", () => to.destroy());
        }
      });
      server.unref();
      server.listen(0, "127.0.0.1", () => {
        resolve(`127.0.0.1:${(server.address() as { port: number }).port}`);
      });
    });
}

/** How long 100 clients that write wait while half of all shards go to another process. */
async function handOver(): Promise<void> {
  const cluster = await ProcessCluster.start(1, 3000);
  try {
    const [node] = cluster.nodes;
    const writers: Writer[] = [];
    for (let at = 0; at < 100; at++) {
      writers.push(new Writer(await node.open(`room-${at}`), "w"));
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const before = Math.max(...writers.map(({ longestMs }) => longestMs));
    for (const writer of writers) writer.longestMs = 0;
    await cluster.add();
    await cluster.balanced();
    const during = Math.max(...writers.map(({ longestMs }) => longestMs));
    for (const writer of writers) await writer.end();
    const isWhole = writers.every(({ client, acknowledged }) =>
      client.socket.readyState === 1 &&
      acknowledged.every((count, at) => count === at + 1)
    );
    console.log(
      `\nhand-over of 128 shards, 100 clients that write, PostgreSQL without fsync`,
    );
    tell(
      "longest wait of a write",
      `${during.toFixed(0)} ms (${before.toFixed(0)} without)`,
      "250 ms",
      during <= 250,
    );
    tell("none closed, lost or twice", String(isWhole), "true", isWhole);
    for (const { client } of writers) client.socket.close();
  } finally {
    await cluster.stop();
  }
}

console.log("| | measured | bound | met |\n|---|---|---|---|");
for (const runtime of runtimes) {
  await forwarding(runtime);
  await broadcast(runtime);
}
await handOver();
process.exit(0);
