// Says how large the client is for a page, and fails when it is too large or carries anything of the server.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundleProblems, wordsOfServer } from "./client_bundle.mjs";
import { filesIn } from "./files.mjs";
import { bin, root } from "./setup.mjs";

const bundles = [
  {
    what: "AgentClient",
    source: 'export { AgentClient } from "./client.ts";',
    limit: 9760,
  },
  {
    what: "useAgent",
    source: 'export { useAgent, useAgentState } from "./react.ts";',
    limit: 10960,
  },
  { what: "all hooks", source: 'export * from "./react.ts";', limit: 11860 },
];
const doors = ["mod.ts", "hono.ts", "client.ts", "react.ts"];
const rooms = ["src", "adapters", "platform", "storage"].flatMap(filesIn);
const serverWords = wordsOfServer(
  [...doors, ...rooms].map((path) => [
    path,
    readFileSync(join(root, path), "utf8"),
  ]),
);

for (const { what, source, limit } of bundles) {
  const { text, parts } = bundle(source);
  const bytes = gzipSync(text, { level: 9 }).length;
  console.log(`${what}: ${bytes} of ${limit} bytes, minified and gzipped`);
  const found = { what, limit, bytes, parts, text: text.toString() };
  for (const problem of bundleProblems(found, serverWords)) {
    console.log(problem);
    process.exitCode = 1;
  }
}

/** The bundle of `source`, and how many bytes of it each file brought that was read for it. */
function bundle(source) {
  const folder = mkdtempSync(join(tmpdir(), "client-size-"));
  const { status, stderr } = spawnSync(join(bin, "esbuild"), [
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=es2022",
    "--external:react",
    `--outfile=${join(folder, "client.js")}`,
    `--metafile=${join(folder, "meta.json")}`,
    "--log-level=error",
  ], { cwd: root, encoding: "utf8", input: source });
  if (status !== 0) throw new Error(`Cannot bundle the client:\n${stderr}`);
  const text = readFileSync(join(folder, "client.js"));
  const meta = JSON.parse(readFileSync(join(folder, "meta.json"), "utf8"));
  rmSync(folder, { recursive: true });
  const [output] = Object.values(meta.outputs);
  const parts = Object.keys(meta.inputs).map((path) => [
    path,
    output.inputs[path]?.bytesInOutput ?? 0,
  ]);
  return { text, parts: Object.fromEntries(parts) };
}
