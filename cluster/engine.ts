import type { DueJob, DueQuery, StoredJob } from "../src/ports/jobs.ts";
import type { LogEntry, LogHead } from "../src/ports/log.ts";
import type {
  AgentAddress,
  ChangedPages,
  Snapshot,
  Write,
} from "../src/ports/storage.ts";
import type { ClusterNode } from "./ownership.ts";

/** What is the same for all nodes, and known when the engine has been opened. */
export interface ClusterFacts {
  /** How many shards there are. */
  readonly shards: number;
  /** The key of the proof between nodes. */
  readonly secret: Uint8Array;
  /** The address of this process on the way to the engine, without a port; `undefined` where there is no network in between. */
  readonly local?: string | undefined;
}

/** A node as the engine lists it. */
export interface ListedNode extends ClusterNode {
  /** Counts its renewals up. */
  readonly beat: number;
}

/** All nodes, and who has which shards. */
export interface ClusterMap {
  readonly nodes: readonly ListedNode[];
  /** The id of the node that has the shard, by the number of the shard. */
  readonly owners: readonly (string | undefined)[];
  /** Tells this history of what is stored from every other one: it changes when a standby takes over. */
  readonly history: string;
}

/** A node that does not renew, and the last renewal that was seen of it. */
export interface SilentNode {
  readonly id: string;
  readonly beat: number;
}

/** The node that writes: the fence that the engine has for the node MUST be one of these. */
export interface Fenced {
  readonly node: string;
  readonly fences: readonly string[];
}

/** A change of the node's own fence. */
export interface FenceChange extends Fenced {
  /** The fence from now on. */
  readonly next: string;
}

/** A write, and the shard that it is of. */
export interface ShardWrite extends Write {
  readonly shard: number;
  /** What has changed in its database. */
  readonly pages?: ChangedPages | undefined;
}

/** What is stored of an instance, and the history that it was stored in. */
export interface StoredSnapshot {
  readonly address: AgentAddress;
  readonly snapshot: Snapshot;
  readonly history: string;
}

/** How large the database of an instance is that has one. */
export interface StoredDatabase {
  readonly address: AgentAddress;
  /** In pages. */
  readonly count: number;
}

/** A database. */
export interface StoredPages {
  /** How many pages it has. */
  readonly count: number;
  /** By number, the first is 1. Those that are missing have nothing in them. */
  readonly pages: ReadonlyMap<number, Uint8Array>;
}

/** What a cluster reads without a fence: only the node that has an instance asks. */
export interface ClusterReads {
  /** What is stored for these, in any order, which of them have databases, and the present history. */
  load(
    addresses: readonly AgentAddress[],
    deadlineMs: number,
  ): Promise<{
    readonly found: readonly StoredSnapshot[];
    readonly databases: readonly StoredDatabase[];
    readonly history: string;
  }>;
  /** All of one database. */
  pages(database: StoredDatabase, deadlineMs: number): Promise<StoredPages>;
  /** The jobs of these, in any order. */
  jobs(
    addresses: readonly AgentAddress[],
    deadlineMs: number,
  ): Promise<readonly (AgentAddress & { readonly job: StoredJob })[]>;
  /** Due times in these shards, in order. */
  due(
    shards: readonly number[],
    query: DueQuery,
    deadlineMs: number,
  ): Promise<readonly DueJob[]>;
  /** The newest entries of the logs of these, in any order. */
  logHeads(
    addresses: readonly AgentAddress[],
    deadlineMs: number,
  ): Promise<readonly (AgentAddress & { readonly head: LogHead })[]>;
  /** The entries of one log after an offset, in order. */
  history(
    address: AgentAddress,
    after: number,
    deadlineMs: number,
  ): Promise<readonly LogEntry[]>;
}

/**
 * Keeps states, nodes and shards for all processes of a cluster. Each method is
 * one statement: all of it, durably, or nothing. Where the result says
 * `undefined` or `false`, the engine has another fence for the node, and
 * nothing was changed. All reject with an {@linkcode EngineError}, after
 * `deadlineMs` at the latest.
 */
export interface ClusterEngine {
  /** Makes or migrates what the engine needs. Called until it resolves once. */
  open(deadlineMs: number): Promise<ClusterFacts>;
  /** Adds a node, which has no shards. With `replaces`, whoever had its address is dead. */
  join(
    node: ClusterNode & { readonly fence: string },
    replaces: boolean,
    deadlineMs: number,
  ): Promise<void>;
  /** Counts the beat up, and reads the map. */
  renew(
    me: Fenced,
    phase: "up" | "draining",
    deadlineMs: number,
  ): Promise<ClusterMap | undefined>;
  /** Changes the fence, declares dead who has been silent, takes so many shards that nobody alive has, and returns all that the node has. */
  claim(
    me: FenceChange,
    silent: readonly SilentNode[],
    wanted: number,
    deadlineMs: number,
  ): Promise<readonly number[] | undefined>;
  /** Changes the fence, and the owner of those of `shards` that the node has. */
  give(
    me: FenceChange,
    shards: readonly number[],
    heir: string | undefined,
    deadlineMs: number,
  ): Promise<boolean>;
  /** Removes the node; its shards are nobody's. */
  leave(me: Fenced, deadlineMs: number): Promise<void>;
  /** Stores all of `writes`. */
  commit(
    me: Fenced,
    writes: readonly ShardWrite[],
    history: string,
    deadlineMs: number,
  ): Promise<boolean>;
  readonly reads: ClusterReads;
  /** Lets go of all connections. */
  close(): Promise<void>;
}

/** What the engine threw. */
export class EngineError extends Error {
  /**
   * `unknown`: it may have been done, or be done later. `refused`: nothing was
   * done, and it may work the next time. `wrong`: nothing was done, and it will
   * never work.
   */
  readonly end: "unknown" | "refused" | "wrong";

  constructor(end: EngineError["end"], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "EngineError";
    this.end = end;
  }
}
