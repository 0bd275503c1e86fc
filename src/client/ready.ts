/** A promise that is renewed once it has settled. */
export class Ready {
  promise!: Promise<void>;
  #isSettled = true;
  #resolve!: () => void;
  #reject!: (error: Error) => void;

  constructor() {
    this.renew();
  }

  /** Whoever waits for a promise that has not settled goes on to wait. */
  renew(): void {
    if (!this.#isSettled) return;
    this.#isSettled = false;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Who does not ask does not want to know.
    this.promise.catch(() => {});
  }

  resolve(): void {
    this.#isSettled = true;
    this.#resolve();
  }

  reject(error: Error): void {
    this.#isSettled = true;
    this.#reject(error);
  }
}
