/** Has those wait who need to know more than is known. */
export class News {
  #waiting: { readonly promise: Promise<void>; tell(): void } | undefined;

  /** Resolves when more is known than now. */
  next(): Promise<void> {
    if (this.#waiting === undefined) {
      let tell!: () => void;
      const promise = new Promise<void>((resolve) => tell = resolve);
      this.#waiting = { promise, tell };
    }
    return this.#waiting.promise;
  }

  /** More is known. */
  tell(): void {
    this.#waiting?.tell();
    this.#waiting = undefined;
  }
}
