import type { Clock } from "../ports/clock.ts";
import type { Call } from "./call.ts";

const POLL_MS = 5;

/**
 * Where streams wait for peers that don't keep up. Sockets do not say when
 * they have drained, so one timer looks at those that somebody waits for; it
 * runs only then.
 */
export class Drain {
  #clock: Clock;
  #waiting = new Map<Call, () => void>();
  #stop: (() => void) | undefined;
  #turn: Promise<void> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when the peer of `call` has caught up, or the call is over. */
  wait(call: Call): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(call, resolve);
      this.#stop ??= this.#clock.every(POLL_MS, () => this.#look());
    });
  }

  /** Resolves after whatever else waits in the event loop; all that wait share one timer. */
  turn(): Promise<void> {
    return this.#turn ??= new Promise((resolve) => {
      setTimeout(() => {
        this.#turn = undefined;
        resolve();
      });
    });
  }

  #look(): void {
    for (const [call, resolve] of this.#waiting) {
      if (!call.isOver && call.link.isBehind) continue;
      this.#waiting.delete(call);
      resolve();
    }
    if (this.#waiting.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }
}
