import type { Job } from "./job.ts";
import type { JobOwner } from "./job_owner.ts";

/** What of an owner tells the time. */
type Clocks = Pick<JobOwner, "now" | "steady">;

/** By so much the two clocks may differ before one of them has jumped. */
const JUMP_MS = 1000;

/** Sets when a job is due; of an interval also by the clock that does not jump. */
export function setDue(clocks: Clocks, job: Job, due: number): void {
  job.due = due;
  if (job.every === null) return;
  job.steadyDue = clocks.steady() + due - clocks.now();
}

/** `next` of an interval, unless the wall clock has jumped during the run. */
export function nextBySteadyClock(
  clocks: Clocks,
  job: Job,
  next: number,
): number {
  const { every, steadyDue } = job;
  if (every === null || steadyDue === undefined) return next;
  const steady = clocks.steady();
  const passed = Math.max(0, Math.floor((steady - steadyDue) / every));
  const left = steadyDue + (passed + 1) * every - steady;
  const expected = Math.ceil(clocks.now() + left);
  return Math.abs(expected - next) > JUMP_MS ? expected : next;
}

/** When a waiting interval is due after all, if the wall clock was set back; else `undefined`, and from now on it is known by the steady clock too. */
export function rebasedDue(clocks: Clocks, job: Job): number | undefined {
  const { due, every } = job;
  if (due === null || every === null || job.run !== undefined) return undefined;
  const now = clocks.now();
  const steady = clocks.steady();
  const left = job.steadyDue === undefined ? every : job.steadyDue - steady;
  if (due - now > left + JUMP_MS) return Math.ceil(now + Math.max(0, left));
  job.steadyDue ??= steady + due - now;
  return undefined;
}
