import { speaksWith } from "../src/protocol/node_frames.ts";
import { EngineError, type SilentNode } from "./engine.ts";
import { BATCH, fairShare, leastLaden, surplus } from "./fair_share.ts";
import type { FenceChanges } from "./fence_changes.ts";
import type { Member } from "./member.ts";
import type { NodeLife } from "./node_life.ts";
import type { ObservedBeats } from "./observed_beats.ts";
import { Pause } from "./pause.ts";

/** A node that has just joined waits for so many renewals before it takes anything, unless it is alone. */
const PATIENCE = 2;

/** Takes the shards that nobody has, and gives those away that are too many. */
export class Shares {
  #member: Member;
  #changes: FenceChanges;
  #beats: ObservedBeats;
  #isBusy = false;
  #again = false;
  #idle: (() => void)[] = [];

  constructor(member: Member, changes: FenceChanges, beats: ObservedBeats) {
    this.#member = member;
    this.#changes = changes;
    this.#beats = beats;
  }

  /** Sees to it that this node has its share. Called after each renewal. */
  async balance(life: NodeLife, mayAct: () => boolean): Promise<void> {
    this.#again = true;
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while (this.#again && mayAct()) {
        this.#again = false;
        if (await this.#claim(life)) break;
        const isGiven = await this.#giveSurplus(life);
        if (isGiven === false) break;
        this.#again ||= isGiven === true;
      }
    } catch (error) {
      if (!life.isOver) this.#member.failed(error);
    } finally {
      this.#isBusy = false;
      for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  /** Gives everything away, to nobody where nobody is left. */
  async giveAll(life: NodeLife): Promise<void> {
    if (this.#isBusy) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
    while (life.owned.size > 0 && !life.isOver) {
      const heir = leastLaden(this.#member.map.counts(this.#heirs(life)));
      const shards = [...life.owned].slice(0, BATCH);
      if (await this.#give(life, shards, heir)) continue;
      await new Pause(this.#member.clock).take(this.#member.retryMs);
    }
  }

  /** Whether it has claimed something: what the others did meanwhile is not known then. */
  async #claim(life: NodeLife): Promise<boolean> {
    const { map, shardCount } = this.#member;
    const silent = this.#beats.silent().filter(({ id }) => id !== life.id);
    const silentIds = new Set(silent.map(({ id }) => id));
    const others = this.#others(life).filter((id) => !silentIds.has(id));
    const isPatient = life.lease.renewals < PATIENCE && others.length > 0;
    const share = fairShare(shardCount, others.length + 1);
    const wanted = isPatient ? 0 : Math.max(
      0,
      Math.min(map.orphans(silentIds), share - life.owned.size),
    );
    if (wanted === 0 && silent.length === 0 && !this.#isGiven(life)) {
      return false;
    }
    await this.#claimNow(life, silent, wanted);
    void this.#member.refresh();
    return true;
  }

  async #claimNow(
    life: NodeLife,
    silent: readonly SilentNode[],
    wanted: number,
  ): Promise<void> {
    await life.turn.run(async () => {
      try {
        await this.#changes.claim(life, silent, wanted);
      } catch (error) {
        if (life.isOver || isUndone(error)) throw error;
        await this.#changes.settle(life);
      }
    });
  }

  /** Whether another node has given something to this one, which it does not know to be its own yet. */
  #isGiven(life: NodeLife): boolean {
    const { map, shardCount } = this.#member;
    for (let shard = 0; shard < shardCount; shard++) {
      if (map.listedOwner(shard) === life.id && !life.owned.has(shard)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it could give what was too much; `undefined` when nothing is. */
  async #giveSurplus(life: NodeLife): Promise<boolean | undefined> {
    const { map, shardCount } = this.#member;
    // Who has not been heard of for a while counts, but gets nothing.
    const others = map.counts(this.#others(life));
    const gift = surplus(life.owned.size, others, shardCount);
    if (gift === undefined || !this.#beats.isFresh(gift.heir)) return undefined;
    const shards = [...life.owned].slice(-gift.count);
    return await this.#give(life, shards, gift.heir);
  }

  async #give(
    life: NodeLife,
    shards: readonly number[],
    heirId: string | undefined,
  ): Promise<boolean> {
    const { engine, listener, map, statementMs } = this.#member;
    const heir = heirId === undefined ? undefined : map.node(heirId);
    await listener.release(shards, heir);
    if (life.isOver) return false;
    return await life.turn.run(async () => {
      let isGiven = true;
      try {
        await this.#changes.change(
          life,
          async (fences, next) => {
            const me = { node: life.id, fences, next };
            const ok = await engine.give(me, shards, heirId, statementMs);
            return ok || undefined;
          },
        );
      } catch (error) {
        if (life.isOver) throw error;
        this.#member.failed(error);
        isGiven = !isUndone(error) &&
          !(await this.#changes.settle(life)).has(shards[0]);
      }
      if (isGiven) {
        for (const shard of shards) life.owned.delete(shard);
        map.assign(shards, heirId);
        listener.given(shards, heir);
      } else listener.kept(shards);
      return isGiven;
    });
  }

  /** Nodes that want their share, and can be spoken to. */
  #others(life: NodeLife): string[] {
    const { map, wire: own } = this.#member;
    return map.nodes()
      .filter(({ id, phase, beat, wire }) =>
        id !== life.id && phase === "up" && beat > 0 && speaksWith(own, wire)
      ).map(({ id }) => id);
  }

  #heirs(life: NodeLife): string[] {
    return this.#others(life).filter((id) => this.#beats.isFresh(id));
  }
}

function isUndone(error: unknown): boolean {
  return error instanceof EngineError && error.end !== "unknown";
}
