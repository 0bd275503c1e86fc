// Runs everything that has to hold: `npm test`, and what takes longer: `npm run
// test:all`. A part of it: `npm test -- unit`, `npm test -- suite deno`, `npm
// test -- lint types`, `npm run test:all -- packages node`.
import { ensureChromium } from "./chromium.mjs";
import { endAll } from "./run_step.mjs";
import { setup } from "./setup.mjs";
import { allSteps } from "./steps.mjs";

/** Steps in front mostly compute, and those behind wait for servers and pages: so many at a time of the ones and of the others. */
const [IN_FRONT, BEHIND] = [2, 1];

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    endAll();
    process.exit(130);
  });
}

/** Lines that are shown at first of what a test that failed says. */
const LINES = 15;

const total = { passed: 0, failed: 0, skips: [], failures: [] };
try {
  await heading("setup", setup);
  const words = process.argv.slice(2);
  const isLong = words[0] === "--long";
  const steps = chosen(
    allSteps().filter((step) => Boolean(step.isLong) === isLong),
    isLong ? words.slice(1) : words,
  );
  if (steps.some(({ needsChromium }) => needsChromium)) ensureChromium();
  await runAll(steps);
} catch (error) {
  total.failed++;
  console.error(error.message);
}
conclude();

/** The steps that `words` name: groups, and names of steps in them. */
function chosen(steps, words) {
  // "node" is a group, and behind "suite" the name of a step.
  const isName = (word, at) =>
    words.slice(0, at).some((before) =>
      steps.some(({ group, name }) => group === before && name === word)
    );
  const isGroup = (word, at) =>
    steps.some(({ group }) => group === word) && !isName(word, at);
  const wantedGroups = words.filter(isGroup);
  const wantedNames = words.filter((word, at) => !isGroup(word, at));
  const result = steps.filter(({ group, name }) =>
    (wantedGroups.length === 0 || wantedGroups.includes(group)) &&
    (wantedNames.length === 0 || wantedNames.includes(name))
  );
  if (result.length > 0) return result;
  const known = steps.map(({ group, name }) => `${group} ${name}`);
  throw new Error(
    `There is no step "${words.join(" ")}". Steps:\n${known.join("\n")}`,
  );
}

async function runAll(steps) {
  const left = steps.filter(({ isAlone }) => !isAlone);
  const worker = async (next) => {
    for (let step = next(); step; step = next()) await runStep(step);
  };
  await Promise.all([
    ...Array.from({ length: IN_FRONT }, () => worker(() => left.shift())),
    ...Array.from({ length: BEHIND }, () => worker(() => left.pop())),
  ]);
  for (const step of steps) if (step.isAlone) await runStep(step);
}

async function runStep({ group, name, run }) {
  const begin = performance.now();
  const { output, problem, ended, counts } = await run();
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  const { passed = 0, failed = 0, skips = [], failures: which = [] } = counts ??
    {};
  // A crash after the last test fails the step even if every test passed.
  const failures = problem === undefined ? failed : Math.max(failed, 1);
  total.passed += passed;
  total.failed += failures;
  total.skips.push(...skips.map((skip) => `${group} ${name}: ${reason(skip)}`));
  const verdict = failures === 0 ? "ok   " : "FAIL ";
  const facts = group === "lint" ? "" : `: ${line(passed, failures, skips)}`;
  // That it ended with 1 goes without saying where tests failed.
  const says = problem !== undefined && (failed === 0 || ended);
  const why = says && group !== "lint" ? `: ${problem}` : "";
  console.log(`${verdict} ${group} ${name}${facts}${why} (${seconds} s)`);
  if (failures === 0) return;
  const names = which.length > 0 ? which.map(({ name }) => name) : [problem];
  total.failures.push(...names.map((test) => `${group} ${name}: ${test}`));
  // The output may be long, and be cut by who shows it.
  for (const { name, text } of which) {
    console.log(`      x ${name}\n${indented(beginning(text), "        ")}`);
  }
  console.log(indented(output.trimEnd(), "      | "));
}

function beginning(text) {
  const lines = text.split("\n").filter((line) =>
    !/^\s+at .*\(?node:/.test(line)
  );
  return lines.slice(0, LINES).join("\n");
}

function indented(text, indent) {
  return text.replace(/^/gm, indent);
}

async function heading(name, run) {
  const begin = performance.now();
  await run();
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`ok    ${name} (${seconds} s)`);
}

/** A skipped test's name says why, behind "# SKIP". */
function reason(name) {
  const [test, why = "no reason given"] = name.split(" # SKIP ");
  return `${test} (${why})`;
}

function line(passed, failed, skips) {
  return `${passed} passed, ${failed} failed, ${skips.length} skipped`;
}

function conclude() {
  if (total.skips.length > 0) {
    console.log(`\nSkipped:\n${total.skips.map((s) => `  ${s}`).join("\n")}`);
  }
  if (total.failures.length > 0) {
    console.log(`\nFailed:\n${total.failures.map((f) => `  ${f}`).join("\n")}`);
  }
  console.log();
  console.log(line(total.passed, total.failed, total.skips));
  process.exitCode = total.failed === 0 ? 0 : 1;
}
