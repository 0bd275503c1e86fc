import { existsSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { ServerProcess } from "../targets/target.ts";
import { nodePath } from "../../tools/setup.mjs";

const here = fileURLToPath(new URL("./", import.meta.url));

/** The Node that agents are served on. */
export const node = nodePath();
export const FLAGS = ["--disable-warning=ExperimentalWarning"];

/** Newer ones, by the number before the dot. */
export const NEWER = [24, 26] as const;

/** Where a newer one is; `undefined` where there is none for this machine. */
export function newer(major: typeof NEWER[number]): string | undefined {
  const name = `node-${major}-${process.platform}-${process.arch}`;
  const path = join(here, "node_modules", name, "bin/node");
  return existsSync(path) ? path : undefined;
}

/** How to start one of `servers`. */
export interface ServeOptions {
  readonly node?: string;
  readonly env?: Record<string, string>;
  readonly args?: readonly string[];
  /** A command, with its arguments, that Node's is behind. */
  readonly through?: readonly string[];
}

/** A server of one's own that has agents in it. */
export interface OwnServer {
  readonly process: ServerProcess;
  /** `host:port`. */
  readonly host: string;
}

/** The path of one of `servers`. */
export function file(name: string): string {
  return join(here, "servers", `${name}.mjs`);
}

/** Starts one of `servers`, and waits until it listens. */
export async function serve(
  name: string,
  { node: path = node, env, args = [], through = [] }: ServeOptions = {},
): Promise<OwnServer> {
  const [command, ...rest] = [...through, path, ...FLAGS, file(name), ...args];
  const server = new ServerProcess(command, rest, {
    env: { PORT: "0", ...env },
  });
  after(() => server.stop());
  const host = await server.until(
    (line) => /^Listening on http:\/\/(127\.0\.0\.1:\d+)/.exec(line)?.[1],
    "where it listens",
  );
  return { process: server, host };
}
