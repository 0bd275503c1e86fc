// Checks that docs/troubleshooting.md has every code, and no message that
// nothing says any more.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesIn } from "./files.mjs";
import { root } from "./paths.mjs";
import { troublesOf } from "./docs/troubles.mjs";

const page = "docs/troubleshooting.md";
const codes = new Set([
  ...read("src/client/errors.ts").matchAll(/^ {2}\| "([A-Z_]+)"/gm),
  ...read("src/protocol/calls.ts").matchAll(/^ {2}[A-Z_]+: "([A-Z_]+)"/gm),
].map(([, code]) => code));
const closeCodes = [
  ...read("src/protocol/close_codes.ts").matchAll(/^ {2}[A-Z_]+: (\d{4})/gm),
].map(([, code]) => code);
const sources = ["src", "adapters", "storage", "platform", "cli"]
  .flatMap(filesIn).filter((path) => path.endsWith(".ts")).map(read);

const problems = troublesOf(read(page), codes, closeCodes, sources);
if (codes.size < 15 || closeCodes.length < 8) {
  problems.push("the sources have their codes elsewhere now");
}
for (const problem of problems) console.log(`${page}: ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;

function read(path) {
  return readFileSync(join(root, path), "utf8");
}
