import type { Clock } from "../src/ports/clock.ts";

/** The parts of a clock that a lease is measured by. */
export type LeaseClock = Required<Pick<Clock, "now" | "after" | "soon">>;

/** A pause that can be cut short. */
export class Pause {
  #clock: LeaseClock;
  #wake: (() => void) | undefined;

  constructor(clock: LeaseClock) {
    this.#clock = clock;
  }

  /** Resolves after `ms` milliseconds, or when it is cut short. */
  take(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(Math.max(0, ms), () => this.cut());
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  cut(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
