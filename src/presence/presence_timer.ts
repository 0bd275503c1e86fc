import type { Clock } from "../ports/clock.ts";
import type { HostServices } from "../runtime/host_services.ts";

/** A client is sent one frame in so many milliseconds, whatever changes. */
const INTERVAL_MS = 50;

/** Something that has news for its clients. */
export interface Flushable {
  /** Sends them. Returns whether some have to wait for the next time. */
  flush(): boolean;
}

/** One timer for all instances of a host. It runs only while there is something to send. */
export class PresenceTimer {
  #clock: Clock;
  #waiting = new Set<Flushable>();
  #stop: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(presence: Flushable): void {
    this.#waiting.add(presence);
    this.#stop ??= this.#clock.every(INTERVAL_MS, () => this.#flush());
  }

  delete(presence: Flushable): void {
    this.#waiting.delete(presence);
    if (this.#waiting.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }

  #flush(): void {
    for (const presence of [...this.#waiting]) {
      if (!presence.flush()) this.delete(presence);
    }
  }
}

/** The one of a host. */
export const presenceTimer = ({ timer }: HostServices): PresenceTimer =>
  new PresenceTimer(timer.clock);
