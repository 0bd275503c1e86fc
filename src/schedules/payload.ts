import { bytesOf, isLargerThan } from "../protocol/byte_size.ts";
import { assertCarried } from "../runtime/carried.ts";
import { isSchedule, type Job } from "./job.ts";
import type { QueueItem, Schedule } from "./types.ts";

/** `payload` as it is stored; `undefined` stays that. Throws a `TypeError` for what would come back as something else, and an `Error` past `limit` bytes. */
export function payloadOf(
  payload: unknown,
  callback: string,
  limit: number,
): string | undefined {
  const what = `Cannot schedule "${callback}": its payload `;
  assertCarried(payload, `${what}must be JSON: `);
  const text = JSON.stringify(payload) as string | undefined;
  if (text !== undefined && isLargerThan(text, limit)) {
    throw new Error(
      `${what}has ${
        bytesOf(text)
      } bytes as JSON, and limits.jobBytes allows ${limit}`,
    );
  }
  return text;
}

/** What the method of `job` is called with. */
export function argumentsOf(job: Job): unknown[] {
  const shown = isSchedule(job) ? scheduleOf(job) : queueItemOf(job);
  return [shown.payload, shown];
}

/** `job` as the lists have it. `payload`, if given, is what the caller had. */
export function scheduleOf<T>(job: Job, ...payload: [T] | []): Schedule<T> {
  const { id, callback, retry, type } = job;
  const time = Math.floor((job.due ?? 0) / 1000);
  const value = payload.length === 1 ? payload[0] : parsed<T>(job);
  const base = { id, callback, payload: value, retry, time };
  switch (type) {
    case "delayed":
      return { ...base, type, delayInSeconds: job.delayInSeconds ?? 0 };
    case "cron": {
      const { cron = "", timeZone } = job;
      if (timeZone === undefined) return { ...base, type, cron };
      return { ...base, type, cron, timeZone };
    }
    case "interval":
      return { ...base, type, intervalSeconds: job.intervalSeconds ?? 0 };
    default:
      return { ...base, type: "scheduled" };
  }
}

/** An item of the queue, as the lists have it. */
export function queueItemOf<T>(job: Job): QueueItem<T> {
  const { id, callback, retry } = job;
  const createdAt = Math.floor(job.created / 1000);
  return { id, callback, payload: parsed<T>(job), createdAt, retry };
}

/** The payload of a job; a copy with each call, which the caller may change. */
export function parsed<T>({ payload }: Pick<Job, "payload">): T {
  return (payload === undefined ? undefined : JSON.parse(payload)) as T;
}
