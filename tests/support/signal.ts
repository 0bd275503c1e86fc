import { readFileSync } from "node:fs";

/** Signals a process, which may have ended meanwhile: the event of that comes later. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The processes that a process has started: none when it has ended. */
export function childrenOf(pid: number): number[] {
  try {
    const path = `/proc/${pid}/task/${pid}/children`;
    return (readFileSync(path, "utf8").match(/\d+/g) ?? []).map(Number);
  } catch {
    return [];
  }
}
