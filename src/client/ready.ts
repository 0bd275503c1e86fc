/** A promise that is renewed once it has settled. */
export class Ready {
  promise!: Promise<void>;
  #isSettled = true;
  #settle!: (error?: Error) => void;

  constructor() {
    this.renew();
  }

  /** Whoever waits for a promise that has not settled goes on to wait. */
  renew(): void {
    if (!this.#isSettled) return;
    this.#isSettled = false;
    this.promise = new Promise((resolve, reject) => {
      this.#settle = (error) => error ? reject(error) : resolve();
    });
    // Who does not ask does not want to know.
    this.promise.catch(() => {});
  }

  /** Resolves it, or rejects it with `error`. */
  settle(error?: Error): void {
    this.#isSettled = true;
    this.#settle(error);
  }
}
