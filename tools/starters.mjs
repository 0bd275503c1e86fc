// Puts the files of starters/ into one module, which the command copies them from: built/starters.ts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeBuilt } from "./built.mjs";
import { committedFiles } from "./files.mjs";
import { root } from "./paths.mjs";

const NPM = ["npm install", "npm run dev"];

/** The starters, and what brings each of them up. */
export const STARTERS = {
  node: NPM,
  deno: ["deno task dev"],
  bun: ["bun install", "bun run dev"],
  workers: NPM,
  "react-vite": NPM,
  next: NPM,
};

/** Writes the module. */
export function buildStarters() {
  const all = committedFiles().sort();
  const starters = Object.entries(STARTERS).map(([name, next]) => {
    const folder = `starters/${name}/`;
    const files = all.filter((path) => path.startsWith(folder)).map((path) => [
      path.slice(folder.length),
      readFileSync(join(root, path), "utf8"),
    ]);
    return [name, { files: Object.fromEntries(files), next }];
  });
  const json = JSON.stringify(Object.fromEntries(starters), undefined, 1);
  const text = `// Made by tools/starters.mjs of starters/.
/** Files by their paths, and the commands that come next. */
export interface Starter {
  readonly files: Readonly<Record<string, string>>;
  readonly next: readonly string[];
}

export const STARTERS: Readonly<Record<string, Starter>> = ${json};
`;
  writeBuilt("starters.ts", text);
}
