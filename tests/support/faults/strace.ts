import { spawnSync } from "node:child_process";
import type { Runtime } from "../../targets/targets.ts";

const works = spawnSync("strace", ["-f", "true"]).status === 0;

/** Where system calls can't be traced, or are not ours. */
export const straceSkips: Partial<Record<Runtime, string>> = {
  workerd: "the platform's own storage",
  ...works ? {} : {
    deno: "strace does not work here",
    bun: "strace does not work here",
    node: "strace does not work here",
  },
};

/** The command that traces another one and its children into `file`. */
export function strace(file: string, ...options: string[]): string[] {
  return ["strace", "-f", "-y", "-qq", "-o", file, ...options];
}
