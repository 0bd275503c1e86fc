// Every script of this folder has a line in README.md, and every line a script.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { committedFiles } from "./files.mjs";
import { root } from "./paths.mjs";

const lines = new Set(
  [
    ...readFileSync(join(root, "tools/README.md"), "utf8").matchAll(
      /^\| `([\w.]+\/?)` +\|/gm,
    ),
  ].map(([, name]) => name),
);
const names = new Set(
  committedFiles().flatMap((path) => {
    const [, name] = /^tools\/([^/]+\.mjs|[^/]+\/)/.exec(path) ?? [];
    return name === undefined ? [] : [name];
  }),
);
const problems = [
  ...[...names].filter((name) => !lines.has(name))
    .map((name) => `tools/README.md has no line for ${name}`),
  ...[...lines].filter((name) => !names.has(name))
    .map((name) =>
      `tools/README.md has a line for ${name}, which is not there`
    ),
];
for (const problem of problems) console.log(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
