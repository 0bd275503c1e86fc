import type { JobRecord, StoredJob } from "../ports/jobs.ts";

/** A job in memory. */
export interface Job extends Omit<JobRecord, "starts" | "failed"> {
  readonly id: string;
  readonly every: number | null;
  /** `null` when it waits for no time. */
  due: number | null;
  starts: number;
  failed: JobRecord["failed"];
  /** By the clock that does not jump, when it is due; known of intervals that were set in this process. */
  steadyDue?: number;
  /** Aborts its run. Present while it runs, or is about to. */
  run?: AbortController;
  /** It was told to rest after so many starts. */
  restsFrom?: number;
}

/** The job that a storage keeps as `stored`. Throws a `SyntaxError` for what is no JSON. */
export function jobOf({ id, due, every, job }: StoredJob): Job {
  const { starts = 0, failed, ...record } = JSON.parse(job) as JobRecord;
  return { ...record, id, due, every, starts, failed };
}

/** What a storage keeps of `job`. */
export function stored(job: Job): StoredJob {
  const { id, due, every, starts, failed, ...rest } = job;
  const { run: _run, steadyDue: _due, restsFrom: _rests, ...record } = rest;
  const kept: JobRecord = { ...record, failed };
  const text = JSON.stringify(starts === 0 ? kept : { ...kept, starts });
  return { id, due, every, job: text };
}

/** Whether it is listed among the schedules, and not in the queue. */
export function isSchedule({ type }: Job): boolean {
  return type !== "queue";
}
