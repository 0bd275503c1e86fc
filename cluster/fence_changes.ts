import { EngineError } from "./engine.ts";
import type { Change } from "./fence.ts";
import type { Member } from "./member.ts";
import type { NodeLife } from "./node_life.ts";
import { Pause } from "./pause.ts";

const REFUSED = "the others have declared this node dead";

/** Changes of the own fence. All MUST be called by who has the turn of the node's life. */
export class FenceChanges {
  #member: Member;

  constructor(member: Member) {
    this.#member = member;
  }

  /** Rejects with a `MovedError` when the node is lost, and with what the engine throws. */
  change<T>(life: NodeLife, run: Change<T>): Promise<T> {
    const member = this.#member;
    return life.statements.run(async () => {
      life.assertAlive();
      const sent = member.clock.now();
      const result = await life.fence.change(run);
      life.assertAlive();
      if (result === undefined) throw member.lose(life, REFUSED);
      member.renewed(life, sent);
      return result;
    });
  }

  /** Takes what nobody alive has, up to `wanted` shards, and what others have given to this node. */
  async claim(
    life: NodeLife,
    silent: readonly { id: string; beat: number }[],
    wanted: number,
  ): Promise<void> {
    const { engine, statementMs } = this.#member;
    const owned = await this.change(
      life,
      (fences, next) =>
        engine.claim(
          { node: life.id, fences, next },
          silent,
          wanted,
          statementMs,
        ),
    );
    this.#gain(life, owned);
  }

  /**
   * A statement may still be under way, or not have come at all: changes the
   * fence, so that it waits for that statement or shuts it out. Tries until it
   * is known; rejects with a `MovedError` when the node is lost. Returns all
   * shards that the node has.
   */
  async settle(life: NodeLife): Promise<ReadonlySet<number>> {
    const { engine, statementMs, retryMs, clock } = this.#member;
    for (;;) {
      try {
        const owned = await this.change(
          life,
          (fences, next) =>
            engine.claim({ node: life.id, fences, next }, [], 0, statementMs),
        );
        this.#gain(life, owned);
        return new Set(owned);
      } catch (error) {
        life.assertAlive();
        if (!(error instanceof EngineError)) throw error;
        this.#member.failed(error);
        await new Pause(clock).take(retryMs);
      }
    }
  }

  #gain(life: NodeLife, owned: readonly number[]): void {
    const gained = owned.filter((shard) => !life.owned.has(shard));
    if (gained.length === 0) return;
    for (const shard of gained) life.owned.add(shard);
    this.#member.map.assign(gained, life.id);
    this.#member.listener.gained(gained);
  }
}
