// Prints where a file breaks the rules of rules.mjs, and which files import
// each other in a circle.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findCircles } from "./circles.mjs";
import { committedFiles } from "./files.mjs";
import { brokenRules, forbiddenWords } from "./rules.mjs";
import { root } from "./setup.mjs";

const sources = new Map();
let broken = 0;
for (const path of committedFiles()) {
  const text = readFileSync(join(root, path), "utf8");
  // Something binary, which has no lines.
  if (text.includes("\0")) continue;
  const isSource = /\.[cm]?[jt]sx?$/.test(path);
  if (isSource) sources.set(path, text);
  const places = [
    ...isSource ? brokenRules(path, text) : [],
    ...forbiddenWords(text),
  ];
  for (const { line, rule } of places) {
    broken++;
    console.log(`${path}:${line} ${rule}`);
  }
}
for (const circle of findCircles(sources, ownNames())) {
  broken++;
  console.log(`These import each other:\n  ${circle.join("\n  -> ")}`);
}
const isEmpty = ![...sources.keys()].some((path) => path.startsWith("src/"));
if (isEmpty) console.log("There are no files in src to look at");
process.exitCode = broken > 0 || isEmpty ? 1 : 0;

/** The paths of what an app imports of the library, and a test by the name of Cloudflare's page. */
function ownNames() {
  const text = readFileSync(join(root, "deno.json"), "utf8");
  const { name, exports } = JSON.parse(text);
  return Object.fromEntries(
    Object.entries(exports).flatMap(([key, path]) =>
      [name, "agents-sdk"].map((name) => [join(name, key), path])
    ),
  );
}
