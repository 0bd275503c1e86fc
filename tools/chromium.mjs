// The browser of the browser tests: Debian's Chromium, or one that is there.
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** How to launch it: without a sandbox, and without looking around on the network. */
export const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/**
 * Where Chromium is: what `CHROMIUM_PATH` says, else the first that is found.
 * @returns {string | undefined}
 */
export function findChromium() {
  const wanted = process.env.CHROMIUM_PATH;
  if (wanted) return wanted;
  const folders = ["/usr/bin", ...(process.env.PATH ?? "").split(delimiter)];
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
    .find(isExecutable);
}

/**
 * The same, but installs Debian's package where that is possible; the reason
 * says why there is none.
 * @returns {{ path?: string, reason?: string }}
 */
export function ensureChromium() {
  const path = findChromium();
  if (path !== undefined) {
    return isExecutable(path)
      ? { path }
      : { reason: `CHROMIUM_PATH is no program: ${path}` };
  }
  if (process.getuid?.() !== 0) {
    return { reason: "no Chromium, and only root can install one" };
  }
  // Its list of packages may be old, or empty in a fresh image.
  const problem = aptGet("update") ??
    aptGet("install", "-y", "--no-install-recommends", "chromium");
  if (problem !== undefined) return { reason: `no Chromium: ${problem}` };
  const installed = findChromium();
  return installed === undefined
    ? { reason: "no Chromium, also after installing the package" }
    : { path: installed };
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What went wrong, if anything. */
function aptGet(...args) {
  const { status, error, stderr } = spawnSync("apt-get", args, {
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    timeout: 5 * 60_000,
  });
  if (status === 0) return undefined;
  if (error?.code === "ENOENT") return "there is no apt-get to install it";
  const last = stderr?.trim().split("\n").at(-1);
  return `apt-get ${args[0]} failed: ${last || error?.message || status}`;
}
