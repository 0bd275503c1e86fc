import assert from "node:assert/strict";
import { once } from "../../support/clients/events.ts";
import { ask, identified, server, theirs } from "./visit.ts";

for (const code of [1008, 4000, 4001, 4999]) {
  theirs(
    `connection.close(): ${code} is the end, and the client knows why`,
    async (visit) => {
      const told: unknown[] = [];
      const client = await visit.join("DoorAgent", {
        onConnectionError: (error) => told.push(error),
      });
      const call = client.call("wait");
      client.send(String(code));
      const closed = await once<CloseEvent>(client, "close");
      assert.deepEqual([closed.code, closed.reason, closed.wasClean], [
        code,
        "as told",
        true,
      ]);
      const { connectionError: error } = client;
      assert.deepEqual(told, [error]);
      assert.deepEqual([error?.code, error?.reason, error?.wasClean], [
        code,
        "as told",
        true,
      ]);
      await assert.rejects(call, { message: "Connection closed" });
      await assert.rejects(client.call("wait"), {
        message: "Connection closed",
      });
      assert.equal(client.shouldReconnect, false);
      // Asked to, it comes back.
      client.reconnect();
      await client.ready;
      assert.equal(client.connectionError, null);
    },
  );
}

for (const code of [1000, 1001, 1009, 1011, 1012, 1013, 3000]) {
  theirs(
    `connection.close(): ${code} brings the client back by itself`,
    async (visit) => {
      const client = await visit.join("DoorAgent");
      client.send(String(code));
      const closed = await once<CloseEvent>(client, "close");
      assert.equal(closed.code, code);
      await client.ready;
      assert.deepEqual([client.identified, client.connectionError], [
        true,
        null,
      ]);
    },
  );
}

theirs(
  "AgentClient.shouldReconnectOnClose: may make more codes the end",
  async (visit) => {
    const client = await visit.join("DoorAgent", {
      shouldReconnectOnClose: ({ code }) => code !== 1011,
    });
    client.send("1011");
    await once(client, "close");
    assert.equal(client.connectionError?.code, 1011);
  },
);

theirs(
  "connection.close() in onConnect: the client gets the code, no frame, and stays away",
  async (visit) => {
    const frames: unknown[] = [];
    const client = visit.client("DoorAgent", { query: { refuse: "4001" } });
    client.addEventListener("message", (event) => frames.push(event));
    const { code, reason } = await once<CloseEvent>(client, "close");
    assert.deepEqual([code, reason], [4001, "refused"]);
    assert.equal(client.connectionError?.code, 4001);
    assert.deepEqual(frames, []);
  },
);

theirs(
  "onConnect: a throw closes with 1011, says nothing of it, and the client tries again",
  async (visit) => {
    let attempts = 0;
    const client = visit.client("DoorAgent", {
      query: () => ++attempts < 3 ? { throw: "1" } : {},
    });
    const closed = await once<CloseEvent>(client, "close");
    assert.equal(closed.code, 1011);
    assert.doesNotMatch(closed.reason, /secret/);
    await identified(client);
    assert.equal(attempts, 3);
  },
);

theirs(
  "AgentClient.close(): its code and reason reach onClose",
  async (visit) => {
    const client = await visit.join("CommandAgent");
    const { id } = client;
    client.close(4321, "enough");
    await server.noted("closed", visit.name, id, 4321, "enough");
    const other = await visit.join("CommandAgent");
    assert.deepEqual(await ask(other, "list"), [other.id]);
  },
);
