// Runs test files that use node:test in workerd, which has no test runner of
// its own: one bundle, in which a stand-in collects and runs the tests.
//
//   node tools/workerd_test.mjs [folder]
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { bin, root } from "./setup.mjs";

const standIn = join(root, "tests/support/runners/node_test_workerd.ts");
const tests = resolve(process.argv[2] ?? join(root, "tests/unit"));

const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const unitTests :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker", esModule = embed "worker.js")],
    compatibilityDate = "2026-10-01"
  ))]
);
`;

const folder = mkdtempSync(join(tmpdir(), "roam-unit-"));
try {
  writeFileSync(join(folder, "entry.js"), entry());
  writeFileSync(join(folder, "config.capnp"), CONFIG);
  run("esbuild", [
    join(folder, "entry.js"),
    "--bundle",
    "--format=esm",
    "--target=es2022",
    "--conditions=workerd",
    `--alias:node:test=${standIn}`,
    `--tsconfig=${join(root, "tsconfig.json")}`,
    "--external:node:*",
    "--log-level=warning",
    `--outfile=${join(folder, "worker.js")}`,
  ]);
  run("workerd", ["test", join(folder, "config.capnp")]);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function entry() {
  const files = readdirSync(tests).filter((name) => name.endsWith(".test.ts"));
  const imports = files.sort().map((name) =>
    `import ${JSON.stringify(join(tests, name))};`
  );
  return `${imports.join("\n")}
import { runTests } from "node:test";
export default { test: runTests };
`;
}

function run(name, args) {
  const { status } = spawnSync(join(bin, name), args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) throw new Error(`${name} ended with ${status}`);
}
