import type { ClusterEngine, ClusterFacts } from "./engine.ts";
import { type LeaseClock, Pause } from "./pause.ts";

/** What makes the tables makes so many. */
const SHARDS = 256;

/** The process that opens an engine. */
export interface EngineOpeningOwner {
  readonly engine: ClusterEngine;
  readonly clock: LeaseClock;
  readonly leaseMs: number;
  /** Milliseconds between two attempts. */
  readonly retryMs: number;
  readonly hasLeft: boolean;
  opened(): void;
  failed(error: unknown): void;
}

/** Opens the engine once, however often that fails, and knows what it said of the cluster. */
export class EngineOpening {
  #owner: EngineOpeningOwner;
  #facts: ClusterFacts | undefined;
  #opening: Promise<ClusterFacts> | undefined;

  constructor(owner: EngineOpeningOwner) {
    this.#owner = owner;
  }

  get shardCount(): number {
    return this.#facts?.shards ?? SHARDS;
  }

  get secret(): Uint8Array {
    if (this.#facts !== undefined) return this.#facts.secret;
    throw new Error("the database of the cluster has not been opened yet");
  }

  /** Resolves when the engine is open; rejects when this process has left meanwhile. */
  done(): Promise<ClusterFacts> {
    return this.#opening ??= this.#open();
  }

  async #open(): Promise<ClusterFacts> {
    const { engine, clock, leaseMs, retryMs } = this.#owner;
    while (this.#facts === undefined) {
      try {
        // The first time it may have tables to make.
        this.#facts = await engine.open(leaseMs);
        this.#owner.opened();
      } catch (error) {
        if (this.#owner.hasLeft) throw error;
        this.#owner.failed(error);
        await new Pause(clock).take(retryMs);
      }
    }
    return this.#facts;
  }
}
