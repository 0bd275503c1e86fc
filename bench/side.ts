import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Runtime, type Server, start } from "../tests/targets/targets.ts";
import { cpuBetween, cpuTimes, residentBytes } from "./cpu.ts";
import type { Job, Order, Report } from "./generator/main.ts";

/** What is compared: the library, and the same program on the bare runtime. */
export type Program = "ours" | "control";

/** What a job cost. */
export interface Cost {
  readonly serverCpuNs: number;
  readonly wallMs: number;
  /** Part of the time that the generator was on a core; near 1 it is what limits the rate. */
  readonly generatorShare: number;
}

/** What the server does after the last reply belongs to the job too. */
const SETTLE_MS = 20;

const live = new Set<Side>();

/** One server and the generator that drives it, each a process of its own. */
export class Side {
  #server: Server;
  #generator: ChildProcess;
  #path: string;

  private constructor(server: Server, path: string) {
    this.#server = server;
    this.#path = path;
    this.#generator = fork(
      fileURLToPath(new URL("generator/main.ts", import.meta.url)),
    );
    live.add(this);
  }

  /** Starts `program` on `runtime`, and a generator for the agent at `path`. */
  static async start(
    runtime: Runtime,
    program: Program,
    path: string,
  ): Promise<Side> {
    const entry = program === "ours" ? "roam" : runtime;
    const server = await start(runtime, {
      entry: fileURLToPath(new URL(`servers/${entry}.ts`, import.meta.url)),
      objects: {
        EchoAgent: "EchoAgent",
        DoorAgent: "DoorAgent",
        CallAgent: "CallAgent",
        BroadcastAgent: "BroadcastAgent",
      },
    });
    return new Side(server, path);
  }

  static async stopAll(): Promise<void> {
    await Promise.all([...live].map((side) => side.stop()));
  }

  /** Has the generator do `job`, and tells what that cost the server. */
  async run(job: Job): Promise<Cost> {
    const { pid } = this.#server.process;
    const before = cpuTimes(pid);
    const { wallMs, cpuMs } = await this.#order(job);
    await sleep(SETTLE_MS);
    return {
      serverCpuNs: cpuBetween(before, cpuTimes(pid)),
      wallMs,
      generatorShare: cpuMs / wallMs,
    };
  }

  /** Bytes that the server holds when it has collected its garbage. */
  async memory(): Promise<number> {
    // workerd gives a program no way to collect.
    if (this.#server.runtime !== "workerd") {
      await (await fetch(`http://${this.#server.host}/`)).text();
    }
    return residentBytes(this.#server.process.pid);
  }

  async stop(): Promise<void> {
    live.delete(this);
    this.#generator.kill();
    await this.#server.stop();
  }

  async #order(job: Job): Promise<Exclude<Report, { error: string }>> {
    const target = { host: this.#server.host, path: this.#path };
    this.#generator.send({ target, job } satisfies Order);
    const [report] = await once(this.#generator, "message") as [Report];
    if ("error" in report) throw new Error(report.error);
    return report;
  }
}
