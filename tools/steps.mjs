// What `npm test` does, in this order. A step whose files do not exist is left out.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureChromium } from "./chromium.mjs";
import { ensurePostgresql } from "./postgresql.mjs";
import { bunCounts, junitCounts, standInCounts } from "./counts.mjs";
import { filesIn } from "./files.mjs";
import { runCommand } from "./run_step.mjs";
import { bin, nodePath, root, setupFolder } from "./setup.mjs";

const reports = join(root, "tools/node_modules/.cache/reports");
const MINUTE = 60_000;
/** Files of a step that mostly waits for its servers, at once. */
const FILES_AT_ONCE = 4;
const RUNTIMES = ["deno", "bun", "workerd", "node"];
/** What the runners say besides what is wrong, and what tests print that pass. */
const NOISE =
  /^(.*) \.\.\.\n-+ output -+\n(?:(?!-+ output end -+$).*\n)*-+ output end -+\n\1 \.\.\. ok \(\S+\)\n|^Check .*\n|^Warning Failed resolving types.*\n +at .*\n|\nStack backtrace:\n +0: <unknown>\n|^.* \.\.\. (?:ok|ignored) \(\S+\)\n|^running \d+ tests? from .*\n|^[✔﹣] .*\n|^\((?:pass|skip)\) .*\n/gm;

/** Where clients are connected to another process than the one that has the instances. */
const HOPS = ["deno+1 hop", "bun+1 hop", "node+1 hop"];

/** Tests of the package as others install it; each installs what it needs. */
const PACKAGES = [
  "starters",
  "getting_started",
  "next",
  "bundlers",
  "types",
  "test_kit",
  "deploying",
];

/**
 * The steps: `group` and `name` select one, `run` resolves with `{ output,
 * problem, counts }`. Where a step `needsChromium`, that is best there before;
 * one that `isLong` is for `npm run test:all`.
 */
