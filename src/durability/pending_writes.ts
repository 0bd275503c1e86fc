import type { JobChange } from "../ports/jobs.ts";
import type { LogWrite } from "../ports/log.ts";
import type {
  AgentAddress,
  Snapshot,
  StoredSqlDatabase,
  Write,
} from "../ports/storage.ts";
import type { Activity } from "../runtime/activity.ts";
import type { HostServices } from "../runtime/host_services.ts";
import type { Commits, Writer } from "./commits.ts";
import { Outbox } from "./outbox.ts";

/** The instance that writes. */
export interface WritesOwner {
  readonly address: AgentAddress;
  readonly activity: Activity;
  readonly host: HostServices;
  /** What was written could not be stored. The owner MUST `drop` what waited for it, when nothing can be written any more. */
  lost(error: unknown, waiting: Outbox): void;
}

/**
 * What one instance has written that is not on disk yet. What it sends in the
 * meantime waits in the {@linkcode Outbox}.
 */
export class PendingWrites implements Writer {
  /** What waits for a commit; nothing does when there is none. */
  outbox: Outbox | undefined;
  #owner: WritesOwner;
  #commits: Commits;

  constructor(owner: WritesOwner, commits: Commits) {
    this.#owner = owner;
    this.#commits = commits;
  }

  /** Has `snapshot` stored; without one, all that is stored removed. Throws when that fails at once. */
  save(snapshot?: Snapshot): void {
    this.#save({ snapshot });
  }

  /** Has `changes` of its jobs stored. Throws when that fails at once. */
  saveJobs(changes: readonly JobChange[]): void {
    this.#save({ jobs: changes });
  }

  /** Has `log` appended, whose `entries` are given away. Throws when that fails at once. */
  saveLog(log: LogWrite): void {
    this.#save({ log });
  }

  /** Has what `database` is about to change stored. Throws when that fails at once. */
  saveDatabase(database: StoredSqlDatabase): void {
    this.#save({ database });
  }

  /** `undefined` when all that was written is durable; else a promise that it is, which rejects when it is lost. */
  durable(): Promise<void> | undefined {
    return this.outbox?.durable();
  }

  pending(ticket: number): void {
    if (this.outbox === undefined) {
      this.outbox = new Outbox();
      this.#owner.activity.begin();
    }
    this.outbox.ticket = ticket;
  }

  slow(): void {
    this.outbox?.limit(this.#owner.host.limits.bufferedBytes);
  }

  committed(ticket: number): void {
    const outbox = this.outbox!;
    const isLast = outbox.ticket === ticket;
    if (isLast) this.outbox = undefined;
    outbox.release(ticket);
    if (isLast) this.#owner.activity.end();
  }

  lost(error: unknown): void {
    const { outbox } = this;
    // It has lost all of it before.
    if (outbox === undefined) return;
    this.outbox = undefined;
    this.#owner.lost(error, outbox);
    this.#owner.activity.end();
  }

  #save(parts: Omit<Write, "address">): void {
    const { address } = this.#owner;
    this.#commits.save(this, { address, ...parts });
  }
}
