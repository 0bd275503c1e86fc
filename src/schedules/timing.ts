import type { JobRecord } from "../ports/jobs.ts";
import { cronOf } from "./cron.ts";

/** When something is due for the first time, and how often. */
export interface Timing extends
  Pick<
    JobRecord,
    "type" | "delayInSeconds" | "cron" | "timeZone" | "intervalSeconds"
  > {
  /** In whole milliseconds since 1970. */
  readonly due: number;
  /** Milliseconds between two runs, of an interval. */
  readonly every: number | null;
}

const MAX_INTERVAL_SECONDS = 30 * 24 * 60 * 60;
/** All minutes and seconds one by one are fewer. What is longer is not meant, and would be kept with the job. */
const MAX_CRON_LENGTH = 1000;
/** What is larger is no delay but a time, in milliseconds since 1970. */
const MAX_SECONDS = 1e11;
/** The last time that a `Date` can say. */
const MAX_TIME = 8.64e15;

/** What `when` of `schedule` means: seconds from now, a date, or a cron expression. Throws an `Error` for anything else. */
export function timingOf(
  when: unknown,
  callback: string,
  now: number,
  timeZone: string | undefined,
): Timing {
  if (timeZone !== undefined && typeof when !== "string") {
    throw new Error(
      `Cannot schedule "${callback}": timeZone is for cron expressions; a date or a delay has none`,
    );
  }
  if (when instanceof Date) {
    const due = Math.ceil(when.getTime());
    return { type: "scheduled", due: valid(due), every: null };
  }
  if (typeof when === "number") {
    if (when > MAX_SECONDS) {
      throw new Error(
        `Invalid job time: ${when} seconds from now: give a Date`,
      );
    }
    const due = Math.ceil(now + when * 1000);
    return {
      type: "delayed",
      due: valid(due),
      every: null,
      delayInSeconds: when,
    };
  }
  if (typeof when === "string") {
    if (when.length > MAX_CRON_LENGTH) {
      throw new Error(
        `Invalid cron expression: it must have at most ${MAX_CRON_LENGTH} characters: received ${when.length}`,
      );
    }
    const due = nextOfCron(when, timeZone, now);
    return { type: "cron", due, every: null, cron: when, timeZone };
  }
  throw new Error(
    `Invalid schedule type: ${
      JSON.stringify(when)
    }(${typeof when}) trying to schedule ${callback}`,
  );
}

/** The same for `scheduleEvery`. */
export function timingOfInterval(seconds: unknown, now: number): Timing {
  if (typeof seconds !== "number" || !(seconds > 0)) {
    throw new Error("intervalSeconds must be a positive number");
  }
  if (seconds > MAX_INTERVAL_SECONDS) {
    throw new Error(
      `intervalSeconds cannot exceed ${MAX_INTERVAL_SECONDS} seconds (30 days)`,
    );
  }
  const every = Math.max(1, Math.round(seconds * 1000));
  const due = Math.ceil(now + every);
  return { type: "interval", due, every, intervalSeconds: seconds };
}

/**
 * When a job that was due at `due` and repeats is due next; `undefined` when
 * it is not. What was missed meanwhile is skipped. An occurrence that was due
 * once is not due again, also when the clock was set back since.
 */
export function nextDue(
  { type, cron, timeZone }: Pick<JobRecord, "type" | "cron" | "timeZone">,
  every: number | null,
  due: number,
  now: number,
): number | undefined {
  if (type === "cron") {
    return nextOfCron(cron!, timeZone, Math.max(due, now));
  }
  if (type !== "interval" || every === null) return undefined;
  const passed = Math.max(0, Math.floor((now - due) / every));
  return due + (passed + 1) * every;
}

function nextOfCron(
  expression: string,
  timeZone: string | undefined,
  after: number,
): number {
  let next: number | undefined;
  try {
    next = cronOf(expression, timeZone).next(after);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidCron(expression, reason);
  }
  if (next !== undefined) return next;
  throw invalidCron(expression, "there is no such time to come");
}

function invalidCron(expression: string, reason: string): Error {
  return new Error(`Invalid cron expression: ${expression}: ${reason}`);
}

function valid(due: number): number {
  if (Number.isNaN(due) || Math.abs(due) > MAX_TIME) {
    throw new Error(`Invalid job time: ${due}`);
  }
  // Of two jobs that are overdue the one that was made first runs first, wherever their times lie.
  return Math.max(0, due);
}
