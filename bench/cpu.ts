import { readdirSync, readFileSync } from "node:fs";

/** Nanoseconds on a core of each thread of a process, by thread id. */
export type CpuTimes = ReadonlyMap<string, number>;

/** See https://docs.kernel.org/scheduler/sched-stats.html: the first number is the time on a core. */
export function cpuTimes(pid: number): CpuTimes {
  const times = new Map<string, number>();
  const folder = `/proc/${pid}/task`;
  for (const thread of readdirSync(folder)) {
    const line = readOrGone(`${folder}/${thread}/schedstat`);
    if (line !== undefined) times.set(thread, Number(line.split(" ", 1)[0]));
  }
  return times;
}

/** Nanoseconds that all threads together spent between two readings. */
export function cpuBetween(before: CpuTimes, after: CpuTimes): number {
  let spent = 0;
  for (const [thread, time] of after) spent += time - (before.get(thread) ?? 0);
  return spent;
}

/** Bytes of physical memory that a process holds. */
export function residentBytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(
    readFileSync(`/proc/${pid}/status`, "utf8"),
  );
  return Number(kib![1]) * 1024;
}

/** A thread may end between being listed and being read. */
function readOrGone(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
