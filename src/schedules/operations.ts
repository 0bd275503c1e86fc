import type { Job } from "./job.ts";
import { isSchedule } from "./job.ts";
import { warnOfNearMisses } from "../runtime/near_miss.ts";
import { parsed, queueItemOf, scheduleOf } from "./payload.ts";
import type { Jobs } from "./jobs.ts";
import { timingOf, timingOfInterval } from "./timing.ts";
import type {
  FailedSchedule,
  IntervalOptions,
  QueueItem,
  QueueOptions,
  Schedule,
  ScheduleCriteria,
  ScheduleOptions,
} from "./types.ts";

/** What `schedule` takes; `scheduleEvery` and `queue` take less. */
const OPTIONS = [
  "id",
  "retry",
  "idempotent",
  "_idempotent",
  "timeZone",
] satisfies (keyof ScheduleOptions | "_idempotent")[];

/** `this.schedule`. */
export function schedule<T>(
  jobs: Jobs,
  when: unknown,
  callback: string,
  payload: T,
  options: ScheduleOptions = {},
): Schedule<T> {
  const { owner } = jobs;
  jobs.assertCallback(callback, unknownCallback);
  warnOfMisspelt(callback, options);
  const { id, idempotent, retry, timeZone } = options;
  const timing = timingOf(when, callback, owner.now(), timeZone);
  const job = { callback, payload, retry, id };
  // The id says which one is meant.
  if (id === undefined) {
    if (timing.type === "cron" ? idempotent !== false : idempotent) {
      const known = jobs.equal(job, timing);
      if (known !== undefined) return scheduleOf<T>(known);
    }
    const isOneShot = timing.type !== "cron";
    if (isOneShot && owner.isStarting && idempotent === undefined) {
      jobs.watchPile(job, timing);
    }
  }
  return scheduleOf(jobs.add(job, timing), payload);
}

/** `this.scheduleEvery`. */
export function scheduleEvery<T>(
  jobs: Jobs,
  seconds: unknown,
  callback: string,
  payload: T,
  options: IntervalOptions & { readonly _idempotent?: boolean } = {},
): Schedule<T> {
  const timing = timingOfInterval(seconds, jobs.owner.now());
  jobs.assertCallback(callback, unknownCallback);
  warnOfMisspelt(callback, options);
  const { id, retry, _idempotent } = options;
  const job = { callback, payload, retry, id };
  if (id === undefined && _idempotent !== false) {
    const known = jobs.equal(job, timing);
    if (known !== undefined) return scheduleOf<T>(known);
  }
  return scheduleOf(jobs.add(job, timing), payload);
}

/** `this.getScheduleById`. */
export function getSchedule<T>(
  { table }: Jobs,
  id: string,
): Schedule<T> | undefined {
  const job = table.get(id);
  return job === undefined || !isSchedule(job) || job.failed !== undefined
    ? undefined
    : scheduleOf<T>(job);
}

/** `this.listSchedules`. */
export function listSchedules<T>(
  jobs: Jobs,
  { id, type, timeRange }: ScheduleCriteria = {},
): Schedule<T>[] {
  const start = seconds(timeRange?.start) ?? 0;
  const end = seconds(timeRange?.end) ?? Infinity;
  const found: Schedule<T>[] = [];
  for (const job of jobs.schedules()) {
    if (id !== undefined && job.id !== id) continue;
    if (type !== undefined && job.type !== type) continue;
    const time = Math.floor(job.due! / 1000);
    if (timeRange !== undefined && (time < start || time > end)) continue;
    found.push(scheduleOf<T>(job));
  }
  return found;
}

/** `this.cancelSchedule`. */
export function cancelSchedule(jobs: Jobs, id: string): boolean {
  const job = jobs.table.get(id);
  if (job === undefined || (!isSchedule(job) && job.failed === undefined)) {
    return false;
  }
  jobs.remove(job);
  return true;
}

/** `this.listFailedSchedules`. */
export function listFailed({ table }: Jobs): FailedSchedule[] {
  return [...table.all()].filter(({ failed }) => failed !== undefined)
    .sort((a, b) => a.failed!.at - b.failed!.at)
    .map((job) => {
      const { id, callback, type, failed } = job;
      const { error, attempts, at } = failed!;
      const failedAt = Math.floor(at / 1000);
      const payload = parsed<unknown>(job);
      return { id, callback, payload, type, error, attempts, failedAt };
    });
}

/** `this.retrySchedule`. */
export function retryFailed(jobs: Jobs, id: string): boolean {
  const job = jobs.table.get(id);
  if (job?.failed === undefined) return false;
  jobs.assertCallback(job.callback, unknownCallback);
  jobs.revive(job);
  return true;
}

/** `this.queue`. */
export function queue(
  jobs: Jobs,
  callback: string,
  payload: unknown,
  options: QueueOptions = {},
): string {
  jobs.assertCallback(
    callback,
    (name) => `this.${name} is not a function`,
  );
  warnOfMisspelt(callback, options);
  const { retry, id } = options;
  const known = id === undefined ? undefined : jobs.table.get(id);
  if (known !== undefined && known.type !== "queue") {
    throw new Error(
      `Cannot queue "${callback}": the id ${
        JSON.stringify(id)
      } is that of a schedule`,
    );
  }
  const due = jobs.endOfQueue;
  const timing = { type: "queue", due, every: null } as const;
  return jobs.add({ callback, payload, retry, id }, timing).id;
}

/** `this.dequeue`, and those that remove more than one. */
export function dequeue(
  jobs: Jobs,
  matches: (job: Job) => boolean,
): number {
  const found = [...items(jobs)].filter(matches);
  for (const job of found) jobs.remove(job);
  return found.length;
}

/** `this.getQueue`. */
export function getQueue<T>(
  { table }: Jobs,
  id: string,
): QueueItem<T> | undefined {
  const job = table.get(id);
  return job?.type !== "queue" || job.failed !== undefined
    ? undefined
    : queueItemOf<T>(job);
}

/** `this.getQueues`. */
export function getQueues<T>(
  jobs: Jobs,
  key: string,
  value: unknown,
): QueueItem<T>[] {
  return [...items(jobs)].sort((a, b) => a.order - b.order)
    .map((job) => queueItemOf<T>(job)).filter(({ payload }) =>
      typeof payload === "object" && payload !== null &&
      Object.hasOwn(payload, key) &&
      (payload as Record<string, unknown>)[key] === value
    );
}

function* items({ table }: Jobs): Iterable<Job> {
  for (const job of table.all()) {
    if (job.type === "queue" && job.failed === undefined) yield job;
  }
}

function warnOfMisspelt(callback: string, options: object): void {
  const what = `A job that calls "${callback}" has an option`;
  warnOfNearMisses(what, Object.keys(options), OPTIONS);
}

function unknownCallback(name: string): string {
  return `Unknown scheduled callback "${name}": not registered on this Scheduler`;
}

function seconds(date: Date | undefined): number | undefined {
  return date === undefined ? undefined : Math.floor(date.getTime() / 1000);
}
