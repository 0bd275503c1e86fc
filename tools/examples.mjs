// The examples, and their pages, whose code imports the client and is bundled.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bin, root } from "./setup.mjs";

/** The class that each example exports. */
export const EXAMPLES = {
  chat: "ChatRoom",
  board: "BoardAgent",
  assistant: "AssistantAgent",
};

/**
 * Bundles the page of an example: `built/app.js` and `built/app.css`, which
 * its `main.ts` imports as text. Throws when that fails.
 * @param {string} name
 */
export function buildPage(name) {
  const page = join(root, "examples", name, "page");
  const [script] = ["app.tsx", "app.js"].filter((file) =>
    existsSync(join(page, file))
  );
  esbuild(
    join(page, script),
    join(page, "app.css"),
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=es2022",
    `--define:process.env.NODE_ENV="production"`,
    `--outdir=${join(page, "../built")}`,
  );
}

/**
 * Bundles the server of an example for workerd, which runs one script.
 * @param {string} name
 * @param {string} outfile
 */
export function bundleWorker(name, outfile) {
  esbuild(
    `examples/${name}/main.ts`,
    "--bundle",
    "--format=esm",
    "--target=es2022",
    "--conditions=workerd",
    "--external:node:*",
    `--outfile=${outfile}`,
  );
}

/** @param {...string} args */
function esbuild(...args) {
  const { status, stderr } = spawnSync(
    join(bin, "esbuild"),
    [...args, "--log-level=warning"],
    { cwd: root, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`Cannot bundle ${args[0]}:\n${stderr}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of Object.keys(EXAMPLES)) buildPage(name);
}
