// What takes too long for every change, as long as it takes to trust it:
//
//   npm run soak                      everything, in about three hours
//   npm run soak -- crash bun         a part, or a runtime, or both
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { filesIn } from "./files.mjs";
import { bin, nodePath, root, setup } from "./setup.mjs";
import { Figures } from "./soak_figures.mjs";

/** Each part: its test file, its script, or a folder of tests that run on the runtime themselves, and how much of it, by runtime; `all` where the runtime does not matter. */
const PARTS = {
  /** A server is killed by kill -9 under load. */
  crash: {
    file: "tests/faults/crash.test.ts",
    deno: { ROAM_CYCLES: 1000 },
    bun: { ROAM_CYCLES: 1000 },
    node: { ROAM_CYCLES: 1000 },
    workerd: { ROAM_CYCLES: 100 },
  },
  /** The same, and cuts of the network, while messages are broadcast that are logged. */
  log: {
    file: "tests/faults/log.test.ts",
    deno: { ROAM_KILLS: 200 },
    bun: { ROAM_KILLS: 200 },
    node: { ROAM_KILLS: 200 },
    workerd: { ROAM_KILLS: 50 },
  },
  /** The same while jobs run. */
  kills: {
    file: "tests/faults/schedules.test.ts",
    deno: { ROAM_KILLS: 200 },
    bun: { ROAM_KILLS: 200 },
    node: { ROAM_KILLS: 200 },
    workerd: { ROAM_KILLS: 200 },
  },
  /** Very many jobs wait, or are overdue. */
  jobs: {
    file: "tests/timing/many_schedules.test.ts",
    deno: { ROAM_JOBS: 100_000 },
    bun: { ROAM_JOBS: 100_000 },
    node: { ROAM_JOBS: 100_000 },
  },
  /** Clients that stall, flood, vanish, send odd frames, and come and go. */
  attacks: {
    file: "tests/timing/attacks.test.ts",
    deno: { ROAM_ATTACKS: "long", ROAM_MINUTES: 20 },
    bun: { ROAM_ATTACKS: "long", ROAM_MINUTES: 20 },
    node: { ROAM_ATTACKS: "long", ROAM_MINUTES: 20 },
    workerd: { ROAM_ATTACKS: "long", ROAM_MINUTES: 20 },
  },
  /** Its disk fails. */
  disk: {
    file: "tests/faults/failing_disk.test.ts",
    deno: { ROAM_FAILURES: 500 },
    bun: { ROAM_FAILURES: 500 },
    node: { ROAM_FAILURES: 500 },
  },
  /** Its store is damaged, at every fifth byte. */
  damage: {
    file: "tests/storage/damaged_store.test.ts",
    all: { ROAM_STRIDE: 5 },
  },
  /** How soon it is back. */
  recovery: {
    file: "tests/timing/recovery.test.ts",
    deno: { ROAM_RESTARTS: 200 },
    bun: { ROAM_RESTARTS: 200 },
    node: { ROAM_RESTARTS: 200 },
    workerd: { ROAM_RESTARTS: 200, ROAM_AGENTS: 1000 },
  },
  /** Clients write through networks that cut and stall. */
  crowd: {
    file: "tests/faults/convergence.test.ts",
    deno: { ROAM_RUNS: 100, ROAM_CLIENTS: 20, ROAM_WRITES: 50 },
    bun: { ROAM_RUNS: 100, ROAM_CLIENTS: 20, ROAM_WRITES: 50 },
    node: { ROAM_RUNS: 100, ROAM_CLIENTS: 20, ROAM_WRITES: 50 },
    workerd: { ROAM_RUNS: 30, ROAM_CLIENTS: 20, ROAM_WRITES: 50 },
  },
  /** Networks break while both sides send numbered messages, and calls run. */
  cuts: {
    file: "tests/faults/resume.test.ts",
    deno: { ROAM_CUTS: 1000, ROAM_CLIENTS: 10 },
    bun: { ROAM_CUTS: 1000, ROAM_CLIENTS: 10 },
    node: { ROAM_CUTS: 1000, ROAM_CLIENTS: 10 },
    workerd: { ROAM_CUTS: 1000, ROAM_CLIENTS: 10 },
  },
  /** Random schedules of the state protocol over the real code. */
  schedules: {
    file: "tests/unit/state_schedules.test.ts",
    all: { ROAM_SCHEDULES: 100_000 },
  },
  /** Random steps of instances that come and go. */
  activation: {
    file: "tests/unit/activation.test.ts",
    all: { ROAM_STEPS: 2_000_000 },
  },
  /** Processes of a cluster die, pause, end, and are cut off from each other and from their database. */
  cluster: {
    file: "tests/cluster/chaos.test.ts",
    deno: { ROAM_MINUTES: 10 },
    bun: { ROAM_MINUTES: 10 },
    node: { ROAM_MINUTES: 10 },
  },
  /** Packets between the nodes of a cluster, and to its database, are late and lost. */
  losses: {
    file: "tests/cluster_timing/lossy_links.test.ts",
    deno: { ROAM_LOSSES: 200 },
    bun: { ROAM_LOSSES: 200 },
    node: { ROAM_LOSSES: 200 },
  },
  /** A node of a cluster writes while another one takes over. */
  takeovers: {
    file: "tests/cluster/fence.test.ts",
    all: { ROAM_TAKEOVERS: 300 },
  },
  /** The membership of a cluster in virtual time, with faults at random. */
  membership: {
    file: "tests/unit/cluster_chaos.test.ts",
    all: { ROAM_RUNS: 500 },
  },
  /** Everything that can happen to the fences of a cluster, for one change longer. */
  fences: {
    file: "tests/models/cluster_model.test.ts",
    all: { ROAM_FENCES: 6 },
  },
  /** Its database hangs for long. */
  outages: {
    file: "tests/cluster/database_faults.test.ts",
    all: { ROAM_OUTAGE_MS: 30_000 },
  },
  /** All that processes of a cluster do with a database, through PgBouncer with 3 connections. */
  pooler: {
    folder: "tests/cluster/",
    deno: { ROAM_POOLER: 1 },
    bun: { ROAM_POOLER: 1 },
    node: { ROAM_POOLER: 1 },
  },
  /** How long a new user needs, with nothing in any cache. */
  minutes: { file: "tests/packages/first_minutes.test.ts", all: {} },
  /** Mistakes in the source, each of which some test should notice. */
  mutants: { script: "tools/mutants.mjs", all: {} },
};

