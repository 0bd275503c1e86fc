import type { Environment } from "./environment.ts";

/**
 * Asks a silent server for a sign of life. Any message is one; two questions
 * in a row without an answer mean that the connection is dead.
 */
export class Heartbeat {
  #half: number;
  #env: Environment;
  #ping: () => void;
  #dead: () => void;
  /** Half intervals without a word. */
  #silence = 0;
  #cancel: (() => void) | undefined;

  constructor(
    interval: number,
    env: Environment,
    ping: () => void,
    dead: () => void,
  ) {
    this.#half = interval / 2;
    this.#env = env;
    this.#ping = ping;
    this.#dead = dead;
  }

  start(): void {
    if (this.#half > 0) this.#cancel = this.#env.after(this.#half, this.#tick);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  heard(): void {
    this.#silence = 0;
  }

  /** Asks now, and wants the answer soon: the device may have slept. */
  check(): void {
    if (this.#cancel === undefined) return;
    this.#silence = 3;
    this.#ping();
  }

  #tick = () => {
    if (++this.#silence > 3) return this.#dead();
    if (this.#silence > 1) this.#ping();
    this.start();
  };
}
