import assert from "node:assert/strict";
import { test } from "node:test";
import { AgentClient, agentFetch } from "../../client.ts";
import { once } from "../support/events.ts";
import { suite } from "../support/suite.ts";

const tested = await suite();
const { host } = tested.server;

test("The client and the server know each other", async () => {
  const name = tested.name();
  const client = new AgentClient({ agent: "EchoAgent", name, host });
  await client.ready;
  assert.deepEqual([client.agent, client.name, client.identified], [
    "echo-agent",
    name,
    true,
  ]);
  const echo = once<MessageEvent>(
    client,
    "message",
    ({ data }) => data === "hello",
  );
  client.send("hello");
  await echo;
  client.binaryType = "arraybuffer";
  const bytes = once<MessageEvent>(
    client,
    "message",
    ({ data }) => data instanceof ArrayBuffer,
  );
  client.send(new Uint8Array([1, 2, 3]));
  assert.deepEqual(
    new Uint8Array((await bytes).data),
    new Uint8Array([1, 2, 3]),
  );
  client.close();
});

test("A name that needs encoding arrives", async () => {
  const name = `${tested.name()} ä/%:@`;
  const client = new AgentClient({ agent: "EchoAgent", name, host });
  await client.ready;
  assert.equal(client.name, name);
  client.close();
});

test("The connection's id is the client's", async () => {
  const name = tested.name();
  const client = new AgentClient({
    agent: "CommandAgent",
    name,
    host,
    id: "me",
  });
  const answer = once<MessageEvent>(
    client,
    "message",
    ({ data }) => data === '{"list":["me"]}',
  );
  client.send('["list"]');
  await answer;
  client.close();
});

test("A close by the agent with 4001 is final", async () => {
  const name = tested.name();
  const client = new AgentClient({
    agent: "HooksAgent",
    name,
    host,
    query: { connect: "close" },
  });
  await assert.rejects(client.ready, { code: 4001, reason: "not you" });
});

test("A call of a method that is none rejects", async () => {
  const client = new AgentClient({
    agent: "EchoAgent",
    name: tested.name(),
    host,
  });
  await assert.rejects(client.call("none"), {
    message: "Method none does not exist",
    mayHaveRun: true,
  });
  client.close();
});

test("agentFetch() reaches onRequest()", async () => {
  const name = tested.name();
  const response = await agentFetch({ agent: "CommandAgent", name, host }, {
    method: "POST",
  });
  assert.deepEqual(await response.json(), {
    name,
    connection: null,
    method: "POST",
  });
});

test("A refusal by onBeforeConnect is final, with its status", async () => {
  const guarded = await suite("guarded");
  const client = new AgentClient({
    agent: "EchoAgent",
    name: guarded.name(),
    host: guarded.server.host,
    prefix: "api/v1",
    query: { refuse: "1" },
  });
  await assert.rejects(client.ready, { status: 401 });
});
