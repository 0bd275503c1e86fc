import { systemClock } from "../src/runtime/system_clock.ts";
import type { OutRoute, REPORT_BYTES } from "./out_route.ts";

/** Clients that were sent something of which it is to be said how much they have taken. One timer looks at all, and runs only then. */
export class Unreported {
  #ms: number;
  #least: 1 | typeof REPORT_BYTES;
  #routes = new Set<OutRoute>();
  #stop: (() => void) | undefined;

  /** Looks every `ms` milliseconds; less than `least` bytes are not reported. */
  constructor(ms: number, least: 1 | typeof REPORT_BYTES) {
    this.#ms = ms;
    this.#least = least;
  }

  add(route: OutRoute): void {
    this.#routes.add(route);
    this.#stop ??= systemClock.every(this.#ms, () => this.#look());
  }

  delete(route: OutRoute): void {
    this.#routes.delete(route);
  }

  clear(): void {
    this.#routes.clear();
    this.#stop?.();
    this.#stop = undefined;
  }

  #look(): void {
    for (const route of this.#routes) {
      if (!route.report(this.#least)) this.#routes.delete(route);
    }
    if (this.#routes.size === 0) this.clear();
  }
}
