import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { connect } from "node:tls";
import { TestClient } from "../support/clients/client.ts";
import { RawClient } from "../support/clients/raw_client.ts";
import { serve } from "./serve.ts";

/** Both ways of the agents at `path`, and that another one is not there. */
async function meetsAgents(host: string, path = "/agents/counter/x") {
  const client = new TestClient(`ws://${host}${path}`);
  client.opened.then(() => client.send("hello"));
  assert.equal(await client.user(), "hello");
  assert.equal((await client.close(4000, "bye")).code, 4000);
  const body = "a body";
  const answer = await fetch(`http://${host}${path}`, { method: "POST", body });
  assert.deepEqual(await answer.json(), { said: body, state: 0 });
}

for (const name of ["express", "fastify", "plain"]) {
  test(`handle(): a server of ${name} has agents, and what was its own`, async () => {
    const { host } = await serve(name);
    await meetsAgents(host);
    const own = await fetch(`http://${host}/own`);
    assert.equal(await own.text(), "own /own");
    // Of another spelling, and not an agent's after all.
    const other = await fetch(`http://${host}/x%2Fy/agents`);
    assert.equal(other.status, name === "plain" ? 200 : 404);
    await other.body?.cancel();
  });
}

for (const name of ["express", "fastify"]) {
  test(`handle(): an app of ${name} reads bodies as before`, async () => {
    const { host } = await serve(name);
    const answer = await fetch(`http://${host}/own`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"a":1}',
    });
    assert.deepEqual(await answer.json(), { a: 1 });
  });
}

test("handle(): a server of HTTP/2 that has no listener answers for agents", async () => {
  const { host } = await serve("http2");
  const session = connectHttp2(`http://${host}`);
  after(() => session.destroy());
  const answer = await new Promise<string>((resolve, reject) => {
    const stream = session.request({
      ":method": "POST",
      ":path": "/agents/counter/x",
    });
    let text = "";
    stream.on("data", (data) => text += data);
    stream.on("end", () => resolve(text)).on("error", reject);
    stream.end("a body");
  });
  assert.deepEqual(JSON.parse(answer), { said: "a body", state: 0 });
});

test("handle(): other listeners neither see an agent's upgrade nor lose their own", async () => {
  const { host } = await serve("plain");
  const client = new TestClient(`ws://${host}/own`);
  client.opened.then(() => client.send("hello"));
  assert.equal(await client.next(), "own hello");
  await client.close();
  // One of them ends what it does not know.
  await meetsAgents(host);
  const unknown = new TestClient(`ws://${host}/unknown`);
  await assert.rejects(unknown.opened);
});

test("handle(): a server takes several entries", async () => {
  const { host } = await serve("plain");
  await meetsAgents(host);
  await meetsAgents(host, "/api/v1/counter/x");
});

test("handle(): what nobody listens to is answered with 404, an upgrade too", async () => {
  const { host } = await serve("bare");
  await meetsAgents(host);
  const answer = await fetch(`http://${host}/own`);
  assert.equal(answer.status, 404);
  await answer.body?.cancel();
  const raw = await RawClient.open(host, "/own");
  assert.equal(raw.status, 404);
  raw.destroy();
});

test("handle(): a server of node:https, where the agent's URL says so", async () => {
  const folder = mkdtempSync(join(tmpdir(), "roam-https-"));
  after(() => rmSync(folder, { recursive: true }));
  const files = ["key.pem", "cert.pem"].map((name) => join(folder, name));
  const [key, cert] = files;
  const made = spawnSync("openssl", [
    ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes".split(
      " ",
    ),
    ..."-days 1 -subj /CN=localhost -keyout".split(" "),
    key,
    "-out",
    cert,
  ]);
  assert.equal(made.status, 0, `${made.stderr ?? made.error}`);
  const { host } = await serve("https", { args: files });
  const [hostname, port] = host.split(":");
  const own = await new Promise<string>((resolve, reject) => {
    const options = { hostname, port, path: "/own", rejectUnauthorized: false };
    request(options, (response) => {
      response.setEncoding("utf8").once("data", resolve);
    }).once("error", reject).end();
  });
  assert.equal(own, "own /own");
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect(
      { host: hostname, port: Number(port), rejectUnauthorized: false },
      () =>
        socket.write(
          `GET /agents/counter/x HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\n` +
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        ),
    );
    let read = "";
    socket.setEncoding("latin1").on("data", (data) => {
      read += data;
      if (!read.includes("cf_agent_state")) return;
      socket.destroy();
      resolve(read);
    }).once("error", reject);
  });
  assert.match(text, /^HTTP\/1\.1 101 /);
  assert.match(text, /"agent":"counter"/);
});
