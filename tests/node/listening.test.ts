import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { connect, createServer } from "node:net";
import { test } from "node:test";
import { TestClient } from "../support/clients/client.ts";
import { RawClient } from "../support/clients/raw_client.ts";
import { file, FLAGS, node, serve } from "./serve.ts";
import { PATIENCE_MS } from "../support/patience.ts";

const PATH = "/agents/counter/x";

/** Runs a file to its end. */
function run(name: string, env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(node, [...FLAGS, file(name)], {
    env: { ...process.env, ...env },
    encoding: "utf8",
    timeout: PATIENCE_MS,
  });
  return { status, stdout, stderr };
}

async function isAlive(host: string): Promise<void> {
  const client = new TestClient(`ws://${host}${PATH}`);
  client.opened.then(() => client.send("still there"));
  assert.equal(await client.user(), "still there");
  await client.close();
}

test("an entry that nothing serves ends the process with a sentence, and 1", () => {
  const { status, stderr } = run("silent");
  assert.equal(status, 1);
  assert.match(
    stderr,
    /nothing serves these agents.*call listen\(\).*npx roam dev/i,
  );
});

test("a script that asks an agent ends with 0, and says no more", () => {
  const { status, stdout, stderr } = run("script");
  assert.deepEqual([status, stdout, stderr], [0, "now 1\n", ""]);
});

test("listen() rejects where the port is in use, and says so", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as { port: number };
  const { status, stderr } = run("listening", { PORT: `${port}` });
  taken.close();
  assert.equal(status, 1);
  assert.match(
    stderr,
    new RegExp(`Cannot listen on port ${port}: it is in use`),
  );
});

test("listen() refuses a PORT that is none", () => {
  const { status, stderr } = run("listening", { PORT: "web" });
  assert.equal(status, 1);
  assert.match(stderr, /PORT must be 0 to 65535: received "web"/);
});

test("close() of a listener closes connections with 1012, and the process ends", async () => {
  const { process: server, host } = await serve("listening");
  const client = new TestClient(`ws://${host}${PATH}`);
  await client.next();
  // A connection that is kept alive must not keep the process.
  await (await fetch(`http://${host}${PATH}`)).text();
  await server.stop("SIGTERM");
  assert.equal((await client.closed).code, 1012);
  assert.ok(server.lines.includes("closed, and ended with 0"));
});

test("a fallback that throws, or breaks off in the middle, ends its own answer only", async () => {
  const { host } = await serve("listening");
  const thrown = await fetch(`http://${host}/throw`);
  assert.equal(thrown.status, 500);
  assert.doesNotMatch(await thrown.text(), /thrown by|at /);
  await assert.rejects(async () =>
    (await fetch(`http://${host}/broken`)).text()
  );
  await isAlive(host);
});

test("a request that can be no Request is answered with 400", async () => {
  const { host } = await serve("listening");
  for (const method of ["TRACE", "get"]) {
    const raw = await RawClient.open(
      host,
      PATH,
      { Upgrade: undefined },
      method,
    );
    assert.equal(raw.status, 400, method);
    raw.destroy();
  }
  await isAlive(host);
});

test("a client that leaves while onBeforeConnect waits harms nobody", async () => {
  const { process: server, host } = await serve("listening");
  const leaving = connect(Number(host.split(":")[1]), "127.0.0.1");
  leaving.on("error", () => {});
  leaving.write(
    `GET ${PATH}?wait=200 HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\n` +
      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  await server.until(
    (line) => line === "waiting" || undefined,
    "that it waits",
  );
  leaving.resetAndDestroy();
  await server.until(
    (line) => line === "waited" || undefined,
    "that it waited",
  );
  await isAlive(host);
});

test("a frame that is too large to be read is 1009, and one that breaks the protocol ends its connection", async () => {
  const { process: server, host } = await serve("listening");
  const large = await RawClient.open(host, PATH);
  // The head of a frame of 3 MiB; nothing of it follows.
  large.write(
    Uint8Array.of(0x82, 0xff, 0, 0, 0, 0, 0, 0x30, 0, 0, 1, 2, 3, 4),
  );
  assert.equal((await large.closeFrame()).code, 1009);
  await server.until(
    (line) => line.startsWith("@@disconnected") || undefined,
    "that it is gone",
  );
  large.destroy();
  await isAlive(host);
});

test("too many open files end no process, and pass", async () => {
  const { host } = await serve("listening", {
    through: ["sh", "-c", 'ulimit -n 48; exec "$@"', "sh"],
  });
  const clients = Array.from(
    { length: 80 },
    () => new TestClient(`ws://${host}${PATH}`),
  );
  const opened = await Promise.allSettled(clients.map(({ opened }) => opened));
  const failed = opened.filter(({ status }) => status === "rejected");
  assert.ok(failed.length > 0, "there were enough files");
  await Promise.all(clients.map((client) => client.close()));
  await isAlive(host);
});

test("a peer that gives no sign of life is gone within 30 s, and one that does stays", async () => {
  const { process: server, host } = await serve("listening");
  const client = new TestClient(`ws://${host}${PATH}`);
  await client.next();
  // It answers no ping.
  const deaf = await RawClient.open(host, PATH);
  const since = performance.now();
  await deaf.ended();
  const took = performance.now() - since;
  assert.ok(took > 15_000 && took < 40_000, `${took} ms`);
  await server.until(
    (line) => line === "@@disconnected 1006" || undefined,
    "that it is gone",
  );
  client.send("here");
  assert.equal(await client.user(), "here");
  await client.close();
});
