import assert from "node:assert/strict";
import { test } from "node:test";
import { AgentClient, type AgentClientOptions } from "../../client.ts";
import { once, until } from "../support/clients/events.ts";
import { ScriptedSocket } from "../support/network/scripted_socket.ts";

const fault = new Error("of the application");
const fail = () => {
  throw fault;
};

/** A client that is open, and its socket. */
async function open(
  options: Partial<AgentClientOptions<number>>,
): Promise<[AgentClient<number>, ScriptedSocket]> {
  const made = ScriptedSocket.next();
  const client = new AgentClient<number>({
    agent: "TestAgent",
    host: "x",
    WebSocket: ScriptedSocket,
    fetch: null,
    minReconnectionDelay: 1,
    ...options,
  });
  const socket = await made;
  socket.open();
  socket.receive({ type: "roam_hello", version: 1, epoch: "e", rev: 1 });
  return [client, socket];
}

const state = { state: 1, type: "cf_agent_state", epoch: "e", rev: 1 };

test("When shouldReconnectOnClose() throws, the client reconnects, and calls settle", async () => {
  const [client, socket] = await open({ shouldReconnectOnClose: fail });
  const call = client.call("slow");
  const another = ScriptedSocket.next();
  const closed = once(client, "close");
  assert.throws(() => socket.lose(), fault);
  await closed;
  await assert.rejects(call, { code: "CONNECTION_LOST" });
  await another;
  client.close();
});

test("When onStateUpdate() throws at the end, everything settles all the same", async () => {
  let isFailing = false;
  const [client, socket] = await open({
    onStateUpdate: () => isFailing && fail(),
  });
  socket.receive(state);
  const { ready } = client;
  await ready;
  const write = client.setState(2);
  const call = client.call("slow");
  isFailing = true;
  const closed = once(client, "close");
  assert.throws(() => socket.lose(4000), fault);
  await closed;
  await assert.rejects(call, { code: "CONNECTION_LOST" });
  await assert.rejects(write, { code: "CONNECTION_LOST" });
  await assert.rejects(client.ready, { code: 4000 });
  assert.deepEqual([client.state, client.status], [1, "closed"]);
});

test("When onConnectionError() throws, listeners hear of the end all the same", async () => {
  const [client, socket] = await open({ onConnectionError: fail });
  const closed = once(client, "close");
  const changed = until(client, () => client.status === "closed");
  assert.throws(() => socket.lose(4000), fault);
  await Promise.all([closed, changed]);
  assert.equal(client.connectionError?.code, 4000);
});

test("When onStateUpdate() throws at a frame, the state is there, and the message is told", async () => {
  const [client, socket] = await open({ onStateUpdate: fail });
  const message = once(client, "message");
  assert.throws(() => socket.receive(state), fault);
  await message;
  assert.equal(client.state, 1);
  socket.receive({ type: "cf_agent_mcp_servers", mcp: {} });
  await client.ready;
  client.close();
});

test("Between the peer's goodbye and the event of it messages wait", async () => {
  const [client, socket] = await open({});
  socket.readyState = 2;
  const another = ScriptedSocket.next();
  assert.equal(client.send("kept"), false);
  const call = client.call("kept");
  socket.lose();
  const next = await another;
  next.open();
  assert.equal(next.sent.length, 2);
  assert.equal(next.sent[0], "kept");
  client.close();
  await assert.rejects(call, { code: "CONNECTION_LOST" });
});
