// The examples, and their pages, whose code imports the client and is bundled.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
} from "node:fs";
import { join } from "node:path";
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
  const folder = join(root, "examples", name);
  const page = join(folder, "page");
  const [script] = ["app.tsx", "app.js"].filter((file) =>
    existsSync(join(page, file))
  );
  const built = join(folder, "built");
  mkdirSync(built, { recursive: true });
  const next = mkdtempSync(join(built, "next-"));
  esbuild(
    join(page, script),
    join(page, "app.css"),
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=es2022",
    `--define:process.env.NODE_ENV="production"`,
    `--outdir=${next}`,
  );
  // Each is whole at once: somebody else may be about to read it.
  for (const file of readdirSync(next)) {
    renameSync(join(next, file), join(built, file));
  }
  rmdirSync(next);
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
