// Installs what package-lock.json of the root, of tools/ and of folders that
// have their own pin, when it has changed since the last time.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { bin, root } from "./paths.mjs";

const OLDEST_NODE = 20;
/** An install takes seconds, and minutes on a slow network. */
const STUCK_MS = 5 * 60_000;

export { bin, root };

/** Node 22, which agents are served on; where there is none for this machine, the one that runs this. `ROAM_NODE` says another one. */
export function nodePath() {
  const { ROAM_NODE } = process.env;
  if (ROAM_NODE) return ROAM_NODE;
  const path = join(bin, "node");
  return existsSync(path) ? path : process.execPath;
}

/** Makes the checkout ready to run. Rejects with advice when it can't. */
export async function setup() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < OLDEST_NODE) {
    throw new Error(
      `Cannot set up: Node ${OLDEST_NODE} or newer is needed: received ${process.version}`,
    );
  }
  await installPackages();
  build();
}

/** The same, and says so when that takes long. */
export async function setupAloud() {
  const patience = setTimeout(() => {
    console.log("Installing what it needs. This happens once.");
  }, 1000);
  try {
    await setup();
  } finally {
    clearTimeout(patience);
  }
}

async function installPackages() {
  const stale = [root, join(root, "tools")].filter((folder) =>
    !isFresh(folder)
  );
  if (stale.length === 0) return;
  await Promise.all(stale.map(install));
  // An install script that did not run shows here, and not amid the tests.
  for (const name of ["deno", "bun", "workerd", "esbuild"]) {
    await run(join(bin, name), ["--version"], root);
  }
  for (const folder of stale) writeFileSync(stampOf(folder), hashOf(folder));
}

const settingUp = new Map();

/** Makes `folder` ready, which has a package-lock.json of its own. Rejects with the reason when it can't. */
export function setupFolder(folder) {
  if (!settingUp.has(folder)) settingUp.set(folder, refresh(folder));
  return settingUp.get(folder);
}

async function refresh(folder) {
  if (isFresh(folder)) return;
  await install(folder);
  writeFileSync(stampOf(folder), hashOf(folder));
}

/** Now and then npm waits for ever for a connection that is gone: then once more. */
async function install(folder) {
  const args = ["ci", "--ignore-scripts=false"];
  try {
    await run("npm", args, folder, STUCK_MS);
  } catch (error) {
    if (!error.cause?.killed) throw error;
    console.log(`npm has not ended in ${STUCK_MS / 60_000} minutes: again.`);
    await run("npm", args, folder, STUCK_MS);
  }
}

function isFresh(folder) {
  const stamp = stampOf(folder);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === hashOf(folder);
}

function stampOf(folder) {
  return join(folder, "node_modules/.installed");
}

/** Another platform needs other binaries. */
function hashOf(folder) {
  return createHash("sha256")
    .update(readFileSync(join(folder, "package-lock.json")))
    .update(`${process.platform} ${process.arch}`)
    .digest("hex");
}

/** Ends it after `timeout` milliseconds, if that is given. */
function run(command, args, cwd, timeout = 0) {
  const options = {
    cwd,
    timeout,
    // npm that hangs catches SIGTERM, and goes on to hang.
    killSignal: "SIGKILL",
    shell: process.platform === "win32",
  };
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve();
      const what = `"${command} ${args.join(" ")}" failed in ${cwd}`;
      reject(
        new Error(
          `Cannot set up: ${what}: ${error.signal ?? error.code}\n` +
            `${stdout}${stderr}`,
          { cause: error },
        ),
      );
    });
    child.stdin?.end();
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await setup();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
