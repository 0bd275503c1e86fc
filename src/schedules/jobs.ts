import type { JobChange, JobRecord, StoredJob } from "../ports/jobs.ts";
import { randomText } from "../runtime/random_text.ts";
import { JobDriver } from "./driver.ts";
import { isSchedule, type Job, jobOf, stored } from "./job.ts";
import { JobTable } from "./job_table.ts";
import type { JobOwner } from "./job_owner.ts";
import { argumentsOf, payloadOf } from "./payload.ts";
import { retryPolicy } from "./retry.ts";
import { report } from "./runner.ts";
import type { Timing } from "./timing.ts";

/** What a new job is, besides its time. */
export interface NewJob {
  readonly callback: string;
  readonly payload: unknown;
  readonly retry?: JobRecord["retry"];
  readonly id?: string;
}

/** Equal one-shots made in `onStart`, one at each start, that are taken for a mistake. */
const MAX_PILED = 100;

/** The jobs of an instance that has some, in memory and on their way to the store. */
export class Jobs {
  readonly table = new JobTable();
  readonly driver: JobDriver;
  readonly owner: JobOwner;
  /** Higher than of any job, so that jobs of the same time stay in their order. */
  #order = 0;
  /** When the last item of the queue was due. */
  #queueTail = 0;
  #warned: Set<string> | undefined;

  constructor(owner: JobOwner) {
    this.owner = owner;
    this.driver = new JobDriver(owner, this.table, argumentsOf);
  }

  /** Throws for what is no method of the agent. */
  assertCallback(callback: unknown, unknown: (name: string) => string): void {
    if (typeof callback !== "string") {
      throw new Error("Callback must be a string");
    }
    if (this.owner.method(callback) === undefined) {
      throw new Error(unknown(callback));
    }
  }

  /** When a new item of the queue is due: now, but after those that came before, also when the clock was set back since. */
  get endOfQueue(): number {
    return Math.max(this.#queueTail, Math.ceil(this.owner.now()));
  }

  /** Adds a job in place of the one with its id. Throws, and changes nothing, for what may not be stored. */
  add(job: NewJob, timing: Timing): Job {
    const { owner, table } = this;
    const { callback, retry } = job;
    if (retry !== undefined) retryPolicy(retry, owner.options.retry);
    const payload = payloadOf(job.payload, callback, owner.limits.jobBytes);
    const id = job.id === undefined ? freshId() : validId(job.id, callback);
    const previous = table.get(id);
    if (previous === undefined && table.size >= owner.limits.jobs) {
      throw new Error(
        `Cannot schedule "${callback}": the instance has ${table.size} jobs, and limits.jobs allows ${owner.limits.jobs}`,
      );
    }
    const { due, every, ...time } = timing;
    const keepsPlace = previous?.type === "queue" && time.type === "queue" &&
      previous.due !== null;
    const made: Job = {
      id,
      callback,
      payload,
      retry: retry && { ...retry },
      created: owner.now(),
      order: keepsPlace ? previous.order : this.#order++,
      ...time,
      every,
      due: keepsPlace ? previous.due : due,
      starts: 0,
      failed: undefined,
      steadyDue: every === null ? undefined : owner.steady() + every,
    };
    owner.save([{ id, job: stored(made) }]);
    // What runs under this id ends, and has no say in what became of it.
    table.put(made);
    if (made.type === "queue") this.#queueTail = made.due!;
    previous?.run?.abort(new DOMException("the job is replaced", "AbortError"));
    report(owner, made, "created");
    this.driver.changed();
    return made;
  }

  /** An equal job that waits: of this kind, callback and payload, and at the same times if it repeats. */
  equal(job: NewJob, timing: Timing): Job | undefined {
    const { jobBytes } = this.owner.limits;
    const payload = payloadOf(job.payload, job.callback, jobBytes);
    for (const known of this.table.all()) {
      if (isEqual(known, job.callback, payload, timing)) return known;
    }
  }

  /** A one-shot that is made at each start piles up. Throws, or says so in the log, when it has; warns before that. */
  watchPile(job: NewJob, timing: Timing): void {
    const { owner } = this;
    const { callback } = job;
    const { jobBytes } = owner.limits;
    const payload = payloadOf(job.payload, callback, jobBytes);
    let count = 0;
    for (const known of this.table.all()) {
      if (isEqual(known, callback, payload, timing)) count++;
    }
    if (count < 1 || (count < MAX_PILED && this.#warned?.has(callback))) return;
    const cure =
      "onStart runs each time the instance comes into memory. Give it an id, or { idempotent: true }, and there is one";
    const text = `${count} jobs that call "${callback}" wait already. ${cure}`;
    (this.#warned ??= new Set()).add(callback);
    if (count < MAX_PILED) return console.warn(text);
    if (owner.exposeErrors) throw new Error(`Cannot schedule: ${text}`);
    console.error(text);
  }

  /** Removes a job, and has its run end. */
  remove(job: Job): void {
    const { owner } = this;
    owner.save([{ id: job.id }]);
    this.table.remove(job);
    job.run?.abort(new DOMException("the job is cancelled", "AbortError"));
    if (job.failed === undefined) report(owner, job, "cancelled");
    this.driver.changed();
  }

  /** Has a job that does not run be due now, also one that failed. */
  revive(job: Job): void {
    const { owner, table } = this;
    table.hold(job);
    job.failed = undefined;
    job.due = Math.ceil(owner.now());
    const change: JobChange = { id: job.id, job: stored(job) };
    owner.save([change]);
    table.wait(job);
    report(owner, job, "created");
    this.driver.changed();
  }

  /** The jobs of the lists: schedules in the order of their times. */
  *schedules(): Iterable<Job> {
    const all = [...this.table.all()].filter((job) =>
      isSchedule(job) && job.failed === undefined
    );
    yield* all.sort((a, b) => a.due! - b.due! || a.order - b.order);
  }

  /** Takes over what is stored. */
  take(found: readonly StoredJob[]): void {
    for (const each of found) {
      let job: Job;
      try {
        job = jobOf(each);
      } catch (error) {
        console.error(`Cannot read the job ${JSON.stringify(each.id)}:`, error);
        continue;
      }
      this.#order = Math.max(this.#order, job.order + 1);
      if (job.type === "queue") {
        this.#queueTail = Math.max(this.#queueTail, job.due ?? 0);
      }
      this.table.put(job);
    }
    this.driver.rebase();
    this.driver.changed();
  }
}

function isEqual(
  known: Job,
  callback: string,
  payload: string | undefined,
  timing: Timing,
): boolean {
  return known.failed === undefined && known.type === timing.type &&
    known.callback === callback && known.payload === payload &&
    (timing.type !== "cron" ||
      (known.cron === timing.cron && known.timeZone === timing.timeZone)) &&
    (timing.type !== "interval" || known.every === timing.every);
}

function validId(id: unknown, callback: string): string {
  let received: string = typeof id;
  if (typeof id === "string") {
    received = `${id.length} characters`;
    // Stores end a text at U+0000, or refuse it, and take all lone surrogates for one.
    if (/[\0\p{Cs}]/u.test(id)) received = "U+0000 or lone surrogates";
    else if (id && id.length <= 256) return id;
  }
  throw new TypeError(
    `Cannot schedule "${callback}": its id must be a text of 1 to 256 characters: received ${received}`,
  );
}

/** 72 random bits, in letters that a URL may have. */
function freshId(): string {
  return randomText(9).replaceAll("+", "-").replaceAll("/", "_");
}
