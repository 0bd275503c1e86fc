import assert from "node:assert/strict";
import { test } from "node:test";
import { AgentClient } from "../../client.ts";
import { ScriptedSocket } from "../support/network/scripted_socket.ts";

test("A server that has received more than was sent does not hold its client up", async () => {
  const made = ScriptedSocket.next();
  const client = new AgentClient({
    agent: "TestAgent",
    host: "x",
    WebSocket: ScriptedSocket,
    fetch: null,
  });
  const socket = await made;
  socket.open();
  socket.receive({ type: "roam_hello", session: "s", sessionMs: 1000 });
  client.send("one");
  socket.receive({ type: "roam_ack", received: 1_000 });
  client.send("two");
  assert.deepEqual(socket.sent, ["one", "two"]);
  client.close();
});
