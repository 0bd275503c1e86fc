// Runs the benchmark: node tools/bench.mjs [--only=bun] [--scenario=echo-64] [--pairs=15] [--quick] [--markdown=FILE]
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { constants, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { nodePath } from "./setup.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));

const setUp = new URL("setup.mjs", import.meta.url);
if (existsSync(setUp)) await (await import(setUp.href)).setup();

// All on one core: what a wake-up on another one costs says more about the machine than about us.
const child = spawn("sh", [
  "-c",
  // Thousands of connections need as many descriptors.
  'ulimit -n "$(ulimit -Hn)"; exec "$@"',
  "sh",
  "taskset",
  "--cpu-list",
  String(cpus().length - 1),
  `${root}tools/node_modules/.bin/bun`,
  "run",
  "bench/main.ts",
  ...process.argv.slice(2),
], { cwd: root, stdio: "inherit" });
// The benchmark gets the interrupt too, and ends its servers first.
process.on("SIGINT", () => {});
child.once("exit", (code, signal) => {
  process.exitCode = code ?? 128 + constants.signals[signal];
  const { argv } = process;
  const chosen = argv.some((word) => /^--(only|scenario)=/.test(word));
  if (code === 0 && !chosen) measureState(argv.slice(2));
});

/** What keeping state costs, on the runtimes whose storage is ours. */
function measureState(args) {
  const bin = `${root}tools/node_modules/.bin/`;
  const options = { cwd: root, stdio: "inherit" };
  const file = "bench/state.ts";
  const deno = ["run", "-A", "--no-lock", "--v8-flags=--expose-gc", file];
  spawnSync(`${bin}deno`, [...deno, ...args], options);
  spawnSync(`${bin}bun`, ["--expose-gc", file, ...args], options);
  const node = [
    "--expose-gc",
    "--disable-warning=ExperimentalWarning",
    "--import=./tools/node_hooks.mjs",
    file,
  ];
  spawnSync(nodePath(), [...node, ...args], options);
}
