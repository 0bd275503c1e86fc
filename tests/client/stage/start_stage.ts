import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type Runtime, RUNTIMES } from "../../targets/targets.ts";

/** Servers, which listen. */
export interface Stage {
  /** Where it takes orders. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a server on each of these runtimes, from Deno, Bun or Node. */
export async function startStage(
  runtimes: readonly Runtime[] = RUNTIMES,
): Promise<Stage> {
  const child = spawn(
    "tools/node_modules/.bin/deno",
    [
      "run",
      "-A",
      "--no-lock",
      "--no-check",
      "tests/client/stage/stage.ts",
      ...runtimes,
    ],
    {
      stdio: ["pipe", "pipe", "inherit"],
      // It ends by itself, and not with its group, or it would leave its servers behind.
      detached: true,
      env: { ...process.env, NO_COLOR: "1" },
    },
  );
  const exited = once(child, "exit");
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = /^stage at (.*)$/.exec(line);
      if (found) resolve(found[1]);
    });
    exited.then(() => reject(new Error("The stage has ended")), reject);
  });
  return {
    url,
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}
