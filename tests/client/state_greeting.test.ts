import assert from "node:assert/strict";
import { after, test } from "node:test";
import { once, until } from "../support/clients/events.ts";
import { FakeServer } from "../support/network/fake_server.ts";
import { connectTo, knownTo, lose } from "./fake_clients.ts";

const server = await FakeServer.start();
after(() => server.stop());

const IDENTITY = {
  name: "test",
  agent: "test-agent",
  type: "cf_agent_identity",
};
const MCP = { mcp: {}, type: "cf_agent_mcp_servers" };
const STATE = { state: { n: 5 }, type: "cf_agent_state" };
const HELLO = { type: "roam_hello", version: 1, epoch: "e1", rev: 5 };

for (
  const [what, greeting, end] of [
    ["a base server that does not say whether a state follows", [IDENTITY], [
      STATE,
      MCP,
    ]],
    ["a base server that says nothing for now", [], [STATE, MCP]],
    ["an extended server after its hello", [HELLO], [
      { ...STATE, epoch: "e1", rev: 5 },
      MCP,
    ]],
    ["an extended server after its identity", [
      HELLO,
      { ...IDENTITY, stateFollows: true },
    ], [{ ...STATE, epoch: "e1", rev: 5 }]],
  ] as const
) {
  test(`A state of ${what} is waited for`, async () => {
    const [client, connection, updates] = await connectTo(server);
    let isReady = false;
    client.ready.then(() => isReady = true);
    const done = client.setState(({ n }) => ({ n: n + 1 }));
    for (const frame of greeting) connection.send(frame);
    // Longer than a client was ever content to wait.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    assert.deepEqual(connection.rest(), []);
    assert.deepEqual([isReady, client.pending], [false, 1]);
    for (const frame of end) connection.send(frame);
    const { state, id } = await connection.next();
    assert.deepEqual(state, { n: 6 });
    if (id) connection.send({ type: "roam_state_ack", id, rev: 6 });
    await done;
    assert.deepEqual(updates, [[{ n: 6 }, "server"]]);
    client.close();
  });
}

for (const [what, greeting] of [["a base", []], ["an extended", [HELLO]]]) {
  test(`A message of the agent does not end the greeting of ${what} server: some broadcast before it`, async () => {
    const [client, connection] = await connectTo(server);
    for (const frame of greeting) connection.send(frame);
    const done = client.setState(({ n }) => ({ n: n + 1 }));
    connection.send("mine");
    await once<MessageEvent>(client, "message", ({ data }) => data === "mine");
    assert.deepEqual([client.state, client.pending], [undefined, 1]);
    connection.send({ ...STATE, epoch: "e1", rev: 5 });
    const { state, id } = await connection.next();
    assert.deepEqual(state, { n: 6 });
    if (id) connection.send({ type: "roam_state_ack", id, rev: 6 });
    await done;
    client.close();
  });
}

test("A heartbeat does not end the greeting", async () => {
  const [client, connection] = await connectTo(server);
  connection.send(HELLO);
  connection.send("roam:pong");
  connection.send(IDENTITY);
  await once(client, "change", () => client.identified);
  assert.equal(client.state, undefined);
  let isReady = false;
  client.ready.then(() => isReady = true);
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(isReady, false);
  connection.send(MCP);
  await client.ready;
  client.close();
});

test("Another agent's state that is on its way is not told as undefined", async () => {
  const [client, connection, updates] = await knownTo(server, {
    onIdentityChange() {},
  });
  await lose(client, connection);
  const next = await server.connection();
  next.send({ ...HELLO, epoch: "e2" });
  next.send({ ...IDENTITY, name: "another", stateFollows: true });
  await until(client, () => client.name === "another");
  assert.equal(client.state, undefined);
  assert.deepEqual(updates, []);
  next.send({ ...STATE, epoch: "e2", rev: 5 });
  await client.ready;
  assert.deepEqual(updates, [[{ n: 5 }, "server"]]);
  client.close();
});
