import type { LeaseClock } from "./pause.ts";

/** A node falls silent this part of a lease after it last asked to be renewed. */
const OWN_PART = 0.9;

/** The time in which a node may act: nobody else can have taken what it has. */
export class Lease {
  /** How often it was renewed. */
  renewals = 0;
  #clock: LeaseClock;
  #ms: number;
  #frozen: () => void;
  #deadline = -Infinity;
  #isFrozen = false;
  #cancel: (() => void) | undefined;

  /** `frozen` is called when the time is over, and after each renewal at most once. */
  constructor(clock: LeaseClock, ms: number, frozen: () => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#frozen = frozen;
  }

  /** Looks at the clock: a process that was stopped may hear of its sockets before its timers. */
  get isInTime(): boolean {
    if (this.renewals === 0 || this.#isFrozen) return false;
    if (this.#clock.now() < this.#deadline) return true;
    this.#isFrozen = true;
    this.#frozen();
    return false;
  }

  /** The engine has accepted what was sent at `sent`. Whether the node may act that could not before. */
  renew(sent: number): boolean {
    const isFirst = this.renewals++ === 0;
    this.#deadline = Math.max(this.#deadline, sent + OWN_PART * this.#ms);
    this.#watch();
    const isLate = this.#clock.now() >= this.#deadline;
    if (isLate || !isFirst && !this.#isFrozen) return false;
    this.#isFrozen = false;
    return true;
  }

  /** Timers may be up to a millisecond early. */
  #watch(): void {
    this.#cancel?.();
    const rest = this.#deadline - this.#clock.now();
    this.#cancel = this.#clock.after(Math.max(1, rest), () => {
      if (this.isInTime) this.#watch();
    });
  }

  /** The node is lost or has left. */
  end(): void {
    this.#deadline = -Infinity;
    this.#isFrozen = true;
    this.#cancel?.();
  }
}
