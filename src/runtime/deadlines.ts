import type { Clock } from "../ports/clock.ts";

const TICK_MS = 250;

/**
 * Things that expire the same time after they were added, oldest first.
 * Adding again starts the time anew.
 */
export class Deadlines<T> {
  #due = new Map<T, number>();
  #timer: DeadlineTimer;
  #ms: number;
  #expire: (item: T) => void;

  constructor(timer: DeadlineTimer, ms: number, expire: (item: T) => void) {
    this.#timer = timer;
    this.#ms = ms;
    this.#expire = expire;
    timer.queues.push(this);
  }

  get size(): number {
    return this.#due.size;
  }

  add(item: T): void {
    this.#due.delete(item);
    this.#due.set(item, this.#timer.clock.now() + this.#ms);
    this.#timer.wake();
  }

  /** Adds `item` unless its time is running. */
  addOnce(item: T): void {
    if (!this.#due.has(item)) this.add(item);
  }

  delete(item: T): void {
    this.#due.delete(item);
  }

  /** Expires what is due at `now`. */
  run(now: number): void {
    for (const [item, due] of this.#due) {
      if (due > now) return;
      this.#due.delete(item);
      this.#expire(item);
    }
  }
}

/**
 * The one timer of a host. It runs only while something waits, so that an
 * object that hibernates is left alone.
 */
export class DeadlineTimer {
  // deno-lint-ignore no-explicit-any -- queues of different things
  readonly queues: Deadlines<any>[] = [];
  readonly clock: Clock;
  #stop: (() => void) | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  wake(): void {
    this.#stop ??= this.clock.every(TICK_MS, () => this.#tick());
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  /** Expires everything, and stops. */
  expireAll(): void {
    for (const queue of this.queues) queue.run(Infinity);
    this.stop();
  }

  #tick(): void {
    const now = this.clock.now();
    for (const queue of this.queues) queue.run(now);
    // What has expired may have been added to another queue.
    if (this.queues.every(({ size }) => size === 0)) this.stop();
  }
}
