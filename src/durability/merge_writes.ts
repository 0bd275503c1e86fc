import type { JobChange } from "../ports/jobs.ts";
import type { LogEntry, LogWrite } from "../ports/log.ts";
import type { Write } from "../ports/storage.ts";

/** One write that does what `earlier` and then `later` would do, both of the same instance. */
export function mergeWrites(earlier: Write | undefined, later: Write): Write {
  if (earlier === undefined || removesAll(later)) return later;
  // The most frequent one: states only.
  if (!hasMore(later) && !hasMore(earlier)) return later;
  return {
    ...earlier,
    ...later,
    jobs: mergeJobs(earlier.jobs, later.jobs),
    log: mergeLogs(earlier.log, later.log),
  };
}

/** Whether nothing is left of the instance of `write`. */
export function removesAll(write: Write): boolean {
  return write.snapshot === undefined && !hasMore(write);
}

/** Whether it has something besides a state. */
function hasMore({ jobs, log, database }: Write): boolean {
  return jobs !== undefined || log !== undefined || database !== undefined;
}

function mergeLogs(
  earlier: LogWrite | undefined,
  later: LogWrite | undefined,
): LogWrite | undefined {
  if (earlier === undefined || later === undefined) return later ?? earlier;
  // Theirs alone: thousands of them in a turn cost as much each as one.
  const entries = earlier.entries as LogEntry[];
  for (const entry of later.entries) entries.push(entry);
  return { ...later, entries };
}

/** Where each id is in the changes that were merged before: thousands of them in a turn cost as much each as one. */
const places = new WeakMap<readonly JobChange[], Map<string, number>>();

function mergeJobs(
  earlier: readonly JobChange[] | undefined,
  later: readonly JobChange[] | undefined,
): readonly JobChange[] | undefined {
  if (later === undefined) return earlier;
  if (earlier === undefined) return later;
  const known = places.get(earlier);
  const all = known === undefined ? [...earlier] : earlier as JobChange[];
  const at = known ?? new Map(all.map(({ id }, place) => [id, place]));
  if (known === undefined) places.set(all, at);
  for (const change of later) {
    const place = at.get(change.id);
    if (place !== undefined) all[place] = change;
    else at.set(change.id, all.push(change) - 1);
  }
  return all;
}
