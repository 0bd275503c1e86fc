// Processes of a cluster, each with a runtime of its own, on a database of this test.
import { readFileSync } from "node:fs";
import {
  type Place,
  type Runtime,
  type Server,
  start,
} from "../../targets/targets.ts";
import { TestClient } from "../clients/client.ts";
import type { FaultProxy } from "../network/fault_proxy.ts";
import { freePort } from "./free_port.ts";
import {
  type PostgresServer,
  type PostgresSettings,
  startPostgres,
} from "./postgres.ts";

/** That of `ROAM_TARGET`, or else of the tests. */
export const runtime: Runtime = process.env.ROAM_TARGET
  ? process.env.ROAM_TARGET as Runtime
  : "Deno" in globalThis
  ? "deno"
  : "Bun" in globalThis
  ? "bun"
  : "node";

/** How a process is started. */
export interface ProcessSettings {
  /** By which others reach it. */
  readonly proxy?: FaultProxy;
  /** How it reaches the database. */
  readonly url?: string;
  /** Where it runs, and where others dial it there. */
  readonly place?: Place & { readonly listen: string };
}

/** A process, and how it is doing. */
export class ClusterProcess {
  readonly server: Server;

  constructor(server: Server) {
    this.server = server;
  }

  get pid(): number {
    return this.server.process.pid;
  }

  // deno-lint-ignore no-explicit-any -- JSON
  async health(): Promise<any> {
    const answer = await fetch(`http://${this.server.host}/agents/_health`);
    return await answer.json();
  }

  connect(path: string): TestClient {
    return new TestClient(`ws://${this.server.host}/agents/room-agent/${path}`);
  }

  async open(path: string): Promise<TestClient> {
    const client = this.connect(path);
    await client.opened;
    return client;
  }

  /** The process id of who has this room, as this process finds it. */
  async where(room: string): Promise<number> {
    const url = `http://${this.server.host}/where?room=${room}`;
    return await (await fetch(url)).json();
  }

  signal(signal: NodeJS.Signals): void {
    this.server.process.signal(signal);
  }

  /** Events of the cluster so far, in order. */
  get events(): string[] {
    return this.server.process.lines.flatMap((line) => {
      const match = /^@@\["event",(\{"type":"cluster".*\})\]$/.exec(line);
      return match === null ? [] : [JSON.parse(match[1]).status];
    });
  }
}

/** Bytes that a process holds, and the most that it has held. */
export function memoryOf(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kib = (name: string) =>
    Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)![1]);
  return { now: kib("VmRSS") * 1024, peak: kib("VmHWM") * 1024 };
}

/** Several of them. */
export class ProcessCluster {
  readonly database: PostgresServer;
  readonly leaseMs: number;
  readonly nodes: ClusterProcess[] = [];

  private constructor(database: PostgresServer, leaseMs: number) {
    this.database = database;
    this.leaseMs = leaseMs;
  }

  /** Starts so many, and waits until each has its share. */
  static async start(
    count: number,
    leaseMs: number,
    settings?: PostgresSettings,
  ): Promise<ProcessCluster> {
    const database = await startPostgres(settings);
    const cluster = new ProcessCluster(database, leaseMs);
    await Promise.all(Array.from({ length: count }, () => cluster.add()));
    if (count > 0) await cluster.balanced();
    return cluster;
  }

  async stop(): Promise<void> {
    for (const { server } of this.nodes) await server.stop();
    await this.database.stop();
  }

  /** Starts one more. */
  async add(
    { proxy, url = this.database.url, place }: ProcessSettings = {},
  ): Promise<ClusterProcess> {
    const port = await freePort();
    if (proxy !== undefined) proxy.target = `127.0.0.1:${port}`;
    const node = new ClusterProcess(
      await start(runtime, {
        entry: "tests/fixtures/rooms_server.ts",
        objects: {},
        env: {
          ROAM_DATABASE: url,
          ROAM_LEASE: String(this.leaseMs),
          ROAM_LISTEN: `${place?.listen ?? "127.0.0.1"}:${port}`,
          ROAM_ADVERTISE: proxy?.host ?? "",
        },
        place,
      }),
    );
    this.nodes.push(node);
    return node;
  }

  /** Resolves when `nodes` have all shards, none more than its share, and pipes to each other. */
  async balanced(nodes: readonly ClusterProcess[] = this.nodes): Promise<void> {
    const most = Math.ceil(256 / nodes.length);
    for (;;) {
      const all = await Promise.all(nodes.map((node) => node.health()));
      const owned = all.map(({ shards }) => shards.owned);
      const sum = owned.reduce((a, b) => a + b, 0);
      const isReached = all.every(({ peers }) =>
        // deno-lint-ignore no-explicit-any -- JSON
        peers.filter((peer: any) => peer.isReached).length === nodes.length - 1
      );
      const isFair = owned.every((count) => count <= most * 1.1 + 1);
      if (sum === 256 && isFair && isReached) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** A room of this process. */
  async roomOf(node: ClusterProcess, prefix = "room"): Promise<string> {
    for (let at = 0;; at++) {
      const room = `${prefix}-${at}`;
      if (await node.where(room) === node.pid) return room;
    }
  }
}

/** Calls `method`, which counts, one after the other, and notes what came back. */
export class Writer {
  readonly client: TestClient;
  readonly key: string;
  readonly acknowledged: number[] = [];
  longestMs = 0;
  /** Its connection has ended. */
  hasEnded = false;
  #isOver = false;
  #waiting = new Set<() => void>();
  #method: string;
  readonly done: Promise<void>;

  constructor(client: TestClient, key: string, method = "count") {
    this.client = client;
    this.key = key;
    this.#method = method;
    this.done = this.#run().finally(() => this.#wake());
  }

  /** Resolves when so many of its writes are acknowledged; rejects when its connection ends before. */
  async has(count: number): Promise<void> {
    while (this.acknowledged.length < count) {
      if (this.hasEnded) {
        throw new Error(
          `the connection of ${this.key} has ended after ${this.acknowledged.length} writes, and not ${count}`,
        );
      }
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Resolves when what is under way has been answered, or the client is closed. */
  end(): Promise<void> {
    this.#isOver = true;
    return this.done;
  }

  async #run(): Promise<void> {
    await this.client.opened;
    for (let id = 0; !this.#isOver; id++) {
      const since = performance.now();
      const call = {
        type: "rpc",
        id: `${id}`,
        method: this.#method,
        args: [this.key],
      };
      this.client.send(JSON.stringify(call));
      for (;;) {
        let frame: string;
        try {
          frame = await this.client.next() as string;
        } catch {
          this.hasEnded = true;
          return;
        }
        const told = frame.startsWith("{") ? JSON.parse(frame) : {};
        if (told.type !== "rpc" || told.id !== call.id) continue;
        if (told.success !== true) throw new Error(frame);
        this.acknowledged.push(told.result);
        this.#wake();
        break;
      }
      this.longestMs = Math.max(this.longestMs, performance.now() - since);
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
