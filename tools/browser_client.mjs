// Bundles the client for pages that no bundler makes: built/browser_client.ts, which browser.ts imports.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { writeBuilt } from "./built.mjs";
import { bin, root } from "./paths.mjs";

/** Throws when it can't be bundled. */
export function buildBrowserClient() {
  const { status, stdout, stderr } = spawnSync(join(bin, "esbuild"), [
    "client.ts",
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=es2022",
    "--log-level=warning",
  ], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot bundle the client:\n${stderr}`);
  const source = stdout.trim();
  const hash = createHash("sha256").update(source).digest("hex").slice(0, 16);
  const text = `// Made by tools/browser_client.mjs of client.ts.
export const source: string = ${JSON.stringify(source)};
export const hash: string = "${hash}";
`;
  writeBuilt("browser_client.ts", text);
}
