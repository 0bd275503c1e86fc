import type { Clock } from "../ports/clock.ts";
import type { Storage, Write } from "../ports/storage.ts";
import { mergeWrites } from "./merge_writes.ts";
import { Deadlines, type DeadlineTimer } from "../runtime/deadlines.ts";
import { isThenable } from "../runtime/thenable.ts";

/** Whose write it is, and who is told what becomes of it. */
export interface Writer {
  /** The write is going to be a part of the commit with this number, which is the latest one. */
  pending(ticket: number): void;
  /** The store takes its time over it. */
  slow(): void;
  /** What was written up to this commit is durable. */
  committed(ticket: number): void;
  /** What was written could not be stored, and neither will be what was written since. */
  lost(error: unknown): void;
}

/** A commit that is under way. */
interface Batch {
  readonly ticket: number;
  readonly writes: ReadonlyMap<Writer, Write>;
  /** The writers have been told what became of it. */
  isOver: boolean;
  /** When it began, where somebody wants to know. */
  readonly since: number;
}

/** How commits are timed. */
export interface CommitTimes {
  readonly soon: NonNullable<Clock["soon"]>;
  readonly timer: DeadlineTimer;
  /** Milliseconds that a commit may take. */
  readonly commitMs: number;
  /** Hears of each commit that has ended. */
  readonly ended?: CommitListener | undefined;
}

/** Hears how many instances wrote in a commit, how many milliseconds it took, and how it failed, if it did. */
export type CommitListener = (
  instances: number,
  ms: number,
  failure?: { readonly error: unknown },
) => void;

/**
 * Writes what instances have to keep: all that comes in one turn of the event
 * loop in one commit. One commit is under way at a time. One that takes too
 * long is lost to its writers, and nothing is written until it has ended.
 */
export class Commits {
  readonly storage: Storage;
  #soon: (job: () => void) => void;
  #late: Deadlines<Batch>;
  #writes = new Map<Writer, Write>();
  /** The number of the commit that `#writes` are for. */
  #ticket = 1;
  #scheduled = false;
  /** A commit has not ended in its time. */
  #isStuck = false;
  #commitMs: number;
  #timer: DeadlineTimer;
  #ended: CommitListener | undefined;

  constructor(
    storage: Storage,
    { soon, timer, commitMs, ended }: CommitTimes,
  ) {
    this.storage = storage;
    this.#soon = soon;
    this.#timer = timer;
    this.#ended = ended;
    this.#late = new Deadlines(timer, commitMs, (batch) => {
      this.#isStuck = true;
      const waiting = { ticket: this.#ticket++, writes: this.#writes };
      this.#writes = new Map();
      const error = stuck(commitMs);
      this.#settle(batch, { error });
      this.#settle({ ...waiting, isOver: false, since: 0 }, { error });
    });
    this.#commitMs = commitMs;
  }

  /** Has `write` stored, in one commit with what is still to come of the same writer. Throws when that fails at once. */
  save(writer: Writer, write: Write): void {
    if (this.storage.gated) return void this.storage.commit([write]);
    if (this.#isStuck) throw stuck(this.#commitMs);
    this.#writes.set(writer, mergeWrites(this.#writes.get(writer), write));
    writer.pending(this.#ticket);
    if (this.#late.size > 0) writer.slow();
    if (!this.#scheduled) this.#schedule();
  }

  #schedule(): void {
    this.#scheduled = true;
    this.#soon(() => this.#commit());
  }

  #commit(): void {
    const batch = {
      ticket: this.#ticket++,
      writes: this.#writes,
      isOver: false,
      since: this.#ended === undefined ? 0 : this.#timer.clock.now(),
    };
    this.#writes = new Map();
    let result: unknown;
    try {
      result = this.storage.commit([...batch.writes.values()]);
    } catch (error) {
      return this.#done(batch, { error });
    }
    if (!isThenable(result)) return this.#done(batch);
    this.#late.add(batch);
    for (const writer of batch.writes.keys()) writer.slow();
    result.then(
      () => this.#done(batch),
      (error) => this.#done(batch, { error }),
    );
  }

  #done(batch: Batch, failure?: { error: unknown }): void {
    this.#scheduled = this.#isStuck = false;
    this.#late.delete(batch);
    this.#ended?.(
      batch.writes.size,
      this.#timer.clock.now() - batch.since,
      failure,
    );
    this.#settle(batch, failure);
    if (this.#writes.size > 0 && !this.#scheduled) this.#schedule();
  }

  #settle(batch: Batch, failure?: { error: unknown }): void {
    if (batch.isOver) return;
    batch.isOver = true;
    for (const writer of batch.writes.keys()) {
      if (failure === undefined) writer.committed(batch.ticket);
      else {
        this.#writes.delete(writer);
        writer.lost(failure.error);
      }
    }
  }
}

function stuck(commitMs: number): Error {
  return new Error(
    `Cannot store: the storage has not answered a commit for ${commitMs} ms`,
  );
}
