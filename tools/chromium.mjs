// The browser of the browser tests: Debian's Chromium, or one that is there.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { installPackages } from "./apt.mjs";

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
  return installPackages("chromium", "command -v chromium", "Chromium") ??
    find() ??
    { reason: "no Chromium, also after installing it" };
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
