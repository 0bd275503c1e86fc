import { isThenable } from "./thenable.ts";

/** Runs jobs one after another, a promise to its end: `static options = { serial: true }`. */
export class SerialQueue {
  #waiting: (() => void)[] = [];
  #busy = false;
  #draining = false;

  get busy(): boolean {
    return this.#busy;
  }

  /** Runs `job` now if it can, and else when its turn comes. */
  run(job: () => unknown): unknown {
    if (!this.#busy) return this.#start(job);
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(this.#start(job));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  #start(job: () => unknown): unknown {
    let result: unknown;
    this.#busy = true;
    try {
      result = job();
    } finally {
      if (isThenable(result)) {
        result.then(() => this.#free(), () => this.#free());
      } else this.#free();
    }
    return result;
  }

  #free(): void {
    this.#busy = false;
    if (this.#draining) return;
    this.#draining = true;
    while (!this.#busy && this.#waiting.length > 0) this.#waiting.shift()!();
    this.#draining = false;
  }
}
