/**
 * What one changed field of a state costs that 50 clients have, over real
 * sockets: as patches, and as whole states to clients of the base protocol, of
 * the same server in the same run; beside it Socket.IO with whole objects,
 * Cloudflare's SDK on workerd, and the bytes of an update of Yjs.
 *
 *     cd bench/peers && npm ci && cd ../../tests/compat && npm ci && cd ../..
 *     bun bench/live.ts [--only=bun,deno] [--size=100000] [--quick]
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { nodePath, RUNTIMES, start } from "../tests/targets/targets.ts";
import { cpuBetween, cpuTimes } from "./cpu.ts";
import { Listener } from "./generator/listener.ts";
import { machine } from "./machine.ts";
import { median } from "./statistics.ts";

const CLIENTS = 50;
const size = process.argv.find((word) => word.startsWith("--size="))
  ?.slice(7);
/** Bytes of the state, and how many changes a round has. */
const SIZES = [
  [500, 100],
  [1000, 100],
  [10_000, 100],
  [100_000, 30],
  [900_000, 6],
].filter(([bytes]) => size === undefined || bytes === Number(size));
const rounds = process.argv.includes("--quick") ? 2 : 5;
const only = process.argv.find((word) => word.startsWith("--only="))
  ?.slice(7).split(",") ?? RUNTIMES;

/** A server, and clients of it that are all sent the same. */
interface Side {
  readonly what: string;
  readonly pid: number;
  readonly clients: readonly Listener[];
  /** What a client sends for a command. */
  readonly say: (command: string, amount: number) => string;
}

/** What one change costs. */
interface Cost {
  /** Bytes to each client. */
  readonly bytes: number;
  /** Milliseconds until a client has it. */
  readonly latency: number;
  /** Microseconds of the server, on a core. */
  readonly cpu: number;
}

/** Makes `count` changes, one after another. */
async function change(
  { clients, pid, say }: Side,
  from: number,
  count: number,
): Promise<Cost> {
  const times: number[] = [];
  const bytes = () => clients.reduce((sum, { bytes }) => sum + bytes, 0);
  const [bytesBefore, cpuBefore] = [bytes(), cpuTimes(pid)];
  for (let at = 0; at < count; at++) {
    const since = performance.now();
    await everybody(clients, () => {
      clients[0].send(say("change", from + at));
    }, () => times.push(performance.now() - since));
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  return {
    bytes: (bytes() - bytesBefore) / count / clients.length,
    latency: median(times),
    cpu: cpuBetween(cpuBefore, cpuTimes(pid)) / 1000 / count,
  };
}

/** Resolves when each client has got one state more. */
function everybody(
  clients: readonly Listener[],
  begin: () => void,
  heard: () => void = () => {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(
      () => reject(new Error("A state does not come")),
      30_000,
    );
    let left = clients.length;
    for (const client of clients) {
      const before = client.states;
      client.heard = () => {
        if (client.states === before) return;
        client.heard = () => {};
        heard();
        if (--left > 0) return;
        clearTimeout(deadline);
        resolve();
      };
    }
    begin();
  });
}

/** Clients that have a state of `size` bytes. */
async function sideOf(
  what: string,
  pid: number,
  size: number,
  open: () => Promise<Listener>,
  say: Side["say"] = (command, amount) => `${command} ${amount}`,
): Promise<Side> {
  const clients: Listener[] = [];
  for (let at = 0; at < CLIENTS; at++) clients.push(await open());
  // What comes first is over, also where it is a state.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const side = { what, pid, clients, say };
  await everybody(clients, () => clients[0].send(say("fill", size)));
  // Compilers have seen it.
  await change(side, 0, size > 10_000 ? 5 : 100);
  return side;
}

function tellYjs(): void {
  const file = fileURLToPath(new URL("peers/yjs_update.mjs", import.meta.url));
  const sizes = SIZES.map(([size]) => `${size}`);
  const { stdout } = spawnSync(nodePath, [file, ...sizes], {
    encoding: "utf8",
  });
  for (const [at, bytes] of stdout.trim().split("\n").entries()) {
    console.log(
      `| | ${SIZES[at][0] / 1000} kB | Yjs, the update | ${bytes} B | | |`,
    );
  }
}

