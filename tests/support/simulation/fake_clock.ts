import type { Clock } from "../../../src/ports/clock.ts";

/** A clock that stands still until it is told. */
export class FakeClock implements Clock {
  #now = 0;
  #timers = new Set<{ ms: number; next: number; tick: () => void }>();

  now(): number {
    return this.#now;
  }

  every(ms: number, tick: () => void): () => void {
    const timer = { ms, next: this.#now + ms, tick };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  after(ms: number, job: () => void): () => void {
    const cancel = this.every(ms, () => {
      cancel();
      job();
    });
    return cancel;
  }

  /** How many timers run. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Lets `ms` pass, and ticks what is due meanwhile. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].sort((a, b) => a.next - b.next)[0];
      if (due === undefined || due.next > end) break;
      this.#now = due.next;
      due.next += due.ms;
      due.tick();
    }
    this.#now = end;
  }
}
