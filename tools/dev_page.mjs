// Bundles the development page: built/dev_page.ts, which dev/assets.ts imports.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { writeBuilt } from "./built.mjs";
import { bin, root } from "./paths.mjs";

/** Throws when it can't be bundled. */
export function buildDevPage() {
  const script = JSON.stringify(bundled("app.ts"));
  const style = JSON.stringify(bundled("app.css"));
  writeBuilt(
    "dev_page.ts",
    `// Made by tools/dev_page.mjs of dev/page.
export const script: string = ${script};
export const style: string = ${style};
`,
  );
}

function bundled(file) {
  const { status, stdout, stderr } = spawnSync(join(bin, "esbuild"), [
    `dev/page/${file}`,
    "--bundle",
    "--minify",
    "--format=esm",
    // What knows light-dark().
    "--target=chrome123,firefox120,safari17.5",
    "--log-level=warning",
  ], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot bundle ${file}:\n${stderr}`);
  return stdout.trim();
}