/** Starts Socket.IO. */
async function socketIo(): Promise<{ host: string; pid: number; end(): void }> {
  const file = fileURLToPath(
    new URL("peers/socket_io_state.mjs", import.meta.url),
  );
  const child = spawn(
    nodePath,
    ["--disable-warning=ExperimentalWarning", file],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const line = await new Promise<string>((resolve) =>
    createInterface({ input: child.stdout }).once("line", resolve)
  );
  const host = `127.0.0.1:${line.split(" ")[1]}`;
  return { host, pid: child.pid!, end: () => void child.kill() };
}

async function openSocketIo(host: string): Promise<Listener> {
  const client = await Listener.open(
    host,
    "/socket.io/?EIO=4&transport=websocket",
  );
  await new Promise<void>((resolve) => {
    client.heard = (begin) => begin.startsWith("40") && resolve();
    client.send("40");
  });
  return client;
}

/** Cloudflare's SDK in workerd. */
const theirs = {
  entry: "bench/peers/cloudflare_agents.mjs",
  objects: { LiveAgent: "LiveAgent" },
  flags: ["nodejs_compat"],
  bundle: [
    "--platform=neutral",
    "--conditions=workerd,worker,browser",
    "--main-fields=module,main",
    "--external:cloudflare:*",
    "--alias:path=node:path",
    "--alias:cloudflare:email=./tests/compat/email.js",
  ],
};

process.env.NODE_ENV = "production";
console.log(`${machine()}; ${CLIENTS} clients, ${rounds} rounds\n`);
console.log(
  "| runtime | state | what | bytes to each | until a client has it | CPU of the server |\n| --- | --- | --- | --- | --- | --- |",
);
/** Peers that are installed. */
const hasPeers = existsSync(new URL("peers/node_modules", import.meta.url));
const hasTheirs = existsSync(
  new URL("../tests/compat/node_modules/agents", import.meta.url),
);
if (hasPeers) tellYjs();
for (const runtime of RUNTIMES.filter((name) => only.includes(name))) {
  const server = await start(runtime, {
    entry: "bench/servers/live.ts",
    objects: { LiveAgent: "LiveAgent" },
  });
  const { pid } = server.process;
  const peer = runtime === "node" && hasPeers ? await socketIo() : undefined;
  const cloudflare = runtime === "workerd" && hasTheirs
    ? await start("workerd", theirs)
    : undefined;
  for (const [size, count] of SIZES) {
    const at = (query: string) => () =>
      Listener.open(server.host, `/agents/live-agent/${size}${query}`);
    const sides = [
      await sideOf("patches", pid, size, at("-p?_roam=1&_patch=")),
      await sideOf("whole", pid, size, at("-w?_roam=1")),
    ];
    if (peer !== undefined) {
      const say = (command: string, amount: number) =>
        `42${JSON.stringify([command, amount])}`;
      const open = () => openSocketIo(peer.host);
      sides.push(await sideOf("Socket.IO", peer.pid, size, open, say));
    }
    if (cloudflare !== undefined) {
      const { host, process } = cloudflare;
      const open = () => Listener.open(host, `/agents/live-agent/${size}`);
      sides.push(await sideOf("Cloudflare's SDK", process.pid, size, open));
    }
    await compare(runtime, size, count, sides);
    for (const { clients } of sides) {
      for (const client of clients) client.destroy();
    }
  }
  peer?.end();
  await cloudflare?.stop();
  await server.stop();
}
process.exit(0);

/** The sides take turns, so that a slow moment of the machine meets all. */
async function compare(
  runtime: string,
  size: number,
  count: number,
  sides: readonly Side[],
): Promise<void> {
  const costs = new Map<Side, Cost[]>(sides.map((side) => [side, []]));
  for (let round = 0; round < rounds; round++) {
    for (const side of sides) {
      costs.get(side)!.push(await change(side, 10 + round * count, count));
    }
  }
  for (const [{ what }, all] of costs) {
    const middle = (key: keyof Cost) => median(all.map((cost) => cost[key]));
    console.log(
      `| ${runtime} | ${size / 1000} kB | ${what} | ${
        Math.round(middle("bytes"))
      } B | ${middle("latency").toFixed(2)} ms | ${
        Math.round(middle("cpu"))
      } µs |`,
    );
  }
}
