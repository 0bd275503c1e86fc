import type { Environment } from "../../../src/client/environment.ts";
import { randomOf } from "../random/random.ts";

interface Timer {
  readonly at: number;
  /** Of two timers at the same time the older one goes first. */
  readonly order: number;
  run: (() => void) | undefined;
}

/** Virtual time, in which many clients live; random numbers come from `seed`. */
export class VirtualTime {
  time = 0;
  online = true;
  /** What a timer began goes on for so long before the next one. */
  settle: () => Promise<void> = settled;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** A heap: the next one is the first. */
  #timers: Timer[] = [];
  #count = 0;
  #wakes = new Set<() => void>();

  constructor(seed: number) {
    this.random = randomOf(seed);
  }

  get environment(): Environment {
    return {
      random: this.random,
      after: (ms, run) => this.after(ms, run),
      isOnline: () => this.online,
      onWake: (wake) => {
        this.#wakes.add(wake);
        return () => this.#wakes.delete(wake);
      },
    };
  }

  /** Calls `run` after `ms` milliseconds unless the returned function is called before. */
  after(ms: number, run: () => void): () => void {
    const timer: Timer = { at: this.time + ms, order: this.#count++, run };
    this.#add(timer);
    return () => timer.run = undefined;
  }

  wake(): void {
    for (const wake of this.#wakes) wake();
  }

  get listeners(): number {
    return this.#wakes.size;
  }

  /** Goes on to the next timer that is due until then, and lets what it began settle. */
  async run(until: number): Promise<void> {
    await this.settle();
    while (this.#timers.length > 0 && this.#timers[0].at <= until) {
      const { at, run } = this.#take();
      if (run === undefined) continue;
      this.time = at;
      run();
      await this.settle();
    }
    this.time = until;
  }

  #add(timer: Timer): void {
    const heap = this.#timers;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isBefore(heap[parent], timer)) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = timer;
  }

  #take(): Timer {
    const heap = this.#timers;
    const [first] = heap;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    while (true) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const other = child + 1;
      if (other < heap.length && isBefore(heap[other], heap[child])) child++;
      if (isBefore(last, heap[child])) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

/** What is ready to go on has gone on for some microtasks. */
export async function settled(turns = 8): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
}

/** All that is ready to go on has gone on. Few promises: each is dear in tests on Node, which traces them. */
export function drained(): Promise<void> {
  const { setImmediate, navigator } = globalThis;
  // On workerd it takes far longer than that.
  if (navigator?.userAgent === "Cloudflare-Workers") return settled(60);
  return new Promise((resolve) => setImmediate(resolve));
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.at < other.at || one.at === other.at && one.order < other.order;
}
