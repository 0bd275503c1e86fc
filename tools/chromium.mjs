// The browser of the browser tests: Debian's Chromium, or one that is there.
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { tmpdir } from "node:os";
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
const MINUTE = 60_000;

/**
 * Installs Debian's package unless somebody has done so meanwhile: processes
 * that want to do it at the same time wait for each other at a lock. Apt waits
 * for the lock of dpkg, if it is told to, and for the one of its list not at all.
 */
const INSTALL = `
export DEBIAN_FRONTEND=noninteractive
command -v chromium > /dev/null && exit
for try in $(seq 60); do
  said=$(apt-get update 2>&1) && break
  case "$said" in *"Could not get lock"*) sleep 5 ;; *) break ;; esac
done
exec apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends chromium
`;

/** @type {Chromium | undefined} */
let ensured;

/**
 * Where Chromium is, or why it is not. Without it, tests may be skipped where
 * nobody could install it; an installation that failed is a failure.
 * @typedef {{ path?: string, reason?: string, mayBeSkipped?: boolean }} Chromium
 */

/**
 * Finds Chromium, or installs Debian's package where that is possible; once.
 * @returns {Chromium}
 */
export function ensureChromium() {
  return ensured ??= find() ?? install();
}

/** @returns {Chromium | undefined} */
function find() {
  const wanted = process.env.CHROMIUM_PATH;
  if (wanted && !isExecutable(wanted)) {
    return { reason: `CHROMIUM_PATH is no program: ${wanted}` };
  }
  const folders = (process.env.PATH ?? "").split(delimiter);
  const path = wanted ||
    NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
      .find(isExecutable);
  return path === undefined ? undefined : { path };
}

/** @returns {Chromium} */
function install() {
  if (process.getuid?.() !== 0) {
    const reason = "no Chromium, and only root can install one";
    return { reason, mayBeSkipped: process.env.CI !== "true" };
  }
  const lock = join(tmpdir(), "install-chromium.lock");
  const { status, error, stderr } = spawnSync(
    "flock",
    [lock, "sh", "-c", INSTALL],
    {
      encoding: "utf8",
      stdio: ["ignore", "ignore", "pipe"],
      timeout: 15 * MINUTE,
    },
  );
  if (status === 0) {
    return find() ?? { reason: "no Chromium, also after installing it" };
  }
  const last = stderr?.trim().split("\n").at(-1);
  const why = last || error?.message || status;
  return { reason: `no Chromium: installing it failed: ${why}` };
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
