import type { AgentAddress } from "../src/ports/agent_address.ts";
import type { ClusterHealth } from "../src/ports/cluster.ts";
import type { ClusterEngine, ClusterFacts, ClusterMap } from "./engine.ts";
import { EngineOpening, type EngineOpeningOwner } from "./engine_opening.ts";
import { FenceChanges } from "./fence_changes.ts";
import { Lease } from "./lease.ts";
import { MovedError } from "../src/runtime/moved.ts";
import { NodeLife } from "./node_life.ts";
import { ObservedBeats } from "./observed_beats.ts";
import type { ClusterNode, Ownership, OwnershipListener } from "./ownership.ts";
import { type LeaseClock, Pause } from "./pause.ts";
import { ProblemLog } from "./problem_log.ts";
import { PER_LEASE, Renewals, type RenewalsOwner } from "./renewals.ts";
import { shardOf } from "./shard_of.ts";
import { ShardMap } from "./shard_map.ts";
import { Shares } from "./shares.ts";

/** What a {@linkcode Membership} needs. */
export interface MembershipOptions {
  readonly engine: ClusterEngine;
  readonly clock: LeaseClock;
  /** Milliseconds after which the others take over what a node has that is not heard of. */
  readonly leaseMs: number;
  /** The number of the protocol between nodes. */
  readonly wire: number;
  /** A random UUID. */
  readonly uuid: () => string;
}

/**
 * The membership of this process in a cluster: it joins, renews its lease,
 * takes and gives shards, and begins anew under another id when the others have
 * taken what it had.
 */