export function allSteps() {
  return [
    check("format", deno("fmt", "--check")),
    check("style", deno("lint")),
    // It reads the packages of folders that other steps install meanwhile.
    withPackages(
      "tests/compat",
      withPackages(
        "tests/node",
        check("types", ["node", "tools/type_check.mjs"]),
      ),
    ),
    check("imports", ["node", "tools/import_rule.mjs"]),
    check("tools", ["node", "tools/tool_table.mjs"]),
    check("skips", ["node", "tools/skip_table.mjs"]),
    check("client options", ["node", "tools/option_table.mjs"]),
    check("client size", ["node", "tools/client_size.mjs"]),
    check("compatibility", ["node", "tools/compatibility_page.mjs"]),
    check("documentation", deno("doc", "--lint", ...entries())),
    check("examples of all symbols", ["node", "tools/symbol_docs.mjs"]),
    check("troubleshooting", ["node", "tools/trouble_table.mjs"]),
    check("reference", ["node", "tools/reference_page.mjs"]),
    long(check("mutants", ["node", "tools/mutants.mjs", "--list"])),
    check("blocks of the documentation", ["node", "tools/doc_blocks.mjs"]),
    prose("links", "links.mjs"),
    prose("spelling", "spelling.mjs"),
    check("package", deno("publish", "--dry-run", "--allow-dirty")),
    check("npm package", ["node", "tools/package_check.mjs"]),
    // They have nothing of the library in them: one runtime is enough, and Bun the quickest.
    bunTest("models", "tests/models/"),
    denoTest("unit", "deno", "tests/unit/"),
    bunTest("unit", "tests/unit/"),
    tests("unit", "workerd", "tests/unit/", [
      "node",
      "tools/workerd_test.mjs",
    ], standInCounts),
    nodeTest("unit", "node", "tests/unit/"),
    denoTest("storage", "deno", "tests/storage/"),
    bunTest("storage", "tests/storage/"),
    nodeTest("storage", "node", "tests/storage/"),
    withPostgresql(denoTest("cluster", "deno", "tests/cluster/")),
    // A minute and more each, mostly of waiting for leases.
    long(withPostgresql(bunTest("cluster", "tests/cluster/"))),
    long(withPostgresql(nodeTest("cluster", "node", "tests/cluster/"))),
    denoTest("kit", "deno", "tests/kit/"),
    bunTest("kit", "tests/kit/"),
    nodeTest("kit", "node", "tests/kit/"),
    ...RUNTIMES.map((runtime) =>
      denoFiles("suite", runtime, "tests/suite/", { ROAM_TARGET: runtime })
    ),
    conformance(),
    // Three processes each: beside other steps a client may seem to read nothing for seconds.
    ...HOPS.map((name) => long(alone(hops(name)))),
    ...RUNTIMES.map((runtime) =>
      denoFiles("faults", runtime, "tests/faults/", { ROAM_TARGET: runtime })
    ),
    // What is held to milliseconds has the machine for itself, in the end.
    ...RUNTIMES.map((runtime) =>
      alone(
        denoTest("timing", runtime, "tests/timing/", { ROAM_TARGET: runtime }),
      )
    ),
    ...[
      denoTest("cluster-timing", "deno", "tests/cluster_timing/"),
      bunTest("cluster-timing", "tests/cluster_timing/"),
      nodeTest("cluster-timing", "node", "tests/cluster_timing/"),
    ].map((step) => long(alone(withPostgresql(step)))),
    // Named for what the client runs on; each meets servers on all four.
    denoFiles("client", "deno", "tests/client/"),
    bunTest("client", "tests/client/", [`--parallel=${FILES_AT_ONCE}`]),
    oldNodeTest("client", "node", "tests/client/"),
    inChromium(denoTest("client", "chromium", "tests/page/")),
    denoTest("types", "deno", "tests/types/"),
    long(pages("servers", ["bun", "workerd", "node"], servedPages())),
    withPackages("tests/node", denoTest("node", "servers", "tests/node/")),
    long(onUsualPorts(denoTest("consumer", "projects", "tests/consumer/"))),
    ...RUNTIMES.map((runtime) =>
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
    // Compiled by the compilers of frameworks, whose packages nothing else needs.
    long(inChromium(
      withPackages(
        "tests/frameworks",
        denoTest("browser", "frameworks", "tests/frameworks/"),
      ),
    )),
    ...PACKAGES.map((name) =>
      long(onUsualPorts(inChromium(packageTest(name))))
    ),
    // The longest one is begun first, behind all others.
    pages("chromium", ["deno"]),
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
      const counts = { passed: 1 - failed, failed, skips: [], failures: [] };
      return { output: output.replace(NOISE, ""), problem, counts };
    },
  };
}

/** A check of the documentation whose packages nothing else needs. */
function prose(name, script) {
  const step = check(name, ["node", `tools/prose/${script}`]);
  return withPackages("tools/prose", step);
}

function bunTest(group, folder, more = []) {
  // By itself it ends tests after 5 seconds, as the other runners do not.
  const flags = ["--timeout=120000", ...more];
  const command = [join(bin, "bun"), "test", ...flags, `./${folder}`];
  return tests(group, "bun", folder, command, bunCounts);
}

function denoTest(group, name, folder, env, more = [], names = undefined) {
  const { path, count } = junitReport(group, name);
  // `lint types` has checked them, all at once.
  const check = group === "types" ? [] : ["--no-check"];
  const flags = ["-A", "--no-lock", ...check, `--junit-path=${path}`, ...more];
  const files = names?.map((name) => `${folder}${name}.test.ts`) ?? [folder];
  const command = deno("test", ...flags, ...files);
  return tests(group, name, folder, command, count, env);
}

/** Several files at once: those that wait let the others compute. */
function denoFiles(group, name, folder, env = {}) {
  const more = { ...env, DENO_JOBS: `${FILES_AT_ONCE}` };
  return denoTest(group, name, folder, more, ["--parallel"]);
}

/** Tests in a browser, with the examples served on these runtimes. */
function pages(name, runtimes, names) {
  const env = { ROAM_SERVED_ON: runtimes.join() };
  const folder = "tests/browser/";
  return inChromium(denoTest("browser", name, folder, env, [], names));
}

