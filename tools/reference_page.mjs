// Checks docs/reference.md against what the entries export; with --write,
// writes the page.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { referenceOf } from "./docs/reference.mjs";
import { bin, root } from "./paths.mjs";

const path = join(root, "docs/reference.md");
const { name, exports } = JSON.parse(
  readFileSync(join(root, "deno.json"), "utf8"),
);
const entries = Object.entries(exports).map(([entry, file]) => [
  name + entry.slice(1),
  documented(file),
]);
const page = deno(["fmt", "--ext=md", "-"], referenceOf(entries));
if (process.argv.includes("--write")) writeFileSync(path, page);
if (!existsSync(path) || readFileSync(path, "utf8") !== page) {
  console.error(
    "docs/reference.md is another one: node tools/reference_page.mjs --write",
  );
  process.exitCode = 1;
}

function documented(file) {
  const { nodes } = JSON.parse(deno(["doc", "--json", file]));
  return Object.values(nodes)[0];
}

function deno(args, input) {
  const { status, stdout, stderr } = spawnSync(join(bin, "deno"), args, {
    cwd: root,
    encoding: "utf8",
    input,
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`Cannot run deno ${args[0]}:\n${stderr}`);
  return stdout;
}
