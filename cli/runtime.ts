import process from "node:process";
import { fileURLToPath } from "node:url";
import { nodeProblem } from "./node_problem.ts";

/** What a command runs on, and how to start a file on it. */
export interface CommandRuntime {
  /** As the starters are called. */
  readonly name: "node" | "deno" | "bun";
  /** With its version, for people. */
  readonly title: string;
  /** Why it can't serve agents. */
  readonly problem?: string | undefined;
  /** What starts `module`, with arguments, where `config` is the project's deno.json if it has one. */
  command(module: URL, args: string[], config?: string): [string, string[]];
}

/** What this process runs on. */
export const runtime: CommandRuntime = current();

function current(): CommandRuntime {
  const { versions, execPath } = process as typeof process & {
    versions: Record<string, string | undefined>;
  };
  if (versions.deno !== undefined) {
    return {
      name: "deno",
      title: `Deno ${versions.deno}`,
      command: (module, args, config) => [execPath, [
        "run",
        "-A",
        // The file may lie elsewhere, also on another machine: the project's own configuration holds.
        ...config === undefined ? [] : [`--config=${config}`],
        module.href,
        ...args,
      ]],
    };
  }
  if (versions.bun !== undefined) {
    return {
      name: "bun",
      title: `Bun ${versions.bun}`,
      command: (module, args) => [execPath, [fileURLToPath(module), ...args]],
    };
  }
  const [major, minor] = versions.node.split(".").map(Number);
  // What Node 22.18 does by itself, and 24: it leaves types out.
  const stripsTypes = major > 22 || major === 22 && minor >= 18;
  return {
    name: "node",
    title: `Node ${versions.node}`,
    problem: nodeProblem(versions.node),
    command: (module, args) => [execPath, [
      "--disable-warning=ExperimentalWarning",
      "--enable-source-maps",
      ...stripsTypes ? [] : ["--experimental-strip-types"],
      fileURLToPath(module),
      ...args,
    ]],
  };
}
