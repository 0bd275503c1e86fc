import type { AgentAddress } from "./agent_address.ts";

/** How often a job that throws is tried, and how long it waits in between. */
export interface RetryOptions {
  /** How often it is called at most, the first time included. Default 3. */
  readonly maxAttempts?: number;
  /** Milliseconds that the wait grows from: it doubles with each attempt, and the actual wait is random below that. Default 100. */
  readonly baseDelayMs?: number;
  /** Milliseconds that a wait has at most. Default 3,000. */
  readonly maxDelayMs?: number;
}

/** What kind of job it is: for a date, after a delay, by a cron expression, at an interval, or an item of the queue. */
export type JobType = "scheduled" | "delayed" | "cron" | "interval" | "queue";

/** Why a job was given up. */
export interface JobFailure {
  /** The message of what it threw last. */
  readonly error: string;
  /** How often it was called. */
  readonly attempts: number;
  /** When, in milliseconds since 1970. */
  readonly at: number;
}

/** What a job is, apart from its id and when it is due. JSON. */
export interface JobRecord {
  readonly type: JobType;
  /** The method that is called. */
  readonly callback: string;
  /** Its first argument as JSON; absent for `undefined`. */
  readonly payload?: string;
  /** Jobs that are due at the same time run in ascending order of this. */
  readonly order: number;
  /** When it was made, in milliseconds since 1970. */
  readonly created: number;
  /** As the caller said. */
  readonly retry?: RetryOptions;
  /** Of `delayed`. */
  readonly delayInSeconds?: number;
  /** Of `cron`. */
  readonly cron?: string;
  /** Of `cron`: an IANA name. Default UTC. */
  readonly timeZone?: string;
  /** Of `interval`. */
  readonly intervalSeconds?: number;
  /** How often it was begun without a known end: the process ended meanwhile. */
  readonly starts?: number;
  /** It was given up; it is not due any more. */
  readonly failed?: JobFailure;
}

/** A job as a storage keeps it. */
export interface StoredJob {
  /** Unique within its instance. */
  readonly id: string;
  /** When it is due, in whole milliseconds since 1970; `null` when it waits for no time. */
  readonly due: number | null;
  /** Milliseconds between two runs, of an interval; else `null`. */
  readonly every: number | null;
  /** A {@linkcode JobRecord} as JSON. */
  readonly job: string;
}

/** Puts a job in place of the one with its id; without `job`, removes that one. */
export interface JobChange {
  /** Its id. */
  readonly id: string;
  /** What to keep. */
  readonly job?: StoredJob;
}

/** A place in the order of all due times. */
export interface DuePosition extends AgentAddress {
  /** In milliseconds since 1970. */
  readonly due: number;
}

/** One due time, and whose it is. */
export interface DueJob extends DuePosition {
  /** As the job has it. */
  readonly every: number | null;
}

/** Which due times are asked for. */
export interface DueQuery {
  /** Only what comes after this place, ordered by due time, class and name. */
  readonly after?: DuePosition;
  /** Only what is due at this time or before it; may be `Infinity`. */
  readonly until: number;
  /** So many at most. */
  readonly limit: number;
}
