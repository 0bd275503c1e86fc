// Checks the spelling of the documentation. Words of its own are in words.txt.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documentPages } from "../docs/pages.mjs";
import { root } from "../paths.mjs";

const folder = join(root, "docs/built/spelling");
const forged = "docs/built/spelling/forged.md";
mkdirSync(folder, { recursive: true });
writeFileSync(join(root, forged), "# Forged\n\nNoboddy writes it like that.\n");

const { stdout, stderr, error } = spawnSync(process.execPath, [
  join(root, "tools/prose/node_modules/cspell/bin.mjs"),
  "lint",
  "--no-progress",
  "--no-summary",
  "--no-gitignore",
  "--no-must-find-files",
  "--config=tools/prose/cspell.json",
  ...documentPages(),
  forged,
], { cwd: root, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
rmSync(folder, { recursive: true, force: true });

const lines = `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
const problems = lines.filter((line) => !line.includes(forged));
if (error !== undefined) problems.push(String(error));
if (!lines.some((line) => line.includes(forged) && line.includes("Noboddy"))) {
  problems.push("A wrong word of a forged page was accepted");
}
for (const problem of problems) console.log(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
