import type { AgentAddress } from "../src/ports/agent_address.ts";
import type {
  Cluster,
  ClusterHealth,
  ClusterHost,
  Peer,
} from "../src/ports/cluster.ts";
import type { Storage } from "../src/ports/storage.ts";
import { CloseCode } from "../src/protocol/close_codes.ts";
import { systemClock } from "../src/runtime/system_clock.ts";
import { DelayedRefresh } from "./delayed_refresh.ts";
import { Diallers } from "./diallers.ts";
import { GatewayPipe, type GatewayPipeHost } from "./gateway_pipe.ts";
import { HeldShards } from "./held_shards.ts";
import { meshHealth } from "./mesh_health.ts";
import { dialledAddress, type MeshOptions } from "./mesh_options.ts";
import { News } from "./news.ts";
import type { ClusterNode, Ownership, OwnershipListener } from "./ownership.ts";
import type { PeerNode, PeerNodeHost } from "./peer_node.ts";
import { PipeServer } from "./pipe_server.ts";
import { Release } from "./release.ts";

const RELEASE_MS = 5000;
/** Milliseconds until it is tried again to listen. */
const LISTEN_MS = 1000;
/** Milliseconds past the lease that clients wait for somebody to have their instance. */
const GRACE_MS = 5000;
/** Milliseconds without a word from the engine after which clients are told. */
const FROZEN_MS = 30_000;