export class Membership
  implements Ownership, EngineOpeningOwner, RenewalsOwner {
  readonly engine: ClusterEngine;
  readonly clock: LeaseClock;
  readonly map: ShardMap = new ShardMap();
  readonly statementMs: number;
  readonly retryMs: number;
  /** Fences commits, and changes of the fence. */
  readonly changes: FenceChanges = new FenceChanges(this);
  /** What was heard of the history of the store last. */
  history = "";
  #options: MembershipOptions;
  #life: NodeLife;
  #shares: Shares;
  #beats: ObservedBeats;
  #opening: EngineOpening = new EngineOpening(this);
  #listener: OwnershipListener | undefined;
  #address = "";
  #problems: ProblemLog;
  #renewals: Renewals;
  #wasLost = false;
  isDraining = false;
  hasLeft = false;

  constructor(options: MembershipOptions) {
    const { engine, clock, leaseMs } = options;
    this.#options = options;
    this.engine = engine;
    this.clock = clock;
    this.statementMs = Math.max(leaseMs / PER_LEASE, 250);
    this.retryMs = Math.min(Math.max(leaseMs / 40, 25), 250);
    this.#problems = new ProblemLog(() => clock.now());
    this.#life = this.#newLife();
    this.#renewals = new Renewals(this);
    this.#beats = new ObservedBeats(leaseMs);
    this.#shares = new Shares(this, this.changes, this.#beats);
  }

  get self(): string {
    return this.#life.id;
  }

  /** What a commit is bound to. */
  get life(): NodeLife {
    return this.#life;
  }

  get state(): ClusterHealth["state"] {
    if (this.hasLeft) return "left";
    if (this.#life.isOver) return "lost";
    if (this.#life.lease.renewals === 0) {
      return this.#wasLost ? "lost" : "joining";
    }
    if (!this.isLive) return "frozen";
    return this.isDraining ? "draining" : "live";
  }

  get isLive(): boolean {
    return this.#life.lease.isInTime;
  }

  get leaseMs(): number {
    return this.#options.leaseMs;
  }

  get problems(): readonly string[] {
    const { now } = this.#problems;
    return now === undefined ? [] : [now];
  }

  get wire(): number {
    return this.#options.wire;
  }

  get shardCount(): number {
    return this.#opening.shardCount;
  }

  get secret(): Uint8Array {
    return this.#opening.secret;
  }

  get listener(): OwnershipListener {
    return this.#listener!;
  }

  shardOf(address: AgentAddress): number {
    return shardOf(address, this.shardCount);
  }

  ownerOf(shard: number): string | undefined {
    const owner = this.map.ownerOf(shard);
    const isOwn = owner === this.#life.id;
    return isOwn && !this.#life.owned.has(shard) ? undefined : owner;
  }

  node(id: string): ClusterNode | undefined {
    return this.map.node(id);
  }

  nodes(): readonly ClusterNode[] {
    return this.map.nodes();
  }

  learned(shards: readonly number[], owner: string): void {
    this.map.assign(shards, owner);
    this.listener.changed();
    if (owner === this.#life.id) this.#balance(this.#life);
  }

  refresh(): Promise<void> {
    if (this.hasLeft) return Promise.resolve();
    return this.#renewals.refresh();
  }

  /** Opens the engine; resolves when that is done, however often it fails. */
  open(): Promise<ClusterFacts> {
    return this.#opening.done();
  }

  begin(address: string, listener: OwnershipListener): void {
    this.#address = address;
    this.#listener = listener;
    void this.#run();
  }

  async leave(): Promise<void> {
    if (this.hasLeft) return;
    this.isDraining = true;
    const life = this.#life;
    if (life.lease.renewals > 0) {
      const bound = new Pause(this.clock);
      // Who else is there, as of now; the others hear that it gets nothing more.
      const isGiven = this.refresh().then(() => this.#shares.giveAll(life))
        .then(() => this.#goodbye(life));
      // Without the engine nothing can be given: the others find it in a lease.
      await Promise.race([
        isGiven.catch(() => {}),
        bound.take(2 * this.#options.leaseMs),
      ]);
      bound.cut();
    }
    this.hasLeft = true;
    life.end("the node has left");
    this.#renewals.stop();
  }

  taken(life: NodeLife, map: ClusterMap, sent: number): number {
    this.history = map.history;
    this.#beats.observe(map.nodes, sent, this.clock.now());
    const { gone, isChanged } = this.map.update(map);
    // The map may have been read before the heir was told.
    this.map.assign(life.owned, life.id);
    this.renewed(life, sent);
    for (const node of gone) this.listener.gone(node);
    if (isChanged) this.listener.changed();
    this.#balance(life);
    return this.#beats.next() + 1;
  }

  renewed(life: NodeLife, sent: number): void {
    this.#problems.solved();
    if (!life.isOver && life.lease.renew(sent)) this.listener.live();
  }

  lose(life: NodeLife, why: string): MovedError {
    if (!life.isOver) {
      life.end(why);
      this.#wasLost = true;
      this.#problems.report(`This node of the cluster begins anew: ${why}`);
      this.listener.lost(why);
      this.#renewals.wake();
    }
    return new MovedError(why);
  }

  opened(): void {
    this.#problems.solved();
  }

  failed(error: unknown): void {
    if (error instanceof MovedError || this.hasLeft) return;
    const { message } = error as Error;
    this.#problems.report(`Cannot use the database of the cluster: ${message}`);
  }

  async #run(): Promise<void> {
    await this.open().catch(() => {});
    while (!this.hasLeft) {
      const life = this.#life;
      if (await this.#join(life)) {
        await this.#renewals.run(life);
      }
      if (this.hasLeft) break;
      this.#life = this.#newLife();
      if (this.isDraining) break;
    }
  }

  async #join(life: NodeLife): Promise<boolean> {
    const { wire } = this;
    const [fence] = life.fence.all;
    const address = this.#address;
    const node = { id: life.id, address, phase: "up" as const, wire, fence };
    try {
      const replaces = !isLoopback(address);
      await this.engine.join(node, replaces, this.statementMs);
      this.#wasLost = false;
      return true;
    } catch (error) {
      this.failed(error);
      await new Pause(this.clock).take(this.retryMs);
      return false;
    }
  }

  #newLife(): NodeLife {
    const { uuid, leaseMs } = this.#options;
    const frozen = () => this.listener.frozen();
    return new NodeLife(uuid, new Lease(this.clock, leaseMs, frozen));
  }

  #balance(life: NodeLife): void {
    if (this.isDraining) return;
    const mayAct = () => !life.isOver && this.state === "live";
    void this.#shares.balance(life, mayAct);
  }

  async #goodbye(life: NodeLife): Promise<void> {
    // Who reads first that this node is gone takes what it has not heard yet for lost.
    await this.listener.release([], undefined);
    if (life.isOver) return;
    const me = life.fence.of(life.id);
    await life.statements.run(async () => {
      await this.engine.leave(me, this.statementMs);
      life.end("the node has left");
    });
  }
}

function isLoopback(address: string): boolean {
  return /^(?:127\.|\[?::1\]?:|localhost:)/.test(address);
}
