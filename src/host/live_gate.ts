/** Something that waits until the process may act again. */
export interface Held {
  resume(): void;
}

/**
 * Lets pass what goes on between clients and instances of this process, as
 * long as the process may act for them. The clock is asked once a turn.
 */
export class LiveGate {
  #cluster: { readonly isLive: boolean };
  #soon: (job: () => void) => void;
  /** The clock was looked at in this turn, and the process may act. */
  #isOpen = false;
  #held = new Set<Held>();

  constructor(
    cluster: { readonly isLive: boolean },
    soon: (job: () => void) => void,
  ) {
    this.#cluster = cluster;
    this.#soon = soon;
  }

  get isOpen(): boolean {
    return this.#isOpen || this.#look();
  }

  /** Has `held` resume when the gate opens. */
  add(held: Held): void {
    this.#held.add(held);
  }

  delete(held: Held): void {
    this.#held.delete(held);
  }

  /** The process may act again. */
  resume(): void {
    for (const held of this.#held) {
      if (!this.isOpen) return;
      this.#held.delete(held);
      held.resume();
    }
  }

  #look(): boolean {
    if (!this.#cluster.isLive) return false;
    this.#isOpen = true;
    this.#soon(() => this.#isOpen = false);
    return true;
  }
}
