import type {
  ClusterNode,
  Ownership,
  OwnershipListener,
} from "../../../cluster/ownership.ts";
import type { AgentAddress } from "../../../mod.ts";
import type { ClusterHealth } from "../../../src/ports/cluster.ts";

const SHARDS = 256;

/** FNV-1a of the class and the name. */
export function shardOf({ agent, name }: AgentAddress): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${agent}\n${name}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0) % SHARDS;
}

/** A map that never changes: one process has all shards, and the others have none. */
export class FixedOwnership implements Ownership {
  readonly self: string;
  readonly leaseMs = 10_000;
  readonly shardCount = SHARDS;
  readonly secret = new TextEncoder().encode("a secret of tests");
  readonly problems: readonly string[] = [];
  state: ClusterHealth["state"] = "joining";
  #owner: ClusterNode;
  #began: (address: string) => void;

  /** `owner` has them all; `began` is told where this process listens. */
  constructor(
    self: string,
    owner: { readonly id: string; readonly address: string },
    began: (address: string) => void = () => {},
  ) {
    this.self = self;
    this.#owner = { ...owner, phase: "up", wire: 1 };
    this.#began = began;
  }

  get isLive(): boolean {
    return this.state === "live" || this.state === "draining";
  }

  shardOf(address: AgentAddress): number {
    return shardOf(address);
  }

  ownerOf(): string | undefined {
    return this.state === "joining" ? undefined : this.#owner.id;
  }

  node(id: string): ClusterNode | undefined {
    return id === this.#owner.id ? this.#owner : undefined;
  }

  nodes(): readonly ClusterNode[] {
    return [this.#owner];
  }

  learned(): void {}

  refresh(): Promise<void> {
    return Promise.resolve();
  }

  begin(address: string, listener: OwnershipListener): void {
    this.#began(address);
    this.state = "live";
    listener.changed();
    if (this.self === this.#owner.id) {
      listener.gained(Array.from({ length: SHARDS }, (_, shard) => shard));
    }
    listener.live();
  }

  leave(): Promise<void> {
    this.state = "left";
    return Promise.resolve();
  }
}
