import type { Clock } from "../src/ports/clock.ts";
import { systemClock } from "../src/runtime/system_clock.ts";

interface Timer {
  readonly run: () => void;
  /** Milliseconds from one run to the next; `undefined` for one that runs once. */
  readonly ms: number | undefined;
  next: number;
}

/** The time of a test host. It stands still until {@linkcode TestClock.advance} is called. */
export class TestClock implements Clock {
  #now = 0;
  #wall: number;
  #timers = new Set<Timer>();
  /** Jobs of turns that have not come. */
  #turns = 0;
  #settled: () => Promise<void>;
  #isBusy: () => boolean;

  /** `settled` resolves when nothing goes on any more that a timer began; `isBusy` says whether something is on its way. */
  constructor(
    settled: () => Promise<void>,
    isBusy: () => boolean,
    start: Date = new Date(),
  ) {
    this.#settled = settled;
    this.#isBusy = isBusy;
    this.#wall = start.getTime();
  }

  /** Milliseconds since the host was made. */
  now(): number {
    return this.#now;
  }

  /** The wall clock of the host, for `schedule()` and cron. It begins with `options.start`, and goes on with `advance()`. */
  wall(): number {
    return this.#wall + this.#now;
  }

  /** Sets the wall clock, as an operator or a time server does; timers do not notice. */
  setWall(date: Date): void {
    this.#wall = date.getTime() - this.#now;
  }

  /** See {@linkcode Clock.every}. */
  every(ms: number, tick: () => void): () => void {
    return this.#add({ ms, run: tick, next: this.#now + ms });
  }

  /** See {@linkcode Clock.after}. */
  after(ms: number, job: () => void): () => void {
    return this.#add({ ms: undefined, run: job, next: this.#now + ms });
  }

  /** Turns of the event loop are real. */
  soon(job: () => void): void {
    this.#turns++;
    systemClock.soon(() => {
      this.#turns--;
      job();
    });
  }

  /**
   * Lets `ms` milliseconds pass. What is due meanwhile happens in its order,
   * each with the time to settle. Resolves when all of it has.
   */
  async advance(ms: number): Promise<void> {
    await this.#settled();
    const end = this.#now + ms;
    for (let due = this.#due(end); due !== undefined; due = this.#due(end)) {
      this.#now = due.next;
      if (due.ms === undefined) this.#timers.delete(due);
      else due.next += due.ms;
      due.run();
      // Most runs find that nothing is to be done; others begin something.
      for (let step = 0; step < 8; step++) await Promise.resolve();
      if (this.#turns > 0 || this.#isBusy()) await this.#settled();
    }
    this.#now = end;
    await this.#settled();
  }

  /** The host has ended: nobody waits any more. */
  clear(): void {
    this.#timers.clear();
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** The timer that is due first, at `end` at the latest. */
  #due(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.next > end) continue;
      if (first === undefined || timer.next < first.next) first = timer;
    }
    return first;
  }
}
