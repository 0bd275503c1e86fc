/** Runs jobs one after another, in the order in which they came. */
export class Exclusive {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles as `job` does. */
  run<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#last.then(job);
    this.#last = result.catch(() => {});
    return result;
  }
}
