// Nodes with a database in memory, in virtual time.
import { ClusterStorage } from "../../../cluster/cluster_storage.ts";
import { Membership } from "../../../cluster/membership.ts";
import type { OwnershipListener } from "../../../cluster/ownership.ts";
import type { AgentAddress } from "../../../src/ports/agent_address.ts";
import { drained, VirtualTime } from "../simulation/virtual_time.ts";
import { type Line, MemoryDatabase } from "./memory_database.ts";

export const LEASE = 10_000;

export class VirtualNode {
  readonly line: Line = { state: "up", swallowed: 0 };
  readonly member: Membership;
  readonly storage: ClusterStorage;
  readonly events: string[] = [];
  /** What `release` waits for. */
  releasing: Promise<void> = Promise.resolve();
  /** What it waits for when all is given. */
  telling: Promise<void> = Promise.resolve();
  #cluster: VirtualCluster;
  /** A process that is stopped hears of nothing until it goes on. */
  #missed: (() => void)[] | undefined;

  constructor(cluster: VirtualCluster, leaseMs: number, wire: number) {
    this.#cluster = cluster;
    const { time, database } = cluster;
    const after = (ms: number, run: () => void) =>
      time.after(ms, () => {
        if (this.#missed === undefined) run();
        else this.#missed.push(run);
      });
    this.member = new Membership({
      engine: database.engine(this.line),
      clock: {
        now: () => time.time,
        after,
        soon: (job) => void after(0, job),
      },
      leaseMs,
      wire,
      uuid: database.uuid,
    });
    this.storage = new ClusterStorage(this.member);
  }

  get owned(): number {
    return this.member.life.owned.size;
  }

  begin(address = "127.0.0.1:1"): this {
    const note = (name: keyof OwnershipListener) => (...args: unknown[]) => {
      const [shards] = args;
      const count = Array.isArray(shards) ? ` ${shards.length}` : "";
      this.events.push(`${name}${count}`);
    };
    this.member.begin(address, {
      changed: () => {},
      live: note("live"),
      frozen: note("frozen"),
      gained: note("gained"),
      given: note("given"),
      kept: note("kept"),
      lost: note("lost"),
      gone: note("gone"),
      release: (...args) => {
        if (args[0].length === 0) return this.telling;
        note("release")(...args);
        return this.releasing;
      },
    });
    return this;
  }

  /** As SIGSTOP does; the answers of the database arrive when it goes on. */
  stop(): void {
    this.#missed = [];
    this.#cluster.database.set(this.line, "hangs");
  }

  goOn(): void {
    const missed = this.#missed!;
    this.#missed = undefined;
    this.#cluster.database.set(this.line, "up");
    for (const run of missed) run();
  }

  /** As kill -9 does. */
  kill(): void {
    this.#missed = [];
    this.#cluster.database.set(this.line, "down");
  }

  /** An instance of this node. */
  address(): AgentAddress {
    if (this.owned === 0) throw new Error("it has none");
    for (let at = 0;; at++) {
      const address = { agent: "A", name: `n${at}` };
      if (
        this.member.ownerOf(this.member.shardOf(address)) === this.member.self
      ) {
        return address;
      }
    }
  }

  write(address: AgentAddress, rev: number): Promise<void> {
    const snapshot = { state: "{}", epoch: "e", rev };
    return this.storage.commit([{ address, snapshot }]);
  }
}

export class VirtualCluster {
  readonly time: VirtualTime;
  readonly database: MemoryDatabase;
  readonly #leaseMs: number;

  constructor({ seed = 1, shards = 256, leaseMs = LEASE } = {}) {
    this.time = new VirtualTime(seed);
    // A statement goes through many promises.
    this.time.settle = drained;
    this.database = new MemoryDatabase(this.time, shards);
    this.#leaseMs = leaseMs;
  }

  node(wire = 1): VirtualNode {
    return new VirtualNode(this, this.#leaseMs, wire);
  }

  async pass(ms: number): Promise<void> {
    await this.time.run(this.time.time + ms);
  }
}
