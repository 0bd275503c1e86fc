import assert from "node:assert/strict";
import { convergence } from "./schedules.ts";
import { joinTold } from "./told.ts";
import { ask, server, state, theirs } from "./visit.ts";

theirs(
  "AgentClient.onStateUpdate: the state at the beginning comes once, from the server",
  async (visit) => {
    const { client, updates } = await joinTold(visit);
    await ask(client, "get");
    assert.deepEqual(updates, [[{ count: 0 }, "server"]]);
  },
);

theirs(
  "AgentClient.setState(): the writer has it at once, from the client, and gets no echo",
  async (visit) => {
    const { client, updates } = await joinTold(visit);
    client.setState({ count: 1 });
    assert.deepEqual(client.state, { count: 1 });
    assert.deepEqual(await ask(client, "get"), { count: 1 });
    assert.deepEqual(updates, [
      [{ count: 0 }, "server"],
      [{ count: 1 }, "client"],
    ]);
  },
);

theirs(
  "AgentClient.setState(): everybody else hears of each change, in order, from the server",
  async (visit) => {
    const writer = await visit.join("RoomAgent");
    const others = await Promise.all([1, 2, 3].map(() => joinTold(visit)));
    for (let count = 1; count <= 20; count++) writer.setState({ count });
    await ask(writer, "get");
    for (const { client, updates } of others) {
      await ask(client, "get");
      assert.deepEqual(
        updates,
        Array.from({ length: 21 }, (_, count) => [{ count }, "server"]),
      );
    }
  },
);

theirs(
  "setState() on the server: reaches every client, also the one that caused it",
  async (visit) => {
    const all = await Promise.all([1, 2, 3].map(() => joinTold(visit)));
    await ask(all[0].client, "set", { by: "server" });
    for (const { client, updates } of all) {
      await ask(client, "get");
      assert.deepEqual(updates.slice(1), [[{ by: "server" }, "server"]]);
      assert.deepEqual(client.state, { by: "server" });
    }
  },
);

theirs(
  "setState() in a call: the caller is told before its result",
  async (visit) => {
    const { client, updates } = await joinTold(visit);
    const told = client.call("put", [{ by: "call" }]).then((result) => [
      result,
      updates.length,
    ]);
    assert.deepEqual(await told, [{ by: "call" }, 2]);
    assert.deepEqual(updates[1], [{ by: "call" }, "server"]);
  },
);

theirs("setState() with null: is a state like others", async (visit) => {
  const { client, updates } = await joinTold(visit);
  await ask(client, "set", null);
  assert.deepEqual(updates.at(-1), [null, "server"]);
  assert.equal((await visit.join("RoomAgent")).state, null);
});

theirs(
  "initialState: without one the first state comes with the first change",
  async (visit) => {
    const client = await visit.join("PlainStateAgent");
    const other = await visit.join("PlainStateAgent");
    assert.equal(client.state, undefined);
    other.setState({ first: true });
    await state(client, (state) => state !== undefined);
    assert.deepEqual(client.state, { first: true });
  },
);

theirs(
  "state: is what a client finds who comes later",
  async (visit) => {
    const client = await visit.join("RoomAgent");
    client.setState({ kept: "äöü\u2028", list: [1, { two: null }] });
    await ask(client, "get");
    const later = await visit.join("RoomAgent");
    assert.deepEqual(later.state, {
      kept: "äöü\u2028",
      list: [1, { two: null }],
    });
  },
);

theirs(
  "onStateChanged: is told the state and who has set it",
  async (visit) => {
    const client = await visit.join("RoomAgent", { id: "ann" });
    client.setState({ by: "ann" });
    await server.noted("changed", visit.name, { by: "ann" }, "ann");
    await ask(client, "set", { by: "server" });
    await server.noted("changed", visit.name, { by: "server" }, "server");
  },
);

theirs(
  "onStateChanged: when it throws, everybody has the state all the same",
  async (visit) => {
    const client = await visit.join("RoomAgent");
    const other = await visit.join("RoomAgent");
    client.setState({ throws: true });
    await state(other, (state) => (state as { throws?: true }).throws === true);
    assert.deepEqual(await client.call("read"), { throws: true });
  },
);

theirs(
  "AgentClient.setState(): what is set while there is no connection is sent when there is one",
  async (visit) => {
    const client = visit.client("RoomAgent");
    client.setState({ early: true });
    await client.ready;
    assert.deepEqual(await ask(client, "get"), { early: true });
    await state(client, (state) => (state as { early?: true }).early === true);
  },
);

theirs(
  "state: is the same for twenty clients that write and come back",
  async (visit) => {
    const clients = await Promise.all(
      Array.from({ length: 20 }, () => visit.join("RoomAgent")),
    );
    for (const [at, client] of clients.entries()) {
      client.setState({ at });
      if (at % 5 === 0) client.reconnect();
    }
    await convergence(clients);
  },
);
