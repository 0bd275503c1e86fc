/** Who is told when the first reason to stay in memory comes, and when the last one goes. */
export interface ActivityOwner {
  /** There is something to stay for. */
  busy(): void;
  /** There is nothing any more. */
  idle(): void;
}

/**
 * Counts what keeps an instance in memory: its connections, its handlers that
 * wait for something, what is not on disk yet, and whatever a part works on.
 */
export class Activity {
  #count = 0;
  #owner: ActivityOwner;

  constructor(owner: ActivityOwner) {
    this.#owner = owner;
  }

  /** How many reasons there are. */
  get count(): number {
    return this.#count;
  }

  get isBusy(): boolean {
    return this.#count > 0;
  }

  /** One reason more. The caller MUST `end` it once. */
  begin(): void {
    if (this.#count++ === 0) this.#owner.busy();
  }

  end(): void {
    if (--this.#count === 0) this.#owner.idle();
  }

  /** Stays until `promise` has settled, and returns what that does. */
  async keep<T>(promise: PromiseLike<T>): Promise<T> {
    this.begin();
    try {
      return await promise;
    } finally {
      this.end();
    }
  }
}
