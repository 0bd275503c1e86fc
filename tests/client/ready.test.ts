import assert from "node:assert/strict";
import { after, test } from "node:test";
import { once } from "../support/clients/events.ts";
import { FakeServer } from "../support/network/fake_server.ts";
import { createClient } from "./fake_clients.ts";

const server = await FakeServer.start();
after(() => server.stop());

test("ready survives failed attempts, is another promise after a loss, and needs no identity", async () => {
  const slow = await FakeServer.start();
  slow.upgradeStatus = 500;
  const client = createClient(server, { host: slow.host });
  const { ready } = client;
  await once(client, "close");
  slow.upgradeStatus = 101;
  const connection = await slow.connection();
  connection.greet(0);
  await ready;
  assert.equal(client.identified, true);
  connection.cut();
  await once(client, "close");
  assert.notEqual(client.ready, ready);
  assert.equal(client.identified, false);
  const next = await slow.connection();
  next.send({ type: "cf_agent_mcp_servers", mcp: {} });
  await client.ready;
  assert.equal(client.identified, false);
  client.close();
  await slow.stop();
});

test("ready resolves with the state, whichever comes last", async () => {
  const client = createClient(server);
  const { ready } = client;
  const connection = await server.connection();
  connection.greet(3, "state");
  await ready;
  assert.equal(client.state, "state");
  client.close();
  const base = createClient(server);
  const another = await server.connection();
  another.send({
    name: "test",
    agent: "test-agent",
    type: "cf_agent_identity",
    stateFollows: true,
  });
  await once(base, "change", () => base.identified);
  another.send({ state: "late", type: "cf_agent_state" });
  await base.ready;
  assert.equal(base.state, "late");
  base.close();
});

test("ready needs no state where the greeting of a base server has none", async () => {
  const client = createClient(server);
  const connection = await server.connection();
  connection.greetBase();
  await client.ready;
  assert.equal(client.identified, true);
  client.close();
});
