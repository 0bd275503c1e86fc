/** Lets so many messages pass in a second, and bursts of as many. */
export class RateLimit {
  #perSecond: number;
  #left: number;
  #at: number;

  constructor(perSecond: number, now: number) {
    this.#perSecond = this.#left = perSecond;
    this.#at = now;
  }

  /** Whether one more may pass at `now`, in milliseconds. */
  take(now: number): boolean {
    const gained = (now - this.#at) / 1000 * this.#perSecond;
    this.#left = Math.min(this.#perSecond, this.#left + gained);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
