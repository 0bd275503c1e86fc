import { systemClock } from "../src/runtime/system_clock.ts";

/**
 * Carries what the two ends of in-memory connections send. Each delivery has a
 * turn of the event loop of its own, in the order of sending, as messages of
 * sockets have.
 */
export class Network {
  #deliveries: (() => void)[] = [];
  #isRunning = false;

  /** Whether something is on its way. */
  get isBusy(): boolean {
    return this.#isRunning;
  }

  post(deliver: () => void): void {
    this.#deliveries.push(deliver);
    if (this.#isRunning) return;
    this.#isRunning = true;
    systemClock.soon(() => this.#next());
  }

  #next(): void {
    const deliver = this.#deliveries.shift();
    // The one that finds nothing more leaves time for the answer to what came before.
    if (deliver === undefined) this.#isRunning = false;
    else systemClock.soon(() => this.#next());
    deliver?.();
  }
}

/** The next turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => systemClock.soon(resolve));
}
