import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The versions of React that the hooks are tested with. */
export const REACTS = ["19", "18"] as const;
export type React = typeof REACTS[number];

/** How to bundle. */
export interface BundleOptions {
  /** Where the source is, from the root. Default `tests`. */
  readonly folder?: string;
  /** The version of React. Default 19. */
  readonly react?: React;
}

/** Bundles `source` for a page, with the development builds of what it imports. */
export function bundleForPage(
  source: string,
  options: BundleOptions = {},
): string {
  return bundle(source, options, [
    "--format=iife",
    // As modules are.
    '--banner:js="use strict";',
  ]);
}

/** The same for a process of Node, Deno or Bun: a CommonJS module. */
export function bundleForProcess(
  source: string,
  options: BundleOptions = {},
): string {
  return bundle(source, options, ["--format=cjs", "--platform=node"]);
}

function bundle(
  source: string,
  { folder = "tests", react = "19" }: BundleOptions,
  flags: string[],
): string {
  const { status, stdout, stderr } = spawnSync(
    join(root, "tools/node_modules/.bin/esbuild"),
    [
      "--bundle",
      "--sourcefile=source.jsx",
      "--loader=jsx",
      "--target=es2022",
      "--jsx=automatic",
      '--define:process.env.NODE_ENV="development"',
      "--log-level=warning",
      ...react === "18" ? OLDER_REACT : [],
      ...flags,
    ],
    {
      cwd: join(root, folder),
      input: source,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  if (status !== 0) throw new Error(`Cannot bundle:\n${stderr}`);
  return stdout;
}

/** Two of them do not go into one `node_modules`. */
const OLDER_REACT = ["react", "react-dom"].map((name) =>
  `--alias:${name}=${join(root, "tools/node_modules", name)}`
);
