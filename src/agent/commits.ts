import type { Clock } from "../ports/clock.ts";
import type { Storage, Write } from "../ports/storage.ts";
import type { Instance } from "./instance.ts";
import { Outbox } from "./outbox.ts";
import { isThenable } from "./thenable.ts";

/**
 * Writes what instances have to keep: all that comes in one turn of the event
 * loop in one commit. What an instance sends in the meantime waits in its
 * {@linkcode Outbox}.
 */
export class Commits {
  readonly storage: Storage;
  #soon: (job: () => void) => void;
  #batch = new Map<Instance, Write>();
  /** The number of the commit that `#batch` is for. */
  #ticket = 1;
  #scheduled = false;

  constructor(storage: Storage, soon: NonNullable<Clock["soon"]>) {
    this.storage = storage;
    this.#soon = soon;
  }

  /** Has `write` stored, in place of one of the same instance that is still to come. Throws when that fails at once. */
  save(instance: Instance, write: Write): void {
    if (this.storage.gated) return void this.storage.commit([write]);
    this.#batch.set(instance, write);
    const outbox = instance.outbox ??= new Outbox();
    outbox.ticket = this.#ticket;
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#soon(() => this.#commit());
  }

  #commit(): void {
    const batch = this.#batch;
    const ticket = this.#ticket++;
    this.#batch = new Map();
    let result: unknown;
    try {
      result = this.storage.commit([...batch.values()]);
    } catch (error) {
      return this.#done(batch, ticket, { error });
    }
    if (!isThenable(result)) return this.#done(batch, ticket);
    result.then(
      () => this.#done(batch, ticket),
      (error) => this.#done(batch, ticket, { error }),
    );
  }

  #done(
    batch: ReadonlyMap<Instance, Write>,
    ticket: number,
    failure?: { error: unknown },
  ): void {
    this.#scheduled = false;
    for (const instance of batch.keys()) {
      if (failure === undefined) instance.committed(ticket);
      else {
        this.#batch.delete(instance);
        instance.lost(failure.error);
      }
    }
    if (this.#batch.size === 0) return;
    this.#scheduled = true;
    this.#soon(() => this.#commit());
  }
}