/** The tests in a browser whose pages are served on several runtimes. What differs by runtime, the suite has seen on each. */
function servedPages() {
  return testFiles("tests/browser/")
    .filter((file) =>
      readFileSync(join(root, file), "utf8")
        .match(/\btestExample\(|\bservedOn\b/)
    )
    .map((file) => basename(file, ".test.ts"));
}

/** The part of the suite that needs no wire, on the sockets of the test kit. */
function conformance() {
  return denoTest(
    "suite",
    "memory",
    "tests/suite/",
    {
      ROAM_TARGET: "memory",
    },
    ["--import-map=tests/targets/memory.json"],
    [
      "calls",
      "calls_cancel",
      "calls_schema",
      "calls_serial",
      "closing",
      "connections",
      "errors",
      "handshake",
      "messages",
      "own_hooks",
      "pollution",
      "server_calls",
      "sql",
      "state",
      "state_hooks",
      "state_json",
      "state_patches",
      "state_readonly",
      "state_sql",
      "state_values",
      "state_versions",
    ],
  );
}

/** The suite where clients are connected to a process that has no instances. Two to four minutes each: most tests wait for something. */
function hops(name) {
  return denoFiles("suite", name, "tests/suite/", { ROAM_TARGET: name });
}

/** On the Node that serves agents, which reads the files as they are. */
function nodeTest(group, name, folder) {
  const { path, count } = junitReport(group, name);
  const command = [
    nodePath(),
    "--disable-warning=ExperimentalWarning",
    `--import=${pathToFileURL(join(root, "tools/node_hooks.mjs"))}`,
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    "--test-reporter=junit",
    `--test-reporter-destination=${path}`,
    "tools/node_files.mjs",
    ...testFiles(folder),
  ];
  return tests(group, name, folder, command, count);
}

/** On the oldest Node, which the client runs on. */
function oldNodeTest(group, name, folder) {
  const { path, count } = junitReport(group, name);
  const command = [
    process.execPath,
    "tools/node_test.mjs",
    folder,
    path,
    `${FILES_AT_ONCE}`,
  ];
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

function alone(step) {
  return step && { ...step, isAlone: true };
}

let usualPorts = Promise.resolve();

/** What is started there as a user would, without a port, can't be started twice: such a step waits for others that run. */
function onUsualPorts(step) {
  return step && {
    ...step,
    run() {
      const run = usualPorts.then(() => step.run());
      usualPorts = run.catch(() => {});
      return run;
    },
  };
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

/** Its tests are skipped where there is no database, and say so. */
function withPostgresql(step) {
  return step && {
    ...step,
    async run() {
      const { reason, mayBeSkipped = true } = ensurePostgresql() ?? {};
      if (mayBeSkipped) return await step.run();
      return { output: "", problem: reason };
    },
  };
}

/** Tests that need Cloudflare's packages, which nothing else does. */
function long(step) {
  return step && { ...step, isLong: true };
}

function packageTest(name) {
  const names = [name];
  return denoTest("packages", name, "tests/packages/", {}, [], names);
}

function compatTest(name, folder, env) {
  return withPackages("tests/compat", denoTest("compat", name, folder, env));
}

/** A step that needs the packages of a folder that has some of its own. */
function withPackages(folder, step) {
  return step && {
    ...step,
    async run() {
      try {
        await setupFolder(join(root, folder));
      } catch (error) {
        return { output: error.message, problem: "no packages" };
      }
      return await step.run();
    },
  };
}

function tests(group, name, folder, [command, ...args], count, env) {
  if (testFiles(folder).length === 0) return undefined;
  return {
    group,
    name,
    async run() {
      const options = { cwd: root, env, timeout: 25 * MINUTE };
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

function testFiles(folder) {
  return filesIn(folder).filter((file) => /\.test\.tsx?$/.test(file));
}

function entries() {
  const { exports } = JSON.parse(
    readFileSync(join(root, "deno.json"), "utf8"),
  );
  return Object.values(exports);
}
