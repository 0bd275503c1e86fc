import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmod,
  mkdtemp,
  readFile,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const MODULE = new URL("../../tools/chromium.mjs", import.meta.url).href;

const folders: string[] = [];
after(() =>
  Promise.all(folders.map((each) => rm(each, { recursive: true, force: true })))
);

/** A machine without Chromium, whose `apt-get` does what `script` says and writes down how it was called. The user is root unless another one is given. */
async function machine(script: string) {
  const folder = await mkdtemp(join(tmpdir(), "roam-chromium-"));
  folders.push(folder);
  await writeFile(
    join(folder, "apt-get"),
    `#!/bin/sh\necho "$*" >> ${folder}/calls\ncd ${folder}\n${script}\n`,
  );
  await chmod(join(folder, "apt-get"), 0o755);
  for (const tool of ["sh", "flock", "seq", "sleep", "chmod"]) {
    const path = (await run("sh", ["-c", `command -v ${tool}`], {})).trim();
    await symlink(path, join(folder, tool));
  }
  const ensure = async (more: Record<string, string> = {}, user = 0) =>
    JSON.parse(
      await run(process.execPath, [
        "eval",
        `import { ensureChromium } from "${MODULE}";
        process.getuid = () => ${user};
        console.log(JSON.stringify(ensureChromium()));`,
      ], { PATH: folder, TMPDIR: folder, CHROMIUM_PATH: "", CI: "", ...more }),
    );
  const calls = async () =>
    (await readFile(join(folder, "calls"), "utf8")).trim().split("\n");
  return { folder, ensure, calls };
}

function run(
  command: string,
  args: string[],
  env: Record<string, string>,
): Promise<string> {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (data) => output += data);
  return new Promise((resolve) => child.on("close", () => resolve(output)));
}

const INSTALLS = `[ "$1" = update ] || { > chromium; chmod +x chromium; }`;

test("ensureChromium() installs it once, also for several at a time", async () => {
  const { folder, ensure, calls } = await machine(INSTALLS);
  const found = await Promise.all([ensure(), ensure(), ensure()]);
  const path = join(folder, "chromium");
  assert.deepEqual(found, [{ path }, { path }, { path }]);
  assert.deepEqual(await calls(), [
    "update",
    "-o DPkg::Lock::Timeout=300 install -y --no-install-recommends chromium",
  ]);
});

test("ensureChromium() says why an installation failed, which is no reason to skip", async () => {
  const { ensure } = await machine("echo no network >&2; exit 100");
  assert.deepEqual(await ensure(), {
    reason: "no Chromium: installing it failed: no network",
  });
  const idle = await machine("");
  assert.deepEqual(await idle.ensure(), {
    reason: "no Chromium, also after installing it",
  });
});

test("ensureChromium() takes CHROMIUM_PATH, if that is a program", async () => {
  const { folder, ensure } = await machine("");
  const path = join(folder, "apt-get");
  assert.deepEqual(await ensure({ CHROMIUM_PATH: path }), { path });
  assert.deepEqual(await ensure({ CHROMIUM_PATH: "/nowhere" }), {
    reason: "CHROMIUM_PATH is no program: /nowhere",
  });
});

test("ensureChromium() is no failure where only root could install it", async () => {
  const { ensure } = await machine("");
  const reason = "no Chromium, and only root can install it";
  assert.deepEqual(await ensure({}, 1000), { reason, mayBeSkipped: true });
  assert.deepEqual(await ensure({ CI: "true" }, 1000), {
    reason,
    mayBeSkipped: false,
  });
});