/** The processes of a cluster, each with a pipe to each other one. */
export class Mesh
  implements Cluster, OwnershipListener, PeerNodeHost, GatewayPipeHost {
  readonly storage: Storage;
  host!: ClusterHost;
  #ownership: Ownership;
  #options: MeshOptions;
  #server: PipeServer;
  #diallers: Diallers;
  #gateways = new Set<GatewayPipe>();
  /** Shards whose clients wait: another process releases them, or this one does. */
  #held = new HeldShards<PeerNode | Release>();
  #release: Release;
  #news = new News();
  #refresh: DelayedRefresh;
  #cancelFrozen: (() => void) | undefined;
  #problem: string | undefined;
  #cancelListen: (() => void) | undefined;
  #hasLeft = false;

  constructor(options: MeshOptions) {
    const { ownership, storage, listen, tls } = options;
    this.#options = options;
    this.#ownership = ownership;
    this.storage = storage;
    this.#refresh = new DelayedRefresh(ownership);
    this.#diallers = new Diallers(ownership, this, {
      tls,
      silenceMs: this.#silenceMs,
      reached: ({ id }) => this.host.report({ status: "reached", node: id }),
      unreachable: ({ id }, why) =>
        this.host.report({ status: "unreachable", node: id, why }),
    });
    this.#release = new Release(this.#gateways, this.#held);
    this.#server = new PipeServer({
      ...listen,
      tls,
      silenceMs: this.#silenceMs,
      self: () =>
        ownership.state === "joining" && ownership.nodes().length === 0
          ? undefined
          : { node: ownership.self, secret: ownership.secret },
      accepted: (pipe, node) => {
        const gateway = new GatewayPipe(pipe, node, this);
        this.#gateways.add(gateway);
        return gateway;
      },
    });
  }

  // For the host.

  get isLive(): boolean {
    return this.#ownership.isLive;
  }

  get waitMs(): number {
    return this.#ownership.leaseMs + GRACE_MS;
  }

  owner(
    address: AgentAddress,
  ): Peer | undefined | Promise<Peer | undefined> {
    const ownership = this.#ownership;
    const shard = ownership.shardOf(address);
    const id = this.#held.has(shard) ? undefined : ownership.ownerOf(shard);
    if (id === ownership.self) {
      if (ownership.isLive) return undefined;
    } else if (id !== undefined) {
      const dialler = this.#diallers.get(id);
      if (dialler !== undefined) return dialler.peer;
    }
    return this.#news.next().then(() => this.owner(address));
  }

  join(host: ClusterHost): void {
    this.host = host;
    this.#listen();
  }

  #listen(): void {
    this.#server.listen().then(
      (address) => {
        this.#problem = undefined;
        const { advertise } = this.#options;
        this.#ownership.begin(dialledAddress(advertise, address), this);
      },
      (error) => {
        const why = `Cannot listen for other processes: ${error.message}`;
        if (this.#problem !== why) console.error(why);
        this.#problem = why;
        // Who had the address before may be about to end.
        this.#cancelListen = systemClock.after(LISTEN_MS, () => this.#listen());
      },
    );
  }

  async leave(): Promise<void> {
    if (this.#hasLeft) return;
    await this.#ownership.leave();
    this.#hasLeft = true;
    this.#cancelFrozen?.();
    for (const gateway of this.#gateways) gateway.end();
  }

  close(): void {
    this.#cancelListen?.();
    this.#server.close();
    this.#diallers.close();
  }

  health(): ClusterHealth {
    const diallers = this.#diallers.all();
    return meshHealth(this.#ownership, diallers, this.#problem);
  }

  // For the engine.

  changed(): void {
    this.#diallers.changed();
    this.#news.tell();
  }

  live(): void {
    this.#cancelFrozen?.();
    this.#cancelFrozen = undefined;
    this.host.report({ status: "live" });
    this.host.resume();
    this.#news.tell();
  }

  frozen(): void {
    this.host.report({ status: "frozen" });
    this.#cancelFrozen ??= systemClock.after(FROZEN_MS, () => {
      const reason = "the store does not answer";
      this.host.lose(() => true, CloseCode.OVERLOAD, reason);
    });
  }

  gained(shards: readonly number[]): void {
    this.host.report({ status: "gained", shards: shards.length });
    this.host.gained();
    this.#news.tell();
  }

  async release(
    shards: readonly number[],
    heir: ClusterNode | undefined,
  ): Promise<void> {
    await this.#release.begin(shards);
    const released = new Set(shards);
    await this.host.release(
      (address) => released.has(this.shardOf(address)),
      this.#options.releaseMs ?? RELEASE_MS,
      heir !== undefined,
    );
  }

  given(shards: readonly number[], heir: ClusterNode | undefined): void {
    const peer = heir && this.#diallers.get(heir.id)?.peer;
    peer?.take(shards);
    this.#released("given", shards, heir?.id);
  }

  kept(shards: readonly number[]): void {
    this.#released("kept", shards, this.#ownership.self);
  }

  lost(why: string): void {
    this.#cancelFrozen?.();
    this.#cancelFrozen = undefined;
    this.host.report({ status: "lost", why });
    this.host.lose(() => true, CloseCode.RESTART, "restarting");
    for (const gateway of [...this.#gateways]) gateway.close("lost");
    this.#held.forget(this.#release);
    this.#news.tell();
  }

  gone(node: ClusterNode): void {
    this.#diallers.gone(node);
  }

  // For the pipes.

  shardOf(address: AgentAddress): number {
    return this.#ownership.shardOf(address);
  }

  isOwner(node: string, shard: number): boolean {
    return this.#ownership.ownerOf(shard) === node && !this.#held.has(shard);
  }

  serves(shard: number): boolean {
    const { self, isLive } = this.#ownership;
    return isLive && this.isOwner(self, shard);
  }

  held(peer: PeerNode, shards: readonly number[]): void {
    this.#held.add(shards, peer);
  }

  moved(
    peer: PeerNode,
    shards: readonly number[],
    owner: string | undefined,
  ): void {
    this.#held.delete(shards, peer);
    if (owner !== undefined) this.#ownership.learned(shards, owner);
    this.#news.tell();
  }

  missed(again?: () => void): void {
    this.#refresh.ask(again);
  }

  taken(shards: readonly number[]): void {
    this.#ownership.learned(shards, this.#ownership.self);
  }

  lostPipe(peer: PeerNode, why: string): void {
    this.#held.forget(peer);
    this.#diallers.get(peer.id)?.lost(why);
    this.host.report({ status: "unreachable", node: peer.id, why });
    this.#news.tell();
  }

  left(pipe: GatewayPipe): void {
    this.#gateways.delete(pipe);
  }

  /** It is known who has these now. */
  #released(
    status: "given" | "kept",
    shards: readonly number[],
    node: string | undefined,
  ): void {
    const ms = this.#release.end(shards, node);
    this.#news.tell();
    this.host.report({ status, shards: shards.length, node, ms });
  }

  /** Longer than a process may pause without losing what it has. */
  get #silenceMs(): number {
    return Math.max(3000, this.#ownership.leaseMs * 0.6);
  }
}
