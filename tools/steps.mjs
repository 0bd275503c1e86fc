// What `npm test` does, in this order. A step whose files do not exist is left out.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureChromium } from "./chromium.mjs";
import { bunCounts, junitCounts, standInCounts } from "./counts.mjs";
import { filesIn } from "./files.mjs";
import { runCommand } from "./run_step.mjs";
import { bin, root, setupFolder } from "./setup.mjs";

const reports = join(root, "tools/node_modules/.cache/reports");
const MINUTE = 60_000;
/** What the runners say besides what is wrong. */
const NOISE =
  /^Check .*\n|^Warning Failed resolving types.*\n +at .*\n|\nStack backtrace:\n +0: <unknown>\n|^.* \.\.\. (?:ok|ignored) \(\S+\)\n|^running \d+ tests? from .*\n|^[✔﹣] .*\n|^\((?:pass|skip)\) .*\n/gm;

/**
 * The steps: `group` and `name` select one, `run` resolves with `{ output,
 * problem, counts }`. Where a step `needsChromium`, that is best there before.
 */
export function allSteps() {
  return [
    check("format", deno("fmt", "--check")),
    check("style", deno("lint")),
    check("types", ["node", "tools/type_check.mjs"]),
    check("imports", ["node", "tools/import_rule.mjs"]),
    check("skips", ["node", "tools/skip_table.mjs"]),
    check("client options", ["node", "tools/option_table.mjs"]),
    check("client size", ["node", "tools/client_size.mjs"]),
    check("compatibility", ["node", "tools/compatibility_page.mjs"]),
    check("documentation", deno("doc", "--lint", ...entries())),
    check("package", deno("publish", "--dry-run", "--allow-dirty")),
    denoTest("unit", "deno", "tests/unit/"),
    bunTest("unit", "tests/unit/"),
    tests("unit", "workerd", "tests/unit/", [
      "node",
      "tools/workerd_test.mjs",
    ], standInCounts),
    denoTest("storage", "deno", "tests/storage/"),
    bunTest("storage", "tests/storage/"),
    ...["deno", "bun", "workerd"].map((runtime) =>
      denoTest("suite", runtime, "tests/suite/", { ROAM_TARGET: runtime })
    ),
    ...["deno", "bun", "workerd"].map((runtime) =>
      denoTest("faults", runtime, "tests/faults/", { ROAM_TARGET: runtime })
    ),
    // Named for what the client runs on; each meets servers on all three.
    denoTest("client", "deno", "tests/client/"),
    bunTest("client", "tests/client/"),
    nodeTest("client", "node", "tests/client/"),
    inChromium(denoTest("client", "chromium", "tests/page/")),
    denoTest("types", "deno", "tests/types/"),
    inChromium(denoTest("browser", "chromium", "tests/browser/")),
    denoTest("consumer", "projects", "tests/consumer/"),
    ...["deno", "bun", "workerd"].map((runtime) =>
      compatTest(`their-client-${runtime}`, "tests/compat/their_client/", {
        ROAM_TARGET: runtime,
      })
    ),
    inChromium(
      compatTest("their-client-react", "tests/compat/their_client_react/"),
    ),
    compatTest("their-server", "tests/compat/their_server/"),
    inChromium(
      compatTest("their-server-react", "tests/compat/their_server_react/"),
    ),
    compatTest("their-app", "tests/compat/their_app/"),
  ].filter((step) => step !== undefined);
}

function deno(...args) {
  return [join(bin, "deno"), ...args];
}

function check(name, [command, ...args]) {
  return {
    group: "lint",
    name,
    async run() {
      const options = { cwd: root, timeout: 5 * MINUTE };
      const { output, problem } = await runCommand(command, args, options);
      const failed = problem === undefined ? 0 : 1;
      const counts = { passed: 1 - failed, failed, skips: [] };
      return { output: output.replace(NOISE, ""), problem, counts };
    },
  };
}

function bunTest(group, folder) {
  // By itself it ends tests after 5 seconds, as the other runners do not.
  const command = [join(bin, "bun"), "test", "--timeout=60000", `./${folder}`];
  return tests(group, "bun", folder, command, bunCounts);
}

function denoTest(group, name, folder, env) {
  const { path, count } = junitReport(group, name);
  const flags = ["-A", "--no-lock", `--junit-path=${path}`];
  const command = deno("test", ...flags, folder);
  return tests(group, name, folder, command, count, env);
}

function nodeTest(group, name, folder) {
  const { path, count } = junitReport(group, name);
  const command = ["node", "tools/node_test.mjs", folder, path];
  return tests(group, name, folder, command, count);
}

function junitReport(group, name) {
  const path = join(reports, `${group}-${name}.xml`);
  mkdirSync(reports, { recursive: true });
  // An old one would speak for a run that crashed.
  rmSync(path, { force: true });
  const count = () =>
    existsSync(path) ? junitCounts(readFileSync(path, "utf8")) : undefined;
  return { path, count };
}

function inChromium(step) {
  return step && {
    ...step,
    needsChromium: true,
    async run() {
      const { reason, mayBeSkipped } = ensureChromium();
      if (reason === undefined) return await step.run();
      const skips = mayBeSkipped ? [`all of it # SKIP ${reason}`] : [];
      const problem = mayBeSkipped ? undefined : reason;
      return { output: "", problem, counts: { passed: 0, failed: 0, skips } };
    },
  };
}

/** Tests that need Cloudflare's packages, which nothing else does. */
function compatTest(name, folder, env) {
  const step = denoTest("compat", name, folder, env);
  return step && {
    ...step,
    async run() {
      try {
        await setupFolder(join(root, "tests/compat"));
      } catch (error) {
        return { output: error.message, problem: "no packages" };
      }
      return await step.run();
    },
  };
}

function tests(group, name, folder, [command, ...args], count, env) {
  const files = filesIn(folder).filter((file) => /\.test\.tsx?$/.test(file));
  if (files.length === 0) return undefined;
  return {
    group,
    name,
    async run() {
      const options = { cwd: root, env, timeout: 15 * MINUTE };
      const { output, problem, ended } = await runCommand(
        command,
        args,
        options,
      );
      const counts = count(output);
      if (ended && counts !== undefined) {
        // Those that did not get their turn.
        counts.skips = counts.skips.filter((name) => name.includes(" # SKIP "));
      }
      return {
        output: output.replace(NOISE, ""),
        problem: problem ?? (counts ? undefined : "it ran no test"),
        ended,
        counts,
      };
    },
  };
}

function entries() {
  const { exports } = JSON.parse(
    readFileSync(join(root, "deno.json"), "utf8"),
  );
  return Object.values(exports);
}
