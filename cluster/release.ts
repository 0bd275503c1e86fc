import { systemClock } from "../src/runtime/system_clock.ts";
import type { GatewayPipe } from "./gateway_pipe.ts";
import type { HeldShards } from "./held_shards.ts";

/** Shards that this process gives away: while they are on their way, the clients of all processes wait. */
export class Release {
  #gateways: ReadonlySet<GatewayPipe>;
  #held: HeldShards<unknown>;
  #since = 0;

  /** `gateways` are the other processes whose clients have instances here, and `held` what clients of this one wait for. */
  constructor(
    gateways: ReadonlySet<GatewayPipe>,
    held: HeldShards<unknown>,
  ) {
    this.#gateways = gateways;
    this.#held = held;
  }

  /** Resolves when nothing of a client is on its way to an instance of these shards any more. */
  async begin(shards: readonly number[]): Promise<void> {
    this.#since = systemClock.now();
    this.#held.add(shards, this);
    await Promise.all([...this.#gateways].map((each) => each.hold(shards)));
  }

  /** Says that `node` has these now, where it is known; returns how many milliseconds clients have waited. */
  end(shards: readonly number[], node: string | undefined): number {
    for (const gateway of this.#gateways) gateway.moved(shards, node);
    this.#held.delete(shards, this);
    return systemClock.now() - this.#since;
  }
}
