import { systemClock } from "../src/runtime/system_clock.ts";
import type { Ownership } from "./ownership.ts";

/** Milliseconds from a refresh to the next one, and to those who asked for it. */
const DELAY_MS = 20;

/** Looks up anew who has which shard, for all who found an instance not where it should be. */
export class DelayedRefresh {
  #ownership: Pick<Ownership, "refresh">;
  #asking: (() => void)[] = [];
  #isRunning = false;

  constructor(ownership: Pick<Ownership, "refresh">) {
    this.#ownership = ownership;
  }

  /** Calls `again` when more may be known, also when the look-up has failed. */
  ask(again?: () => void): void {
    if (again !== undefined) this.#asking.push(again);
    if (this.#isRunning) return;
    this.#isRunning = true;
    const done = () =>
      systemClock.after(DELAY_MS, () => {
        this.#isRunning = false;
        for (const again of this.#asking.splice(0)) again();
      });
    this.#ownership.refresh().then(done, done);
  }
}