await setup();
const jobs = Object.entries(PARTS).flatMap(
  ([part, { file, folder, script, ...amounts }]) =>
    Object.entries(amounts).map(([runtime, env]) => ({
      part,
      runtime,
      file,
      folder,
      script,
      env,
    })),
);
const words = process.argv.slice(2);
const known = new Set(jobs.flatMap(({ part, runtime }) => [part, runtime]));
const unknown = words.filter((word) => !known.has(word));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(", ")}: ${[...known].join(", ")}`);
  process.exit(1);
}
const chosen = jobs.filter(({ part, runtime }) =>
  matches(words, Object.keys(PARTS), part) &&
  matches(words, ["deno", "bun", "workerd", "node", "all"], runtime)
);
let isFine = true;
const report = [];
for (const job of chosen) {
  const begin = performance.now();
  const { ok, figures } = await run(job);
  isFine &&= ok;
  const seconds = Math.round((performance.now() - begin) / 1000);
  const amount = Object.entries(job.env).map((pair) => pair.join("="));
  const verdict = ok ? "ok    " : "FAILED";
  report.push(
    `${verdict} ${job.part} ${job.runtime} (${seconds} s): ${amount.join(" ")}`,
    ...figures.map((line) => `         ${line}`),
  );
}
console.log("\n" + report.join("\n"));
process.exitCode = isFine ? 0 : 1;

/** Whether the words of this kind, if there are any, say `name`. */
function matches(words, kind, name) {
  const said = words.filter((word) => kind.includes(word));
  return said.length === 0 || said.includes(name);
}

/** Runs a part; its figures are what its tests print of that kind. */
function run({ runtime, file, folder, script, env }) {
  const more = runtime === "all" ? {} : { ROAM_TARGET: runtime };
  const [command, ...args] = folder !== undefined
    ? testsOn(runtime, folder)
    : script !== undefined
    ? [process.execPath, script]
    : testsOn("deno", file);
  const child = spawn(command, args, {
    cwd: root,
    stdio: ["ignore", "pipe", folder === undefined ? "inherit" : "pipe"],
    env: { ...process.env, NO_COLOR: "1", ...env, ...more },
  });
  const figures = new Figures();
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      console.log(line);
      figures.add(line);
    });
  }
  return new Promise((resolve) =>
    child.once(
      "close",
      (status) => resolve({ ok: status === 0, figures: figures.lines }),
    )
  );
}

/** What runs these tests on a runtime. */
function testsOn(runtime, path) {
  if (runtime === "bun") {
    return [join(bin, "bun"), "test", "--timeout=120000", `./${path}`];
  }
  if (runtime === "deno") {
    return [join(bin, "deno"), "test", "-A", "--no-lock", "--no-check", path];
  }
  return [
    nodePath(),
    "--disable-warning=ExperimentalWarning",
    `--import=${pathToFileURL(join(root, "tools/node_hooks.mjs"))}`,
    "--test-reporter=spec",
    "tools/node_files.mjs",
    ...filesIn(path).filter((file) => /\.test\.tsx?$/.test(file)),
  ];
}
