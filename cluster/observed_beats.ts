import type { ListedNode, SilentNode } from "./engine.ts";

/** Two renewals of one's own that are further apart than this part of a lease leave a gap. */
const GAP = 0.5;

interface Beat {
  beat: number;
  /** When it was first seen. */
  since: number;
}

/**
 * Tells which nodes do not renew any more. One is silent when its beat was the
 * same through a whole lease in which this node has itself read the map without
 * a gap: what keeps everybody from renewing makes nobody dead. Only this node's
 * own clock is asked.
 */
export class ObservedBeats {
  #leaseMs: number;
  #beats = new Map<string, Beat>();
  #lastSent = -Infinity;

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  /** The map was asked for at `sent`, and had arrived at `received`. */
  observe(nodes: readonly ListedNode[], sent: number, received: number): void {
    if (sent - this.#lastSent > this.#leaseMs * GAP) this.#beats.clear();
    this.#lastSent = sent;
    const before = this.#beats;
    this.#beats = new Map();
    for (const { id, beat, phase } of nodes) {
      if (phase === "dead") continue;
      const known = before.get(id);
      const isSame = known !== undefined && known.beat === beat;
      this.#beats.set(id, isSame ? known : { beat, since: received });
    }
  }

  /** Who was silent for a lease, as of the last observation. */
  silent(): SilentNode[] {
    const found = [];
    for (const [id, { beat, since }] of this.#beats) {
      if (this.#lastSent - since >= this.#leaseMs) found.push({ id, beat });
    }
    return found;
  }

  /** Whether a node was heard of in the last part of a lease: fit to be given something. */
  isFresh(id: string): boolean {
    const known = this.#beats.get(id);
    return known !== undefined && known.beat > 0 &&
      this.#lastSent - known.since < this.#leaseMs * GAP;
  }

  /** When the next of those that have not been heard of for a while may count as silent. */
  next(): number {
    let next = Infinity;
    for (const { since } of this.#beats.values()) {
      if (since + this.#leaseMs > this.#lastSent) {
        next = Math.min(next, since + this.#leaseMs);
      }
    }
    return next;
  }
}
