import type { ClusterEngine } from "./engine.ts";
import type { MovedError } from "../src/runtime/moved.ts";
import type { NodeLife } from "./node_life.ts";
import type { OwnershipListener } from "./ownership.ts";
import type { LeaseClock } from "./pause.ts";
import type { ShardMap } from "./shard_map.ts";

/** What the parts of the membership of this process have in common. */
export interface Member {
  readonly engine: ClusterEngine;
  readonly clock: LeaseClock;
  readonly map: ShardMap;
  readonly listener: OwnershipListener;
  /** How many shards there are. */
  readonly shardCount: number;
  /** The number of the protocol between nodes that this one speaks. */
  readonly wire: number;
  /** Milliseconds that a statement may take. */
  readonly statementMs: number;
  /** Milliseconds before something is tried again. */
  readonly retryMs: number;
  /** The engine has accepted a statement of the node that was sent at `sent`. */
  renewed(life: NodeLife, sent: number): void;
  /** The engine has refused one. Returns the error for whoever waits. */
  lose(life: NodeLife, why: string): MovedError;
  /** A statement has failed. It is going to be tried again. */
  failed(error: unknown): void;
  /** Reads the map anew, soon. */
  refresh(): Promise<void>;
}
