// Prints where a file breaks the rules of rules.mjs.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { committedFiles } from "./files.mjs";
import { brokenRules, forbiddenWords } from "./rules.mjs";
import { root } from "./setup.mjs";

let sources = 0;
let broken = 0;
for (const path of committedFiles()) {
  const text = readFileSync(join(root, path), "utf8");
  // Something binary, which has no lines.
  if (text.includes("\0")) continue;
  const isSource = /\.[cm]?[jt]sx?$/.test(path);
  if (path.startsWith("src/") && isSource) sources++;
  const places = [
    ...isSource ? brokenRules(path, text) : [],
    ...forbiddenWords(text),
  ];
  for (const { line, rule } of places) {
    broken++;
    console.log(`${path}:${line} ${rule}`);
  }
}
if (sources === 0) console.log("There are no files in src to look at");
process.exitCode = broken > 0 || sources === 0 ? 1 : 0;
