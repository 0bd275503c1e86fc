import type { RetryOptions } from "../ports/jobs.ts";
import { serveError } from "../protocol/agent_name.ts";

export type { RetryOptions } from "../ports/jobs.ts";

/** A job that waits for a time, as `schedule()` returns it and the lists have it. */
export type Schedule<T = string> =
  & {
    /** Its id. */
    id: string;
    /** The method that is called. */
    callback: string;
    /** Its first argument. */
    payload: T;
    /** What the caller said of retries, if anything. */
    retry?: RetryOptions;
    /** When it is due next, in whole seconds since 1970. */
    time: number;
  }
  & (
    | { type: "scheduled" }
    | { type: "delayed"; delayInSeconds: number }
    | { type: "cron"; cron: string; timeZone?: string }
    | { type: "interval"; intervalSeconds: number }
  );

/** Options of `scheduleEvery`. */
export interface IntervalOptions {
  /** How often it is tried. Default `static options.retry`. */
  readonly retry?: RetryOptions;
  /** An id of your own: a job that has it is replaced. Default a random one. */
  readonly id?: string;
}

/** Options of `schedule`. */
export interface ScheduleOptions extends IntervalOptions {
  /**
   * Whether an equal one that waits already is returned in place of a new one:
   * with this callback, payload and kind of time, and for a cron expression
   * with the same one. Default `true` for cron expressions, else `false`.
   */
  readonly idempotent?: boolean;
  /** For a cron expression: the zone that its times are of, as in `"Europe/Berlin"`. Default `"UTC"`. */
  readonly timeZone?: string;
}

/** What `listSchedules` looks for; all of it has to fit. */
export interface ScheduleCriteria {
  /** The id. */
  readonly id?: string;
  /** The kind of time. */
  readonly type?: "scheduled" | "delayed" | "cron" | "interval";
  /** Both ends belong to it, in whole seconds. */
  readonly timeRange?: { readonly start?: Date; readonly end?: Date };
}

/** An item of the queue. */
export interface QueueItem<T = string> {
  /** Its id. */
  id: string;
  /** The method that is called. */
  callback: string;
  /** Its first argument. */
  payload: T;
  /** When it was added, in whole seconds since 1970. */
  createdAt: number;
  /** What the caller said of retries, if anything. */
  retry?: RetryOptions;
}

/** Options of `queue`. */
export interface QueueOptions {
  /** How often it is tried. Default `static options.retry`. */
  readonly retry?: RetryOptions;
  /** An id of your own: an item that waits with it is replaced, and keeps its place. Default a random one. */
  readonly id?: string;
}

/** A job that was given up. */
export interface FailedSchedule<T = unknown> {
  /** Its id. */
  id: string;
  /** The method that was called. */
  callback: string;
  /** Its first argument. */
  payload: T;
  /** What it was: one of the schedules, or an item of the queue. */
  type: "scheduled" | "delayed" | "cron" | "interval" | "queue";
  /** The message of what it threw last. */
  error: string;
  /** How often it was called. */
  attempts: number;
  /** When it was given up, in whole seconds since 1970. */
  failedAt: number;
}

/** What `static options` of a class may say of its jobs. */
export interface JobOptions {
  /** How often a job that throws is tried, and what `this.retry` does by default. Default 3 attempts, 100 ms doubled up to 3 s in between. */
  readonly retry?: RetryOptions;
  /** Seconds after which a run counts as hung: its signal is aborted, and others do not wait for it any more. Default 30. */
  readonly hungScheduleTimeoutSeconds?: number;
  /** Jobs of one instance that may run at the same time. Default 1: one after another. */
  readonly parallelJobs?: number;
  /** On Workers: milliseconds between the alarms that keep an object in memory during `keepAlive`. Default 30,000. */
  readonly keepAliveIntervalMs?: number;
}

/** Throws a `TypeError` for what would keep the jobs of a class from ever running. */
export function assertJobOptions(
  className: string,
  options: JobOptions | undefined,
): void {
  const parallel = options?.parallelJobs;
  if (parallel === undefined || (Number.isInteger(parallel) && parallel > 0)) {
    return;
  }
  throw serveError(
    className,
    `options.parallelJobs must be a whole number from 1: received ${parallel}`,
  );
}
