import type { ClusterMap } from "./engine.ts";
import type { Member } from "./member.ts";
import type { NodeLife } from "./node_life.ts";
import { Pause } from "./pause.ts";

/** A node asks to be renewed so often in a lease. */
export const PER_LEASE = 3;
/** Two renewals that somebody asks for are so far apart, in milliseconds. */
const REFRESH_MS = 10;

/** The membership whose lease is renewed. */
export interface RenewalsOwner extends Member {
  readonly leaseMs: number;
  readonly isDraining: boolean;
  /** The map was asked for at `sent`. Returns when it should be read again at the latest. */
  taken(life: NodeLife, map: ClusterMap, sent: number): number;
}

/** Renews the lease of a node, and reads the map with that. */
export class Renewals {
  #owner: RenewalsOwner;
  #pause: Pause;
  /** Resolve `refresh()`, when the map has been read. */
  #waiting: (() => void)[] = [];

  constructor(owner: RenewalsOwner) {
    this.#owner = owner;
    this.#pause = new Pause(owner.clock);
  }

  /** Until the life of the node is over. */
  async run(life: NodeLife): Promise<void> {
    while (!life.isOver) await this.#round(life);
  }

  /** Resolves when the map has been read the next time, which is soon. */
  refresh(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#pause.cut();
    });
  }

  /** The life of the node is over. */
  wake(): void {
    this.#pause.cut();
  }

  /** Nobody reads it any more. */
  stop(): void {
    this.#pause.cut();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** One renewal, and the time until the next. */
  async #round(life: NodeLife): Promise<void> {
    const { clock, engine, statementMs, retryMs, leaseMs } = this.#owner;
    const waiting = this.#waiting.splice(0);
    try {
      let sent = clock.now();
      const map = await life.statements.run(() => {
        life.assertAlive();
        sent = clock.now();
        const phase = this.#owner.isDraining ? "draining" : "up";
        return engine.renew(life.fence.of(life.id), phase, statementMs);
      });
      if (life.isOver) return;
      if (map === undefined) {
        this.#owner.lose(life, "the others have declared this node dead");
        return;
      }
      const latest = this.#owner.taken(life, map, sent);
      for (const resolve of waiting.splice(0)) resolve();
      const next = Math.min(sent + leaseMs / PER_LEASE, latest);
      await this.#rest(life, next - clock.now());
    } catch (error) {
      if (life.isOver) return;
      this.#owner.failed(error);
      await new Pause(clock).take(retryMs);
    } finally {
      this.#waiting.push(...waiting);
    }
  }

  async #rest(life: NodeLife, ms: number): Promise<void> {
    if (life.isOver) return;
    const isAsked = this.#waiting.length > 0;
    if (isAsked) await new Pause(this.#owner.clock).take(REFRESH_MS);
    else await this.#pause.take(ms);
  }
}
