// Does to the processes of a cluster, to what is between them, and to their database what may happen to them.
import { FaultProxy } from "../network/fault_proxy.ts";
import { type ClusterProcess, ProcessCluster } from "./processes.ts";

const LEASE_MS = 1500;

/** A process, and the ways to it and from it. */
interface Member {
  readonly node: ClusterProcess;
  /** To its pipes. */
  readonly pipes: FaultProxy;
  /** To the database. */
  readonly database: FaultProxy;
}

/** What may happen, and how likely it is, in parts of all. */
const FAULTS = {
  kill: 4,
  end: 3,
  pause: 4,
  "cut pipes": 3,
  "stall pipes": 3,
  "cut database": 2,
  "stall database": 2,
  "hang database": 1,
  "restart database": 1,
} as const;

export type Fault = keyof typeof FAULTS;

const NAMES = Object.entries(FAULTS).flatMap(([name, parts]) =>
  Array.from({ length: parts }, () => name as Fault)
);

export class Chaos {
  readonly cluster: ProcessCluster;
  /** How often each has happened. */
  readonly counts: Partial<Record<Fault, number>> = {};
  #members: Member[] = [];
  #random: () => number;

  private constructor(cluster: ProcessCluster, random: () => number) {
    this.cluster = cluster;
    this.#random = random;
  }

  static async start(count: number, random: () => number): Promise<Chaos> {
    const cluster = await ProcessCluster.start(0, LEASE_MS);
    const chaos = new Chaos(cluster, random);
    for (let at = 0; at < count; at++) await chaos.#add();
    await cluster.balanced();
    return chaos;
  }

  /** Where a client connects. */
  get host(): string {
    return this.#one(this.#members).node.server.host;
  }

  /** One thing happens, and is over. */
  async strike(fault: Fault = this.#one(NAMES)): Promise<Fault> {
    this.counts[fault] = (this.counts[fault] ?? 0) + 1;
    const { database } = this.cluster;
    const member = this.#one(this.#members);
    switch (fault) {
      case "kill":
      case "end":
        await this.#replace(member, fault === "kill" ? "SIGKILL" : "SIGTERM");
        break;
      case "pause":
        member.node.signal("SIGSTOP");
        await this.#while(LEASE_MS * 3);
        member.node.signal("SIGCONT");
        break;
      case "cut pipes":
        member.pipes.cut();
        break;
      case "cut database":
        member.database.cut();
        break;
      case "stall pipes":
      case "stall database": {
        const proxy = fault === "stall pipes" ? member.pipes : member.database;
        proxy.stall();
        await this.#while(LEASE_MS * 3);
        proxy.resume();
        break;
      }
      case "hang database": {
        const goOn = database.hang();
        await this.#while(LEASE_MS * 2);
        goOn();
        break;
      }
      case "restart database":
        await database.crash();
        await this.#while(LEASE_MS);
        await database.start();
    }
    return fault;
  }

  async stop(): Promise<void> {
    await this.cluster.stop();
    for (const { pipes, database } of this.#members) {
      await pipes.stop();
      await database.stop();
    }
  }

  async #replace(member: Member, signal: NodeJS.Signals): Promise<void> {
    const { server } = member.node;
    // A deploy has the new one there before; a crash does not.
    if (signal === "SIGTERM") await this.#add();
    this.#members = this.#members.filter((each) => each !== member);
    const nodes = this.cluster.nodes;
    nodes.splice(nodes.indexOf(member.node), 1);
    await server.stop(signal);
    if (signal === "SIGKILL") await this.#add();
    await member.pipes.stop();
    await member.database.stop();
  }

  async #add(): Promise<void> {
    const pipes = await FaultProxy.start("127.0.0.1:1");
    const { port, url } = this.cluster.database;
    const database = await FaultProxy.start(`127.0.0.1:${port}`);
    const access = url.replace(`127.0.0.1:${port}`, database.host);
    const node = await this.cluster.add({
      proxy: pipes,
      url: access,
    });
    this.#members.push({ node, pipes, database });
  }

  /** Sometimes short, sometimes long. */
  async #while(mostMs: number): Promise<void> {
    const ms = this.#random() ** 2 * mostMs;
    await new Promise((resolve) => setTimeout(resolve, ms));
  }

  #one<T>(of: readonly T[]): T {
    return of[Math.floor(this.#random() * of.length)];
  }
}
