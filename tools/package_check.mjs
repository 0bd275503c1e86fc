// Says what is wrong with the package for npm: by publint, by Are the types
// wrong, by its size, and by what a server that uses it weighs on Workers.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { documentation } from "./package/files.mjs";
import { tarball } from "./package/tarball.mjs";
import { pack } from "./pack.mjs";
import { bin } from "./setup.mjs";

/** Bytes of the package without its documentation. */
const PACKAGE_LIMIT = 300_000;
/** Bytes of a Worker with one counter, minified. */
const WORKER_LIMIT = 149_200;
/** Packages that ESM cannot be required from, or that old resolution does not find, are meant so. */
const MEANT = new Set(["CJSResolvesToESM", "NoResolution"]);

const folder = mkdtempSync(join(tmpdir(), "roam-package-"));
const problems = [];
try {
  const { path, bytes, files } = await pack(folder);
  const { publint } = await import("publint");
  const { formatMessage } = await import("publint/utils");
  const { messages, pkg } = await publint({
    pack: { tarball: await readBytes(path) },
    strict: true,
  });
  problems.push(
    ...messages.map((message) => `publint: ${formatMessage(message, pkg)}`),
  );
  problems.push(...await wrongTypes(bytes, files));
  const sized = tarball(
    new Map([...files].filter(([name]) => !documentation().has(name))),
  );
  within("the package without its documentation", sized.length, PACKAGE_LIMIT);
  within("a Worker with one counter", workerSize(files), WORKER_LIMIT);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const problem of problems) console.log(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

function within(what, bytes, limit) {
  console.log(`${what}: ${bytes} of ${limit} bytes`);
  if (bytes > limit) problems.push(`${what} is too large`);
}

async function readBytes(path) {
  const { readFile } = await import("node:fs/promises");
  return (await readFile(path)).buffer;
}

async function wrongTypes(bytes, files) {
  const { checkPackage, createPackageFromTarballData } = await import(
    "@arethetypeswrong/core"
  );
  const { problems, types } = await checkPackage(
    createPackageFromTarballData(bytes),
  );
  if (!types) return ["attw: the package has no types"];
  const entries = Object.keys(JSON.parse(files.get("package.json")).exports);
  console.log(`attw: looked at ${entries.length} entries`);
  return problems
    .filter(({ kind, resolutionKind }) =>
      !(MEANT.has(kind) &&
        (resolutionKind === "node10" || resolutionKind === "node16-cjs"))
    )
    .map((problem) => `attw: ${JSON.stringify(problem)}`);
}

/** The size of the Worker that a project makes of the package. */
function workerSize(files) {
  const installed = join(folder, "node_modules/@roam/agents");
  for (const [name, text] of files) {
    const path = join(installed, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const source = `import { Agent } from "@roam/agents";
import { durable, serveAgents } from "@roam/agents/workers";
class CounterAgent extends Agent {
  static callable = ["add"];
  initialState = { count: 0 };
  add(by) {
    this.setState({ count: this.state.count + by });
  }
}
export const Counter = durable(CounterAgent);
export default serveAgents({ Counter });
`;
  const { status, stdout, stderr } = spawnSync(join(bin, "esbuild"), [
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=es2022",
    "--conditions=workerd",
    "--external:node:*",
    "--log-level=error",
  ], { cwd: folder, input: source });
  if (status !== 0) throw new Error(`Cannot bundle a Worker:\n${stderr}`);
  return stdout.length;
}
