import type { Environment } from "../../src/client/environment.ts";

/** Virtual time, in which many clients live; random numbers come from `seed`. */
export class VirtualTime {
  time = 0;
  online = true;
  #timers: { at: number; run: () => void }[] = [];
  #wakes = new Set<() => void>();
  #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  get environment(): Environment {
    return {
      random: () => this.random(),
      after: (ms, run) => {
        const timer = { at: this.time + ms, run };
        this.#timers.push(timer);
        return () => this.#timers = this.#timers.filter((one) => one !== timer);
      },
      isOnline: () => this.online,
      onWake: (wake) => {
        this.#wakes.add(wake);
        return () => this.#wakes.delete(wake);
      },
    };
  }

  /** mulberry32 */
  random(): number {
    let t = this.#seed += 0x6d2b79f5;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  wake(): void {
    for (const wake of this.#wakes) wake();
  }

  get listeners(): number {
    return this.#wakes.size;
  }

  /** Goes on to the next timer that is due until then, and lets what it began settle. */
  async run(until: number): Promise<void> {
    await settled();
    while (true) {
      const due = this.#timers.filter(({ at }) => at <= until);
      if (due.length === 0) break;
      const next = due.reduce((a, b) => b.at < a.at ? b : a);
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.time = next.at;
      next.run();
      await settled();
    }
    this.time = until;
  }
}

/** What is ready to go on has gone on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await Promise.resolve();
}
