// What the development page costs who does not open it: nothing.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { script, style } from "../../built/dev_page.ts";
import { TestClient } from "../support/clients/client.ts";
import { bin, start } from "../targets/targets.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "roam-dev-page-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Which modules of the page Node loads while a client connects, and while somebody opens the page. */
async function loaded(environment: string) {
  const server = await start("node", {
    entry: "tests/fixtures/dev_server.ts",
    objects: {},
    preload: ["tests/fixtures/loaded_modules.mjs"],
    env: { NODE_ENV: environment },
  });
  const names = () =>
    server.process.lines.filter((line) => line.startsWith("@@loaded"))
      .map((line) => line.replace(/.*\//, "")).sort();
  try {
    const client = new TestClient(`ws://${server.host}/agents/chat-room/one`);
    await client.opened;
    await client.close();
    const before = names();
    const response = await fetch(`http://${server.host}/_roam`);
    await response.body?.cancel();
    // What a process prints may come behind what it answers.
    if (response.ok) {
      const isLast = (line: string) =>
        line.endsWith("/dev_page.ts") || undefined;
      await server.process.until(isLast, "that the page was loaded");
    }
    return { before, status: response.status, after: names() };
  } finally {
    await server.stop();
  }
}

test("in production no module of the page is loaded, whatever is asked for", async () => {
  assert.deepEqual(await loaded("production"), {
    before: [],
    status: 404,
    after: [],
  });
});

test("in development they are loaded when somebody opens it", async () => {
  const { after: opened, before, status } = await loaded("development");
  assert.deepEqual(before, []);
  assert.equal(status, 200);
  assert.ok(
    opened.includes("dev.ts") && opened.includes("dev_page.ts"),
    `${opened}`,
  );
});

test("the page has at most 10,000 bytes, compressed", () => {
  const bytes = gzipSync(script + style).length;
  console.log(`the page: ${bytes} of 10000 bytes`);
  assert.ok(bytes <= 10_000, `${bytes}`);
});

for (const adapter of ["workers", "auto", "node"]) {
  test(`a bundle of adapters/${adapter}.ts has nothing of the page in it`, () => {
    const { status, stderr } = spawnSync(join(bin, "esbuild"), [
      `adapters/${adapter}.ts`,
      "--bundle",
      "--format=esm",
      "--conditions=workerd",
      "--packages=external",
      "--external:node:*",
      "--log-level=warning",
      `--outfile=${join(folder, "bundle.js")}`,
      `--metafile=${join(folder, "meta.json")}`,
    ], { cwd: root, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    const inputs = Object.keys(JSON.parse(read("meta.json")).inputs);
    assert.ok(inputs.includes(`adapters/${adapter}.ts`));
    const found = inputs.filter((path) => /^dev\/|^built\//.test(path));
    assert.deepEqual(found, []);
    assert.ok(!read("bundle.js").includes("default-src"));
  });
}
