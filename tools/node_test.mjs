// Runs test files that use node:test on Node, which reads no TypeScript: each
// becomes a bundle.
//
//   node tools/node_test.mjs folder [report.xml] [files at once]
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { filesIn } from "./files.mjs";
import { bin, root } from "./setup.mjs";

const [tests, report = "/dev/null", atOnce = "1"] = process.argv.slice(2);
const files = filesIn(tests).filter((file) => file.endsWith(".test.ts"));
// Where packages are found.
const folder = join(root, "node_modules/.cache/node_test", basename(tests));
const polyfill = join(folder, "polyfill.mjs");

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
// Node 20 has none.
writeFileSync(
  polyfill,
  `import { WebSocket } from "undici";\nglobalThis.WebSocket ??= WebSocket;\n`,
);
run(join(bin, "esbuild"), [
  ...files,
  "--bundle",
  "--platform=node",
  "--format=esm",
  "--target=es2022",
  "--packages=external",
  "--out-extension:.js=.mjs",
  `--outdir=${folder}`,
  "--log-level=warning",
]);
run(process.execPath, [
  "--import",
  polyfill,
  "--test",
  `--test-concurrency=${atOnce}`,
  "--test-reporter=spec",
  "--test-reporter-destination=stdout",
  "--test-reporter=junit",
  `--test-reporter-destination=${report}`,
  ...files.map((file) => join(folder, basename(file, ".ts") + ".mjs")),
]);

function run(command, args) {
  const options = { cwd: root, stdio: "inherit" };
  const { status } = spawnSync(command, args, options);
  if (status !== 0) process.exit(1);
}
