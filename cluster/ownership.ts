import type { AgentAddress } from "../src/ports/agent_address.ts";
import type { ClusterHealth } from "../src/ports/cluster.ts";

/** A process of the cluster, as the engine lists it. */
export interface ClusterNode {
  /** New each time that a process joins. */
  readonly id: string;
  /** Where its pipe listens, as `host:port`. */
  readonly address: string;
  readonly phase: "up" | "draining" | "dead";
  /** The number of the protocol between nodes that it speaks. */
  readonly wire: number;
}

/** Which process has which shard, as this one knows it. All answers are synchronous, from the map that each renewal reads. */
export interface Ownership {
  /** The id of this process; another one after it has been lost and joins again. */
  readonly self: string;
  readonly state: ClusterHealth["state"];
  /** Whether this process may act now: it has been renewed and its lease is not over, by a look at the clock. Also while it is draining. */
  readonly isLive: boolean;
  /** The lease in milliseconds. */
  readonly leaseMs: number;
  /** What an operator should know about the engine, a sentence each. */
  readonly problems: readonly string[];
  /** How many shards there are. */
  readonly shardCount: number;
  /** The key of the proof between nodes. Known from `joining` on. */
  readonly secret: Uint8Array;
  shardOf(address: AgentAddress): number;
  /** The id of who has it; `undefined` while nobody has. */
  ownerOf(shard: number): string | undefined;
  node(id: string): ClusterNode | undefined;
  /** All nodes of the map, this one included. */
  nodes(): readonly ClusterNode[];
  /** Another node says by the pipe who has these now; `owner` may be this one. Whoever gains them by that is told by `gained`, and only then `ownerOf` says so. */
  learned(shards: readonly number[], owner: string): void;
  /** Reads the map anew, soon; resolves when it is read. */
  refresh(): Promise<void>;
  /** Begins to join. `address` is where the pipe of this process listens. */
  begin(address: string, listener: OwnershipListener): void;
  /** Gives everything away and removes this node; resolves when that is done. */
  leave(): Promise<void>;
}

/** Hears what becomes of the shards of this process. */
export interface OwnershipListener {
  /** The map has changed: nodes, or owners of shards that are not this node's. */
  changed(): void;
  /** Renewed: this process may act (again). */
  live(): void;
  /** Its lease is over without a word from the engine: nothing may run or leave until `live` or `lost`. */
  frozen(): void;
  /** These are this node's from now on. */
  gained(shards: readonly number[]): void;
  /** These are to be given to `heir`, or to nobody: resolves when nothing of theirs runs here any more, and all nodes have heard of what was given before. */
  release(
    shards: readonly number[],
    heir: ClusterNode | undefined,
  ): Promise<void>;
  /** The engine has recorded it: `heir` has them now. */
  given(shards: readonly number[], heir: ClusterNode | undefined): void;
  /** It could not be recorded: they are still this node's, unless `lost` follows. */
  kept(shards: readonly number[]): void;
  /** Others have taken all that this node had. It joins again under a new id. */
  lost(why: string): void;
  /** A node was declared dead or has left: its pipe is of no use. */
  gone(node: ClusterNode): void;
}
