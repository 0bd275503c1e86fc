import { broadcast, type BroadcastJob } from "./broadcast.ts";
import { cycle, type CycleJob } from "./cycle.ts";
import { echo, type EchoJob } from "./echo.ts";
import { calls, type CallsJob } from "./calls.ts";
import { clientFrame, PONG } from "./frames.ts";
import { openWebSockets, type Target } from "./opening.ts";
import type { Peer } from "./peer.ts";
import { request, type RequestJob } from "./requests.ts";

/** What a generator is told to do, one job at a time. */
export type Job =
  | OpenJob
  | StayJob
  | EchoJob
  | CallsJob
  | BroadcastJob
  | CycleJob
  | RequestJob;

/** Connections to open, and to keep for later jobs. */
export interface OpenJob {
  readonly type: "open";
  readonly connections: number;
}

/** A sign of life on open connections, for servers that give up silent ones. */
export interface StayJob {
  readonly type: "stay";
}

/** What a generator gets over its channel. */
export interface Order {
  readonly target: Target;
  readonly job: Job;
}

/** What it answers. */
export type Report =
  | { readonly wallMs: number; readonly cpuMs: number }
  | { readonly error: string };

/** A job that takes longer has lost a message. */
const DEADLINE_MS = 60_000;

const peers: Peer[] = [];
const signOfLife = clientFrame(PONG, new Uint8Array());

async function run({ target, job }: Order): Promise<void> {
  switch (job.type) {
    case "open":
      peers.push(...await openWebSockets(target, job.connections));
      return;
    case "stay":
      for (const peer of peers) peer.write(signOfLife);
      return;
    case "echo":
      return await echo(peers, job);
    case "calls":
      return await calls(peers, job);
    case "broadcast":
      return await broadcast(peers, job);
    case "cycle":
      return await cycle(target, job);
    case "requests":
      return await request(target.host, job);
  }
}

async function report(order: Order): Promise<Report> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    const stalled = () => reject(new Error(`No end of ${order.job.type}`));
    timer = setTimeout(stalled, DEADLINE_MS);
  });
  try {
    await Promise.race([run(order), deadline]);
    const { user, system } = process.cpuUsage(cpu);
    return {
      wallMs: performance.now() - start,
      cpuMs: (user + system) / 1000,
    };
  } catch (error) {
    return { error: String(error) };
  } finally {
    clearTimeout(timer);
  }
}

process.on("message", async (order: Order) => {
  process.send!(await report(order));
});
process.once("disconnect", () => process.exit());
