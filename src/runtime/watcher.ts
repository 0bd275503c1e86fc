import type { Clock } from "../ports/clock.ts";

/** Looks at what waits every so many milliseconds. One timer for all of it, which runs only while something does. */
export class Watcher<T> {
  #clock: Clock;
  #ms: number;
  #waits: (item: T, now: number) => boolean;
  #done: ((item: T) => void) | undefined;
  #items = new Set<T>();
  #stop: (() => void) | undefined;

  /** `waits` tells whether an item is to be looked at again; `done` is called with one that is not. */
  constructor(
    clock: Clock,
    ms: number,
    waits: (item: T, now: number) => boolean,
    done?: (item: T) => void,
  ) {
    this.#clock = clock;
    this.#ms = ms;
    this.#waits = waits;
    this.#done = done;
  }

  add(item: T): void {
    this.#items.add(item);
    this.#stop ??= this.#clock.every(this.#ms, () => this.#look());
  }

  delete(item: T): void {
    this.#items.delete(item);
    if (this.#items.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }

  #look(): void {
    const now = this.#clock.now();
    // What is added meanwhile is looked at the next time.
    for (const item of [...this.#items]) {
      if (!this.#items.has(item) || this.#waits(item, now)) continue;
      this.delete(item);
      this.#done?.(item);
    }
  }
}
