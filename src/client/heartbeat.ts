import type { Environment } from "./environment.ts";

/**
 * Asks a silent server for a sign of life. Any message is one; two questions
 * in a row without an answer mean that the connection is dead.
 */
export class Heartbeat {
  #interval: number;
  #env: Environment;
  #ping: () => void;
  #dead: () => void;
  #misses = 0;
  /** When something was last heard. */
  #heard = 0;
  #cancel: (() => void) | undefined;

  constructor(
    interval: number,
    env: Environment,
    ping: () => void,
    dead: () => void,
  ) {
    this.#interval = interval;
    this.#env = env;
    this.#ping = ping;
    this.#dead = dead;
  }

  start(): void {
    if (this.#interval > 0) this.#rest(this.#interval);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  heard(): void {
    this.#misses = 0;
    this.#heard = this.#env.now();
  }

  /** Asks now, and wants the answer soon: the device may have slept. */
  check(): void {
    if (this.#cancel === undefined) return;
    this.#misses = 1;
    this.#ask(this.#interval / 5);
  }

  #rest(ms: number): void {
    this.stop();
    this.#cancel = this.#env.after(ms, () => {
      const silence = this.#env.now() - this.#heard;
      // Timers and clocks round differently.
      if (this.#misses === 0 && silence + 1 < this.#interval) {
        this.#rest(this.#interval - silence);
      } else if (this.#misses >= 2) this.#dead();
      else this.#ask(this.#interval / 2);
    });
  }

  #ask(patience: number): void {
    this.#misses++;
    this.#ping();
    this.#rest(patience);
  }
}
