import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createServer, type Server } from "node:net";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort } from "../support/cluster/free_port.ts";
import { ServerProcess } from "../targets/target.ts";

const cwd = fileURLToPath(new URL("../../", import.meta.url));
const COMMAND = "tools/start.mjs";

const STARTED: [words: string[], title: string, script?: string][] = [
  [[], "Roam examples", "login/app.js"],
  [["auction", "--host=0.0.0.0"], "Auction"],
  [["bun", "board", "--host", "0.0.0.0"], "Roam board"],
  [["assistant", "workerd", "--host", "0.0.0.0"], "Assistant"],
  [["--host", "0.0.0.0", "node", "chat"], "Roam chat"],
  [["login", "node"], "Club"],
  [["bun"], "Roam examples", "chat/app.js"],
  [["gallery", "node"], "Roam examples", "board/app.js"],
  [["workerd"], "Roam examples", "auction/app.js"],
];

for (const [words, title, path = "app.js"] of STARTED) {
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
      const script = await fetch(`http://localhost:${port}/${path}`);
      assert.match(script.headers.get("content-type")!, /javascript/);
      assert.match(await script.text(), /cf_agent_state/);
      if (process.platform !== "linux") return;
      // Another address of this machine, which others lack.
      const other = fetch(`http://127.0.0.2:${port}/`);
      if (words.join().includes("0.0.0.0")) {
        assert.equal((await other).status, 200);
      } else {
        await assert.rejects(other);
      }
    } finally {
      await server.stop("SIGTERM");
    }
  });
}

const REFUSED: [words: string[], env: object, problem: RegExp][] = [
  [
    ["bord"],
    {},
    /"bord".*gallery, chat, board, assistant, auction.*deno, bun, node, workerd/,
  ],
  [["bun", "deno"], {}, /"bun deno".*one runtime of deno, bun, node, workerd/],
  [["chat", "chat"], {}, /one example of gallery, chat/],
  [["--hots", "0.0.0.0"], {}, /Cannot start: .*'--hots'/],
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

function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      resolve({ server, port });
    });
  });
}
