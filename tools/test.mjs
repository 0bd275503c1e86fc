// Runs everything that has to hold: `npm test`. A part of it: `npm test --
// unit`, `npm test -- suite deno`, `npm test -- lint types`.
import { ensureChromium } from "./chromium.mjs";
import { endAll } from "./run_step.mjs";
import { setup } from "./setup.mjs";
import { allSteps } from "./steps.mjs";

/** Two steps at a time; more would only disturb each other's clocks. */
const WORKERS = 2;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    endAll();
    process.exit(130);
  });
}

const total = { passed: 0, failed: 0, skips: [] };
try {
  await heading("setup", setup);
  const steps = chosen(allSteps(), process.argv.slice(2));
  if (steps.some(({ needsChromium }) => needsChromium)) ensureChromium();
  await runAll(steps);
} catch (error) {
  total.failed++;
  console.error(error.message);
}
conclude();

/** The steps that `words` name: groups, and names of steps in them. */
function chosen(steps, words) {
  const groups = new Set(steps.map(({ group }) => group));
  const wantedGroups = words.filter((word) => groups.has(word));
  const wantedNames = words.filter((word) => !groups.has(word));
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
  const left = [...steps];
  const worker = async () => {
    for (let step = left.shift(); step; step = left.shift()) {
      await runStep(step);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
}

async function runStep({ group, name, run }) {
  const begin = performance.now();
  const { output, problem, ended, counts } = await run();
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  const { passed = 0, failed = 0, skips = [] } = counts ?? {};
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
  if (failures > 0) console.log(output.trimEnd().replace(/^/gm, "      | "));
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
  console.log();
  console.log(line(total.passed, total.failed, total.skips));
  process.exitCode = total.failed === 0 ? 0 : 1;
}
