import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { nodePath } from "../targets/targets.ts";

/** A script for a page, of what stands in the file, as the compilers of frameworks make it. */
export function bundled(path: string): string {
  const bundler = fileURLToPath(new URL("bundle.mjs", import.meta.url));
  return execFileSync(nodePath, [bundler, path], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
}
