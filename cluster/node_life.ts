import { Exclusive } from "./exclusive.ts";
import { Fence } from "./fence.ts";
import type { Lease } from "./lease.ts";
import { MovedError } from "../src/runtime/moved.ts";

/** This process in the cluster, from its joining until it is lost or has left. */
export class NodeLife {
  /** Never used again. */
  readonly id: string;
  readonly fence: Fence;
  readonly lease: Lease;
  /** The shards that this node may write: gained with a fence of its own. */
  readonly owned: Set<number> = new Set();
  /** Commits and changes of the fence take turns. Who has the turn may wait for a statement, never the other way round. */
  readonly turn: Exclusive = new Exclusive();
  /** One statement about the node at a time: what it is bound to must not change on its way. */
  readonly statements: Exclusive = new Exclusive();
  #why: string | undefined;

  constructor(uuid: () => string, lease: Lease) {
    this.id = uuid();
    this.fence = new Fence(uuid);
    this.lease = lease;
  }

  /** Whether it is lost or has left. */
  get isOver(): boolean {
    return this.#why !== undefined;
  }

  end(why: string): void {
    this.#why ??= why;
    this.owned.clear();
    this.lease.end();
  }

  /** Throws a {@linkcode MovedError} when it is over. */
  assertAlive(): void {
    if (this.#why !== undefined) throw new MovedError(this.#why);
  }
}
