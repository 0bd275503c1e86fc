import assert from "node:assert/strict";
import type { TestClient } from "../support/clients/client.ts";
import { behaviour, type Suite, suite } from "../support/suite.ts";

const entry = "tests/fixtures/links_server.ts";
const elsewhere = {
  workerd: "the platform ends Durable Objects, not the Worker",
  memory: "in memory nothing is on a wire",
};
const here = {
  ...elsewhere,
  hop: "who has the client does not know what runs at another process",
};
/** Grace of 1.5 s, or of 30 s for what does not wait for it. */
const start = (profile = "signals") => suite(profile, entry, ["LinksAgent"]);
const path = "/agents/links-agent";

async function openAll(server: Suite, count: number): Promise<TestClient[]> {
  const clients = [];
  for (let at = 0; at < count; at++) {
    const client = await server.open(`${path}/room-${at % 7}?_pk=c${at}`);
    client.send("ready");
    await client.user();
    clients.push(client);
  }
  return clients;
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  behaviour(
    `${signal} closes all connections with 1012, and ends the process with 0`,
    async () => {
      const server = await start("patient");
      const clients = await openAll(server, 40);
      const since = performance.now();
      const status = await server.server.stop(signal);
      const took = performance.now() - since;
      for (const client of clients) {
        assert.deepEqual(await client.closed, {
          code: 1012,
          reason: "restarting",
          wasClean: true,
        });
      }
      assert.equal(status, 0);
      assert.ok(took < 15_000, `${took} ms, although nothing was under way`);
    },
    elsewhere,
  );
}

behaviour(
  "SIGTERM lets a call finish, and what comes meanwhile is refused with 503",
  async () => {
    const server = await start("patient");
    const client = await server.open(`${path}/busy`);
    const idle = await server.open(`${path}/idle`);
    const call = { type: "rpc", id: "1", method: "wait", args: [700] };
    client.send(JSON.stringify(call));
    await server.noted("waiting", "busy");
    const ended = server.server.stop("SIGTERM");
    assert.equal((await idle.closed).code, 1012);
    assert.equal((await server.fetch(`${path}/new`)).status, 503);
    const messages = await client.rest();
    const answer = messages.find((text) => `${text}`.includes('"rpc"'));
    assert.match(`${answer}`, /"result":"waited"/);
    assert.equal((await client.closed).code, 1012);
    assert.equal(await ended, 0);
  },
  here,
);

behaviour(
  "a handler that never settles delays the end by the grace, no longer",
  async () => {
    const server = await start();
    const client = await server.open(`${path}/stuck`);
    client.send("never");
    await server.noted("never", "stuck");
    const since = performance.now();
    const status = await server.server.stop("SIGTERM");
    const took = performance.now() - since;
    assert.ok(took > 1300 && took < 15_000, `${took} ms`);
    assert.equal((await client.closed).code, 1012);
    assert.equal(status, 0);
  },
  here,
);

behaviour(
  "the second signal ends the process at once",
  async () => {
    const server = await start("patient");
    const client = await server.open(`${path}/stuck`);
    client.send("never");
    await server.noted("never", "stuck");
    const idle = await server.open(`${path}/idle`);
    const since = performance.now();
    const first = server.server.stop("SIGTERM");
    assert.equal((await idle.closed).code, 1012);
    const status = await server.server.stop("SIGTERM");
    await first;
    const took = performance.now() - since;
    assert.ok(took < 15_000, `${took} ms`);
    assert.equal(status, 143);
  },
  here,
);
