import type { JobChange } from "../ports/jobs.ts";
import { type Job, stored } from "./job.ts";
import type { JobTable } from "./job_table.ts";
import type { JobOwner } from "./job_owner.ts";
import { JobRuns } from "./job_runs.ts";
import { rebasedDue, setDue } from "./steady_due.ts";

/** Begins the jobs of an instance when they are due, as many at a time as it may have. */
export class JobDriver {
  #owner: JobOwner;
  #table: JobTable;
  #runs: JobRuns;
  /** Runs that others wait for. */
  #running = 0;
  /** All runs, also those that hang. */
  #alive = 0;
  #stopped = new AbortController();
  #driving: Promise<void> | undefined;
  #settle: (() => void) | undefined;
  #cancelTimer: (() => void) | undefined;
  /** What the owner was asked to wake the instance at. */
  #asked: number | undefined;

  /** `argumentsOf` makes what the method of a job gets. */
  constructor(
    owner: JobOwner,
    table: JobTable,
    argumentsOf: (job: Job) => unknown[],
  ) {
    this.#owner = owner;
    this.#table = table;
    const { signal } = this.#stopped;
    this.#runs = new JobRuns(owner, table, argumentsOf, signal);
  }

  /** Runs what is due, and what becomes due meanwhile. Resolves when nothing is left; rejects when the instance is lost. */
  drive(): Promise<void> {
    if (this.#driving === undefined) {
      const settled = new Promise<void>((resolve) => this.#settle = resolve);
      this.#driving = settled.then(() => this.#ended());
    }
    const driving = this.#driving;
    this.rebase();
    this.#pump();
    return driving;
  }

  /** Something has changed: a job that is due is run, now or when it is. */
  changed(): void {
    if (this.#driving !== undefined) queueMicrotask(() => this.#pump());
    else if (this.#next !== this.#asked || this.#isOverdue) this.arm();
  }

  /** Whether a job runs, also one that nobody waits for. */
  get isRunning(): boolean {
    return this.#alive > 0;
  }

  /** Has the instance woken when the next job is due. */
  arm(): void {
    if (this.#driving !== undefined) return;
    this.#asked = this.#next;
    this.#owner.wakeAt(this.#asked);
  }

  /** No job is begun any more, and none tried again: they stay as they are stored. */
  stop(): void {
    this.#stopped.abort();
    this.#pump();
  }

  /** Intervals do not wait longer because the clock was set back. */
  rebase(): void {
    const changes: JobChange[] = [];
    for (const job of [...this.#table.all()]) {
      const due = rebasedDue(this.#owner, job);
      if (due === undefined) continue;
      this.#table.hold(job);
      setDue(this.#owner, job, due);
      this.#table.wait(job);
      changes.push({ id: job.id, job: stored(job) });
    }
    if (changes.length > 0) this.#owner.save(changes);
  }

  #pump(): void {
    if (this.#settle === undefined) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const { options } = this.#owner;
    const parallel = options.parallelJobs ?? 1;
    let wait: number | undefined;
    while (this.#running < parallel && !this.#isOver) {
      const job = this.#table.first;
      if (job === undefined) break;
      wait = job.due! - this.#owner.now();
      if (wait > 0) break;
      this.#begin(job);
      wait = undefined;
    }
    if (this.#running === 0) {
      const settle = this.#settle;
      this.#settle = undefined;
      settle();
    } else if (wait !== undefined && wait > 0) {
      // Nobody else looks at the clock while a job runs.
      const most = Math.min(wait, 60_000);
      this.#cancelTimer = this.#owner.after(most, () => this.#pump());
    }
  }

  get #isOver(): boolean {
    return this.#stopped.signal.aborted || this.#owner.gone !== undefined;
  }

  async #ended(): Promise<void> {
    this.#driving = undefined;
    const { gone } = this.#owner;
    if (gone !== undefined) throw new Error(gone);
    if (this.#isOver) return;
    await this.#owner.alarm();
    if (!this.#isOver) this.arm();
  }

  /** The clock was set forward, and nobody has looked at it since. */
  get #isOverdue(): boolean {
    const next = this.#next;
    return next !== undefined && next <= this.#owner.now();
  }

  get #next(): number | undefined {
    return this.#table.first?.due ?? undefined;
  }

  #begin(job: Job): void {
    this.#table.hold(job);
    if (this.#runs.backsOff(job)) return;
    const run = job.run = new AbortController();
    this.#running++;
    this.#alive++;
    this.#owner.begin();
    let waitedFor = true;
    const release = () => {
      if (!waitedFor) return;
      waitedFor = false;
      this.#running--;
      this.#pump();
    };
    this.#runs.run(job, run, release).catch((error) => this.#owner.fail(error))
      .finally(() => {
        if (job.run === run) job.run = undefined;
        this.#alive--;
        if (!waitedFor && this.#alive === 0 && !this.#isOver) this.arm();
        release();
        this.#owner.end();
      });
  }
}
