// What `npm test` does, in this order. A step whose files do not exist is left out.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bunCounts, junitCounts, standInCounts } from "./counts.mjs";
import { filesIn } from "./files.mjs";
import { runCommand } from "./run_step.mjs";
import { bin, root, setupFolder } from "./setup.mjs";

const reports = join(root, "tools/node_modules/.cache/reports");
const MINUTE = 60_000;
/** What the runners say besides what is wrong. */
const NOISE =
  /^Check .*\n|^Warning Failed resolving types.*\n +at .*\n|\nStack backtrace:\n +0: <unknown>\n|^.* \.\.\. (?:ok|ignored) \(\S+\)\n|^running \d+ tests? from .*\n|^\((?:pass|skip)\) .*\n/gm;

/** The steps: `group` and `name` select one, `run` resolves with `{ output, problem, counts }`. */
export function allSteps() {
  return [
    check("format", deno("fmt", "--check")),
    check("style", deno("lint")),
    check("types", deno("check", ...typedFiles())),
    check("imports", ["node", "tools/import_rule.mjs"]),
    check("skips", ["node", "tools/skip_table.mjs"]),
    check("documentation", deno("doc", "--lint", ...entries())),
    check("package", deno("publish", "--dry-run", "--allow-dirty")),
    denoTest("unit", "deno", "tests/unit/"),
    tests("unit", "bun", "tests/unit/", [
      join(bin, "bun"),
      "test",
      "./tests/unit/",
    ], bunCounts),
    tests("unit", "workerd", "tests/unit/", [
      "node",
      "tools/workerd_test.mjs",
    ], standInCounts),
    ...["deno", "bun", "workerd"].map((runtime) =>
      denoTest("suite", runtime, "tests/suite/", { ROAM_TARGET: runtime })
    ),
    ...["deno", "bun", "workerd"].map((runtime) =>
      denoTest("faults", runtime, "tests/faults/", { ROAM_TARGET: runtime })
    ),
    ...["deno", "bun", "workerd"].map((runtime) =>
      denoTest("client", runtime, "tests/client/", { ROAM_TARGET: runtime })
    ),
    denoTest("types", "deno", "tests/types/"),
    denoTest("browser", "chromium", "tests/browser/"),
    denoTest("consumer", "projects", "tests/consumer/"),
    ...["deno", "bun", "workerd"].map((runtime) =>
      compatTest(runtime, "tests/compat/their_client/", {
        ROAM_TARGET: runtime,
      })
    ),
    compatTest("chromium", "tests/compat/their_client_react/"),
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

function denoTest(group, name, folder, env) {
  const report = join(reports, `${group}-${name}.xml`);
  const flags = ["-A", "--no-lock", `--junit-path=${report}`];
  mkdirSync(reports, { recursive: true });
  // An old one would speak for a run that crashed.
  rmSync(report, { force: true });
  const count = () =>
    existsSync(report) ? junitCounts(readFileSync(report, "utf8")) : undefined;
  return tests(
    group,
    name,
    folder,
    deno("test", ...flags, folder),
    count,
    env,
  );
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

/** Everything but what has a configuration of its own. */
function typedFiles() {
  const doors = ["mod.ts", "hono.ts", "client.ts", "react.ts"];
  const folders = ["adapters", "storage", "tests", "bench", "examples"];
  const files = folders.flatMap(filesIn).filter((file) =>
    /\.tsx?$/.test(file) &&
    !/^tests\/(fixtures\/seed|consumer\/project)\//.test(file)
  );
  return [...doors.filter((door) => existsSync(join(root, door))), ...files];
}

function entries() {
  const { exports } = JSON.parse(
    readFileSync(join(root, "deno.json"), "utf8"),
  );
  return Object.values(exports);
}
