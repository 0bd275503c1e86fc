// Makes mistakes in a copy of the checkout, one at a time, and runs the quick
// tests that should notice: whoever survives them could happen to anybody.
//
//   npm run soak -- mutants                  all, in about half an hour
//   node tools/mutants.mjs state "conflict"  an area, or those whose mistake has these words
//   node tools/mutants.mjs state deno        on one runtime only: sooner done, and some survive that others would notice
//   node tools/mutants.mjs --list            what there is; fails when one does not apply
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { committedFiles } from "./files.mjs";
import { areas } from "./mutants/areas.mjs";
import { firstFailure, mutate } from "./mutants/mutate.mjs";
import { endAll, runCommand } from "./run_step.mjs";
import { bin, root, setup } from "./setup.mjs";

const MINUTE = 60_000;
/** Each mutant meets the servers of one runtime after the other until somebody notices: most do on the first. */
const RUNTIMES = ["deno", "workerd", "bun", "node"];
/** Tests with a server. */
const SERVED = /^(?:suite|faults)\//;
const said = process.argv.slice(2).filter((word) => word !== "--list");
const words = said.filter((word) => !RUNTIMES.includes(word));
const only = said.filter((word) => RUNTIMES.includes(word));
const chosen = Object.entries(areas)
  .flatMap(([area, { tests, mutants }]) =>
    mutants.map((mutant) => {
      const runtimes = only.length > 0 ? only : RUNTIMES;
      return { area, tests, runtimes, ...mutant };
    })
  )
  .filter(({ area, what }) =>
    words.length === 0 ||
    words.some((word) => word in areas ? word === area : what.includes(word))
  );
if (chosen.length === 0) fail(`There is no mutant of ${words.join(", ")}`);

const problems = chosen.flatMap(({ what, file, tests, ...pattern }) => {
  try {
    for (const test of tests) readFileSync(join(root, pathOf(test)));
    assertSource(mutate(readFileSync(join(root, file), "utf8"), pattern));
    return [];
  } catch (error) {
    return [`Cannot make the mutant "${what}" in ${file}: ${error.message}`];
  }
});
if (problems.length > 0) fail(problems.join("\n"));
if (process.argv.includes("--list")) {
  for (const { area, what, file } of chosen) {
    console.log(`${area}: ${what} (${file})`);
  }
  process.exit();
}

await setup();
const copy = mkdtempSync(join(tmpdir(), "roam-mutants-"));
process.once("exit", () => rmSync(copy, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    endAll();
    process.exit(1);
  });
}
copyCheckout();
await assertSound();
/** How many mistakes each test has noticed. */
const merits = new Map();
const survivors = [];
for (const [at, mutant] of chosen.entries()) {
  const begin = performance.now();
  const noticed = await noticedBy(mutant);
  const seconds = Math.round((performance.now() - begin) / 1000);
  const verdict = noticed === undefined ? "SURVIVED" : "noticed ";
  console.log(
    `${verdict} ${
      at + 1
    }/${chosen.length} ${mutant.area}: ${mutant.what} (${seconds} s)`,
  );
  if (noticed === undefined) survivors.push(mutant);
  else console.log(`         by ${noticed}`);
}
console.log(
  `\n${
    chosen.length - survivors.length
  } of ${chosen.length} mutants were noticed`,
);
for (const { area, what, file, find, tests } of survivors) {
  console.log(`${area}: ${what}\n  ${file}: ${find}\n  not by ${tests}`);
}
process.exitCode = survivors.length > 0 ? 1 : 0;

/** What does not compile is noticed by everybody. */
function assertSource(input) {
  const options = { input, encoding: "utf8" };
  const args = ["--loader=ts", "--log-level=error"];
  const { status, stderr } = spawnSync(join(bin, "esbuild"), args, options);
  if (status !== 0) throw new Error(`it is no TypeScript any more: ${stderr}`);
}

function copyCheckout() {
  for (const name of [...committedFiles(), "built"]) {
    mkdirSync(dirname(join(copy, name)), { recursive: true });
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  for (const name of ["node_modules", "tools/node_modules"]) {
    symlinkSync(join(root, name), join(copy, name));
  }
}

/** Without a mistake the tests pass: else each of them would seem to be noticed. */
async function assertSound() {
  const runs = new Map();
  for (const { tests, runtimes: [runtime] } of chosen) {
    const files = runs.get(runtime) ?? new Set();
    for (const test of tests) files.add(test);
    runs.set(runtime, files);
  }
  for (const [runtime, files] of runs) {
    const { problem, output } = await runTests([...files], runtime);
    if (problem === undefined) continue;
    fail(`${output}\nWithout a mutant the tests fail on ${runtime}`);
  }
}

/** What noticed the mistake. Those that noticed most so far are asked first. */
async function noticedBy({ file, tests, runtimes, ...pattern }) {
  const meritOf = (test) => merits.get(test) ?? 0;
  const order = [...tests].sort((a, b) => meritOf(b) - meritOf(a));
  const path = join(copy, file);
  const source = readFileSync(path, "utf8");
  writeFileSync(path, mutate(source, pattern));
  try {
    for (const [at, runtime] of runtimes.entries()) {
      for (const test of order) {
        if (at > 0 && !SERVED.test(test)) continue;
        const { problem, output } = await runTests([test], runtime);
        if (problem === undefined) continue;
        merits.set(test, meritOf(test) + 1);
        const title = firstFailure(output) ?? problem;
        return `${test} on ${runtime}: ${title}`;
      }
    }
  } finally {
    writeFileSync(path, source);
  }
}

function runTests(tests, runtime) {
  const files = tests.map(pathOf);
  const flags = ["-A", "--no-lock", "--no-check", "--fail-fast"];
  return runCommand(join(bin, "deno"), ["test", ...flags, ...files], {
    cwd: copy,
    env: { ROAM_TARGET: runtime },
    timeout: 10 * MINUTE,
  });
}

function pathOf(test) {
  return `tests/${test}.test.ts`;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
