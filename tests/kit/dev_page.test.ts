// Who is let in by where a request came from, which no test can choose over a socket.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type BunServer, serveAgents as onBun } from "../../adapters/bun.ts";
import { serveAgents as onDeno } from "../../adapters/deno.ts";
import { whyForeign } from "../../adapters/dev_access.ts";
import { Agent } from "../../mod.ts";

class Room extends Agent {}

const here = ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"];
const away = ["192.0.2.7", "10.0.0.1", "::ffff:10.0.0.1", "fe80::1", "", "x"];
const page = () => new Request("http://localhost:8000/_roam");
const options = { dev: true, storage: "memory" } as const;

test("whyForeign() says why a client is not on this machine", () => {
  for (const peer of here) assert.equal(whyForeign(page(), peer), undefined);
  for (const peer of [...away, undefined]) {
    assert.match(whyForeign(page(), peer)!, /^it came from|^nobody knows/);
  }
});

test("a client on another machine finds no page, also where it says that it is localhost", async () => {
  const deno = onDeno({ Room }, options);
  const bun = onBun({ Room }, options);
  for (
    const [address, status] of [
      ...here.map((address) => [address, 200] as const),
      ...away.map((address) => [address, 404] as const),
    ]
  ) {
    const info = { remoteAddr: { hostname: address } };
    assert.equal((await deno.fetch(page(), info)).status, status, address);
    const server = { requestIP: () => ({ address }) } as unknown as BunServer;
    assert.equal((await bun.fetch(page(), server)).status, status, address);
  }
  // Who hands on the request alone says nothing of where it came from.
  assert.equal((await deno.fetch(page())).status, 404);
  await Promise.all([deno.close(), bun.close()]);
});

test("the page is there for an app that routes by itself, and for one of Workers", async () => {
  const info = { remoteAddr: { hostname: "127.0.0.1" } };
  const routed = onDeno({ Room }, options);
  assert.equal((await routed.route(page(), info))?.status, 200);
  const home = new Request("http://localhost:8000/");
  assert.equal(await routed.route(home, info), null);
  const worker = { fetch: () => new Response("the app's") };
  const app = onDeno({ Room }, { ...options, worker });
  assert.equal((await app.fetch(page(), info)).status, 200);
  assert.equal(await (await app.fetch(home, info)).text(), "the app's");
  await Promise.all([routed.close(), app.close()]);
});

test("a token that could be guessed, and what is no option, is refused at once", () => {
  for (
    const dev of [
      { token: "short" },
      {},
      { token: 5 },
      "yes",
      null,
    ] as unknown[]
  ) {
    assert.throws(
      () => onDeno({ Room }, { ...options, dev: dev as boolean }),
      /^TypeError: Cannot serve the development page: dev must be true, false or \{ token \}/,
    );
  }
});
