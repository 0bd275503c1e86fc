import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createServer, type Server } from "node:net";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ServerProcess } from "../targets/target.ts";

const cwd = fileURLToPath(new URL("../../", import.meta.url));
const COMMAND = "tools/start.mjs";

const STARTED: [words: string[], title: string][] = [
  [[], "Roam chat"],
  [["bun", "board"], "Roam board"],
  [["assistant", "workerd"], "Assistant"],
];

for (const [words, title] of STARTED) {
  test(`npm start ${words.join(" ")}: serves ${title}`, async () => {
    const port = await freePort();
    const env = { PORT: String(port) };
    const server = new ServerProcess("node", [COMMAND, ...words], { cwd, env });
    try {
      await server.until(
        (line) => line.includes(`http://localhost:${port}/`) || undefined,
        "that it is ready",
      );
      const page = await fetch(`http://localhost:${port}/`);
      assert.match(await page.text(), new RegExp(`<title>${title}</title>`));
      const script = await fetch(`http://localhost:${port}/app.js`);
      assert.match(script.headers.get("content-type")!, /javascript/);
      assert.match(await script.text(), /cf_agent_state/);
    } finally {
      await server.stop("SIGTERM");
    }
  });
}

const REFUSED: [words: string[], env: object, problem: RegExp][] = [
  [["bord"], {}, /"bord".*chat, board, assistant.*deno, bun, workerd/],
  [["bun", "deno"], {}, /"bun deno".*one runtime of deno, bun, workerd/],
  [["chat", "chat"], {}, /one example of chat/],
  [[], { PORT: "web" }, /PORT must be 1 to 65535: received "web"/],
];

test("npm start says what is wrong with its words", () => {
  for (const [words, env, problem] of REFUSED) refuses(words, env, problem);
});

test("npm start says that a port is in use", async () => {
  const { server, port } = await listen();
  refuses([], { PORT: String(port) }, new RegExp(`port ${port} is in use`));
  await new Promise((resolve) => server.close(resolve));
});

function refuses(words: string[], env: object, problem: RegExp): void {
  const { status, stderr } = spawnSync("node", [COMMAND, ...words], {
    cwd,
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  assert.equal(status, 1);
  assert.match(stderr, problem);
}

async function freePort(): Promise<number> {
  const { server, port } = await listen();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      resolve({ server, port });
    });
  });
}
