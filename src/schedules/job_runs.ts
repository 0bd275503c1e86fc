import type { JobChange } from "../ports/jobs.ts";
import { type Job, stored } from "./job.ts";
import type { JobTable } from "./job_table.ts";
import type { JobOwner } from "./job_owner.ts";
import { GivenUp, type Outcome, report, runJob } from "./runner.ts";
import { nextBySteadyClock, setDue } from "./steady_due.ts";
import { nextDue } from "./timing.ts";

/** So often a job may be begun and end with its process; then it is what ends it. */
const MAX_STARTS = 5;
/** Failed jobs that an instance keeps; the oldest give way. */
const MAX_FAILED = 100;
const HUNG_SECONDS = 30;

/** One run of a job, from what is stored before it begins to what comes of it. */
export class JobRuns {
  #owner: JobOwner;
  #table: JobTable;
  #argumentsOf: (job: Job) => unknown[];
  #stopped: AbortSignal;

  /** `argumentsOf` makes what the method of a job gets; after `stopped` none is begun or tried again. */
  constructor(
    owner: JobOwner,
    table: JobTable,
    argumentsOf: (job: Job) => unknown[],
    stopped: AbortSignal,
  ) {
    this.#owner = owner;
    this.#table = table;
    this.#argumentsOf = argumentsOf;
    this.#stopped = stopped;
  }

  /** A job whose process ended while it ran gets time between its runs, so that it does not end the next one at once. */
  backsOff(job: Job): boolean {
    if (job.starts < 2 || job.restsFrom === job.starts) return false;
    job.restsFrom = job.starts;
    if (job.starts >= MAX_STARTS) return false;
    setDue(this.#owner, job, this.#owner.now() + 1000 * 2 ** (job.starts - 2));
    this.#table.wait(job);
    this.#owner.save([{ id: job.id, job: stored(job) }]);
    return true;
  }

  /** Runs it, and stores what comes of it. Calls `release` when it hangs: others need not wait for it any more. */
  async run(
    job: Job,
    run: AbortController,
    release: () => void,
  ): Promise<void> {
    const owner = this.#owner;
    if (job.starts >= MAX_STARTS) {
      const error = new GivenUp(
        `the process ended ${job.starts} times while it ran`,
      );
      return this.#finish(job, run, {
        status: "failed",
        error,
        attempts: job.starts,
      });
    }
    // Before its method is called: it may take the process with it.
    job.starts++;
    owner.save([{ id: job.id, job: stored(job) }]);
    try {
      await owner.durable();
    } catch {
      // The instance is lost, which has been reported.
      return;
    }
    if (this.#isOver) return this.#interrupted(job);
    if (!this.#isCurrent(job, run)) return;
    const hungMs = 1000 *
      (owner.options.hungScheduleTimeoutSeconds ?? HUNG_SECONDS);
    const cancel = owner.after(hungMs, () => {
      this.#hung(job, run);
      release();
    });
    const since = owner.isObserved ? owner.steady() : undefined;
    const outcome = await runJob(
      owner,
      job,
      this.#argumentsOf(job),
      run,
      this.#stopped,
    );
    cancel();
    this.#finish(job, run, outcome, since);
  }

  #finish(
    job: Job,
    run: AbortController,
    outcome: Outcome,
    since?: number,
  ): void {
    if (outcome.status === "interrupted") return this.#interrupted(job);
    if (this.#owner.gone !== undefined) return;
    const isCurrent = this.#isCurrent(job, run);
    if (isCurrent) {
      job.run = undefined;
      const failed = this.#settleJob(job, outcome);
      this.#owner.save([{
        id: job.id,
        job: this.#table.has(job) ? stored(job) : undefined,
      }, ...failed]);
    }
    const owner = this.#owner;
    const ms = since === undefined ? since : owner.steady() - since;
    if (outcome.status === "done") return report(owner, job, "done", { ms });
    const { error, attempts: attempt } = outcome;
    report(owner, job, "failed", { attempt, error, ms });
    owner.fail(error);
  }

  /** Sets what comes of a run. Returns which failed jobs give way. */
  #settleJob(job: Job, outcome: Exclude<Outcome, { status: "interrupted" }>) {
    let failure = outcome.status === "failed" ? outcome : undefined;
    let next: number | undefined;
    try {
      const { every, due } = job;
      next = nextDue(job, every, due!, this.#owner.now());
    } catch (error) {
      failure = { status: "failed", error, attempts: 0 };
    }
    job.starts = 0;
    if (next !== undefined) {
      setDue(this.#owner, job, nextBySteadyClock(this.#owner, job, next));
      this.#table.wait(job);
    } else if (failure === undefined) this.#table.remove(job);
    else {
      const { error, attempts } = failure;
      const text = error instanceof Error ? error.message : String(error);
      job.due = null;
      job.failed = { error: text, attempts, at: this.#owner.now() };
      return this.#dropFailed();
    }
    return [];
  }

  #dropFailed(): JobChange[] {
    const failed = [...this.#table.all()].filter(({ failed }) => failed);
    if (failed.length <= MAX_FAILED) return [];
    failed.sort((a, b) => a.failed!.at - b.failed!.at);
    return failed.slice(0, failed.length - MAX_FAILED).map((job) => {
      this.#table.remove(job);
      return { id: job.id };
    });
  }

  #hung(job: Job, run: AbortController): void {
    const seconds = this.#owner.options.hungScheduleTimeoutSeconds ??
      HUNG_SECONDS;
    const what = `${job.callback} (${job.id}) has not ended for ${seconds} s`;
    report(this.#owner, job, "hung");
    console.warn(
      `A job hangs, and others do not wait for it any more: ${what}`,
    );
    run.abort(new DOMException(what, "TimeoutError"));
    if (!this.#isCurrent(job, run) || job.type === "queue") return;
    const { every, due } = job;
    // What repeats is started again at its time, even if this one never ends.
    if (job.type !== "cron" && job.type !== "interval") return;
    const next = nextDue(job, every, due!, this.#owner.now());
    if (next === undefined) return;
    job.run = undefined;
    job.starts = 0;
    setDue(this.#owner, job, next);
    this.#table.wait(job);
    this.#owner.save([{ id: job.id, job: stored(job) }]);
  }

  #interrupted(job: Job): void {
    if (this.#owner.gone !== undefined || !this.#table.has(job)) return;
    // That its process ends is not its fault.
    job.starts = 0;
    this.#owner.save([{ id: job.id, job: stored(job) }]);
  }

  #isCurrent(job: Job, run: AbortController): boolean {
    return this.#table.has(job) && job.run === run;
  }

  get #isOver(): boolean {
    return this.#stopped.aborted || this.#owner.gone !== undefined;
  }
}
