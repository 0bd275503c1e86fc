import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Caller } from "../support/clients/caller.ts";
import { TestClient } from "../support/clients/client.ts";
import { NEWER, newer, serve } from "./serve.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

function folder(name: string): string {
  const path = mkdtempSync(join(tmpdir(), `roam-${name}-`));
  after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

for (const major of NEWER) {
  const node = newer(major);
  const skip = node === undefined && `no Node ${major} for this machine`;
  const suffix = skip ? ` # SKIP ${skip}` : "";
  test(`Node ${major}: an entry serves, keeps its state, and ends${suffix}`, {
    skip,
  }, async () => {
    const options = { node, env: { ROAM_STORE: folder("versions") } };
    const path = "/agents/counter/x";
    for (const count of [1, 2]) {
      const { process: server, host } = await serve("listening", options);
      const client = new TestClient(`ws://${host}${path}?_roam=1`);
      await client.opened;
      const { result } = await new Caller(client).call("add");
      assert.equal(result, count);
      const answer = await fetch(`http://${host}${path}`);
      assert.deepEqual(await answer.json(), { said: "", state: count });
      await server.stop("SIGTERM");
      assert.equal((await client.closed).code, 1012);
      assert.ok(server.lines.includes("closed, and ended with 0"));
    }
  });
}

/** An entry in one file, which older ones can load, in a folder without packages. */
function bundled(): string {
  const file = join(folder("bundle"), "main.mjs");
  const source = 'import { serveAgents } from "./adapters/auto.ts";\n' +
    "serveAgents({}, { storage: 'memory' });";
  const { status, stderr } = spawnSync(
    join(root, "tools/node_modules/.bin/esbuild"),
    [
      "--bundle",
      "--format=esm",
      "--external:node:*",
      "--log-level=error",
      `--outfile=${file}`,
    ],
    { cwd: root, input: source, encoding: "utf8" },
  );
  assert.equal(status, 0, stderr);
  return file;
}

function fails(node: string): string {
  const { status, stderr } = spawnSync(node, [bundled()], { encoding: "utf8" });
  assert.equal(status, 1);
  return stderr;
}

test("Without ws and srvx it says what to install", () => {
  const node = join(root, "tools/node_modules/.bin/node");
  assert.match(fails(node), /Cannot serve agents: .*: npm install ws srvx/);
});

const { stdout } = spawnSync("node", ["--version"], { encoding: "utf8" });
const tooNew = !/^v(20|21|22\.[0-9]\.|22\.1[0-2]\.)/.test(stdout) &&
  `the Node on the PATH is ${stdout.trim()}`;

test(
  `Node 20 says that it runs the client only${
    tooNew ? ` # SKIP ${tooNew}` : ""
  }`,
  { skip: tooNew },
  () => {
    assert.match(
      fails("node"),
      /Cannot serve agents: Node 22\.13 or newer is needed: received 20\..*client only/,
    );
  },
);
