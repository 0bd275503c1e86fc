// Says how large the client is for a page, and fails when it is too large or carries a word of the server.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = mkdtempSync(join(tmpdir(), "client-size-"));
const bundles = [
  {
    what: "AgentClient",
    from: "./client.ts",
    names: "AgentClient",
    limit: 6000,
  },
  {
    what: "useAgent",
    from: "./react.ts",
    names: "useAgent, useAgentState",
    limit: 8000,
  },
];
/** The rooms that a client is made of. */
const ALLOWED =
  /^(client\.ts|react\.ts|src\/client\/.*|src\/protocol\/.*|<stdin>)$/;

for (const { what, from, names, limit } of bundles) {
  const { text, inputs } = bundle(`export { ${names} } from "${from}";`);
  const bytes = gzipSync(text, { level: 9 }).length;
  const foreign = Object.keys(inputs).filter((path) => !ALLOWED.test(path));
  const verdict = bytes <= limit ? "ok" : `too large: at most ${limit}`;
  console.log(`${what}: ${bytes} bytes minified and gzipped, ${verdict}`);
  if (foreign.length > 0) console.log(`${what} carries ${foreign.join(", ")}`);
  if (bytes > limit) {
    const parts = Object.entries(inputs).sort(([, a], [, b]) => b - a);
    for (const [path, size] of parts) {
      console.log(`${String(size).padStart(7)} ${path}`);
    }
  }
  if (bytes > limit || foreign.length > 0) process.exitCode = 1;
}

rmSync(folder, { recursive: true });

/** The bundle of `source`, and how many bytes of it each file brought. */
function bundle(source) {
  const { status, stderr } = spawnSync(
    join(root, "tools/node_modules/.bin/esbuild"),
    [
      "--bundle",
      "--minify",
      "--format=esm",
      "--target=es2022",
      "--external:react",
      `--outfile=${join(folder, "client.js")}`,
      `--metafile=${join(folder, "meta.json")}`,
      "--log-level=error",
    ],
    { cwd: root, encoding: "utf8", input: source },
  );
  if (status !== 0) throw new Error(`Cannot bundle the client:\n${stderr}`);
  const text = readFileSync(join(folder, "client.js"));
  const meta = JSON.parse(readFileSync(join(folder, "meta.json"), "utf8"));
  const [output] = Object.values(meta.outputs);
  const inputs = Object.entries(output.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path, { bytesInOutput }]) => [path, bytesInOutput]);
  return { text, inputs: Object.fromEntries(inputs) };
}
