// Checks the rows of tools/compatibility against the tests, and
// docs/compatibility.md and its proofs against the rows; with --write, writes
// these pages.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pageOf, problemsOf, proofsOf } from "./compatibility.mjs";
import { access } from "./compatibility/access.mjs";
import { calls } from "./compatibility/calls.mjs";
import { agentClass } from "./compatibility/class.mjs";
import { client } from "./compatibility/client.mjs";
import { connections } from "./compatibility/connections.mjs";
import { entries } from "./compatibility/entries.mjs";
import { guarantees } from "./compatibility/guarantees.mjs";
import { hook } from "./compatibility/hook.mjs";
import { introduction, proofs } from "./compatibility/introduction.mjs";
import { protocol } from "./compatibility/protocol.mjs";
import { state } from "./compatibility/state.mjs";
import { bin, root } from "./setup.mjs";
import { testsIn } from "./test_titles.mjs";

const sections = [
  agentClass,
  connections,
  state,
  calls,
  access,
  client,
  hook,
  guarantees,
  protocol,
  entries,
];
const problems = problemsOf(sections, testsOf);
const pages = {
  "docs/compatibility.md": pageOf(introduction, sections),
  "docs/compatibility_proofs.md": proofsOf(proofs, sections),
};
for (const [name, text] of Object.entries(pages)) {
  const path = join(root, name);
  const page = formatted(text);
  if (process.argv.includes("--write")) writeFileSync(path, page);
  if (!existsSync(path) || readFileSync(path, "utf8") !== page) {
    problems.push(
      `${name} is another one: node tools/compatibility_page.mjs --write`,
    );
  }
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

function testsOf(file) {
  const path = join(root, "tests", file);
  if (!existsSync(path)) return undefined;
  return testsIn(readFileSync(path, "utf8"), file.includes("/checks/"));
}

function formatted(text) {
  const args = ["fmt", "--ext=md", "-"];
  const { status, stdout, stderr } = spawnSync(join(bin, "deno"), args, {
    input: text,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`Cannot format the page:\n${stderr}`);
  return stdout;
}
