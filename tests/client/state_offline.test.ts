import assert from "node:assert/strict";
import { after, test } from "node:test";
import { FakeServer } from "../support/network/fake_server.ts";
import { connectTo, type Count, knownTo, lose } from "./fake_clients.ts";

const server = await FakeServer.start();
after(() => server.stop());

test("A write made offline is sent when nobody wrote meanwhile", async () => {
  const [client, connection] = await knownTo(server);
  await lose(client, connection);
  const done = client.setState({ n: 6 });
  const next = await server.connection();
  next.greet(5, { n: 5 });
  const { id, state, rev } = await next.next();
  assert.deepEqual([state, rev], [{ n: 6 }, 5]);
  next.send({ type: "roam_state_ack", id, rev: 6 });
  await done;
  client.close();
});

test("Of values that wait for a connection only the last is sent, and each resolves", async () => {
  const [client, connection] = await knownTo(server);
  await lose(client, connection);
  const all = [6, 7, 8].map((n) => client.setState({ n }));
  assert.equal(client.pending, 3);
  assert.deepEqual(client.state, { n: 8 });
  const next = await server.connection();
  next.greet(5, { n: 5 });
  const { id, state, rev } = await next.next();
  assert.deepEqual([state, rev], [{ n: 8 }, 5]);
  client.send("last");
  assert.equal(await next.next(), "last");
  next.send({ type: "roam_state_ack", id, rev: 6 });
  await Promise.all(all);
  assert.deepEqual([client.state, client.pending], [{ n: 8 }, 0]);
  client.close();
});

test("A function between two values is applied between them", async () => {
  const [client, connection] = await knownTo(server);
  await lose(client, connection);
  const all = [
    client.setState({ n: 10 }),
    client.setState(({ n }) => ({ n: n + 1 })),
  ];
  assert.deepEqual(client.state, { n: 11 });
  const next = await server.connection();
  next.greet(5, { n: 5 });
  const value = await next.next();
  assert.deepEqual([value.state, value.strict], [{ n: 10 }, undefined]);
  next.send({ type: "roam_state_ack", id: value.id, rev: 6 });
  const applied = await next.next();
  assert.deepEqual(
    [applied.state, applied.rev, applied.strict],
    [{ n: 11 }, 6, true],
  );
  next.send({ type: "roam_state_ack", id: applied.id, rev: 7 });
  await Promise.all(all);
  client.close();
});

test("A write made offline is dropped when the server's state moved on", async () => {
  const [client, connection, updates] = await knownTo(server);
  await lose(client, connection);
  const done = client.setState({ n: 6 });
  const next = await server.connection();
  next.greet(6, { n: 100 });
  await assert.rejects(done, { code: "CONFLICT", mayHaveRun: false });
  assert.deepEqual(client.state, { n: 100 });
  assert.deepEqual(updates.at(-1), [{ n: 100 }, "server"]);
  client.send("last");
  assert.equal(await next.next(), "last");
  client.close();
});

test("A value that was sent and is not there may have been accepted all the same", async () => {
  const [client, connection] = await knownTo(server);
  const sent = client.setState({ n: 6 });
  await connection.next();
  await lose(client, connection);
  const unsent = client.setState({ n: 7 });
  (await server.connection()).greet(8, { n: 100 });
  await assert.rejects(sent, { code: "CONFLICT", mayHaveRun: true });
  await assert.rejects(unsent, { code: "CONFLICT", mayHaveRun: false });
  assert.deepEqual(client.state, { n: 100 });
  client.close();
});

test("onConflict() makes one state of two", async () => {
  const [client, connection] = await knownTo(server, {
    onConflict: (theirs, mine) => ({ n: theirs.n + mine.n }),
  });
  await lose(client, connection);
  const both = [client.setState({ n: 1 }), client.setState({ n: 6 })];
  const next = await server.connection();
  next.greet(6, { n: 100 }, "e2");
  const write = await next.next();
  assert.deepEqual(
    [write.state, write.epoch, write.rev],
    [{ n: 106 }, "e2", 6],
  );
  next.send({ type: "roam_state_ack", id: write.id, rev: 7 });
  await Promise.all(both);
  assert.deepEqual(client.state, { n: 106 });
  client.close();
});

test("When what onConflict() made is refused, each of its writes rejects", async () => {
  const [client, connection] = await knownTo(server, {
    onConflict: () => ({ n: 0 }),
  });
  await lose(client, connection);
  const both = [client.setState({ n: 1 }), client.setState({ n: 2 })];
  const next = await server.connection();
  next.greet(6, { n: 100 });
  const { id } = await next.next();
  next.send({
    type: "cf_agent_state_error",
    error: "no",
    id,
    code: "REJECTED",
    epoch: "e1",
    rev: 6,
    state: { n: 100 },
  });
  for (const write of both) await assert.rejects(write, { code: "REJECTED" });
  assert.deepEqual([client.state, client.pending], [{ n: 100 }, 0]);
  client.close();
});

for (
  const [what, onConflict, error] of [
    ["throws", () => {
      throw new RangeError("not mine");
    }, { name: "RangeError", message: "not mine" }],
    ["returns no JSON", () => ({ n: 1n }), { name: "StateError" }],
  ] as const
) {
  test(`When onConflict() ${what}, the write rejects with that, and the server's state stays`, async () => {
    const [client, connection] = await knownTo(server, {
      onConflict: onConflict as () => Count,
    });
    await lose(client, connection);
    const done = client.setState({ n: 1 });
    const next = await server.connection();
    next.greet(6, { n: 100 });
    await assert.rejects(done, error);
    assert.deepEqual([client.state, client.pending], [{ n: 100 }, 0]);
    client.send("last");
    assert.equal(await next.next(), "last");
    client.close();
  });
}

test("setState(function) made offline is applied to the server's state", async () => {
  const [client, connection] = await knownTo(server);
  await lose(client, connection);
  const done = client.setState(({ n }) => ({ n: n + 1 }));
  assert.deepEqual(client.state, { n: 6 });
  const next = await server.connection();
  next.greet(9, { n: 100 });
  const write = await next.next();
  assert.deepEqual(
    [write.state, write.rev, write.strict],
    [{ n: 101 }, 9, true],
  );
  next.send({ type: "roam_state_ack", id: write.id, rev: 10 });
  await done;
  client.close();
});

test("A value whose ack was lost counts as accepted when the server has it", async () => {
  const [client, connection] = await knownTo(server);
  const done = client.setState({ n: 6 });
  await connection.next();
  await lose(client, connection);
  const next = await server.connection();
  next.greet(6, { n: 6 });
  await done;
  assert.equal(client.pending, 0);
  client.close();
});

test("setState(function) whose ack was lost is not applied twice", async () => {
  const [client, connection] = await knownTo(server);
  const done = client.setState(({ n }) => ({ n: n + 1 }));
  await connection.next();
  await lose(client, connection);
  const next = await server.connection();
  next.greet(6, { n: 6 });
  await assert.rejects(done, { code: "CONNECTION_LOST", mayHaveRun: true });
  assert.deepEqual(client.state, { n: 6 });
  client.close();
});

test("setState(function) before the first connection is applied to the server's state", async () => {
  const [client, connection, updates] = await connectTo(server);
  const done = client.setState(({ n }) => ({ n: n + 1 }));
  assert.equal(client.state, undefined);
  assert.deepEqual(updates, []);
  connection.greet(5, { n: 5 });
  const write = await connection.next();
  assert.deepEqual([write.state, write.rev], [{ n: 6 }, 5]);
  assert.deepEqual(client.state, { n: 6 });
  connection.send({ type: "roam_state_ack", id: write.id, rev: 6 });
  await done;
  assert.deepEqual(updates, [[{ n: 6 }, "server"]]);
  client.close();
});

test("A function that throws rejects, and the others stay", async () => {
  const [client, connection] = await knownTo(server);
  const failing = client.setState(() => {
    throw new RangeError("not mine");
  });
  const done = client.setState({ n: 6 });
  await assert.rejects(failing, { name: "RangeError", message: "not mine" });
  const { id, state } = await connection.next();
  assert.deepEqual(state, { n: 6 });
  connection.send({ type: "roam_state_ack", id, rev: 6 });
  await done;
  client.close();
});

test("A write that was sent to an agent whom another one replaced may have been accepted", async () => {
  const [client, connection] = await knownTo(server, { onIdentityChange() {} });
  const sent = client.setState({ n: 6 });
  await connection.next();
  await lose(client, connection);
  const unsent = client.setState({ n: 7 });
  const next = await server.connection();
  next.greet(0, undefined, "e2", "another");
  await assert.rejects(sent, { code: "CONNECTION_LOST", mayHaveRun: true });
  await assert.rejects(unsent, { code: "NOT_SENT", mayHaveRun: false });
  assert.equal(client.state, undefined);
  client.close();
});

test("A write before the first connection is sent after the server's state", async () => {
  const [client, connection] = await connectTo(server);
  const done = client.setState({ n: 1 });
  connection.greet(5, { n: 5 });
  const write = await connection.next();
  assert.deepEqual([write.state, write.rev], [{ n: 1 }, 5]);
  connection.send({ type: "roam_state_ack", id: write.id, rev: 6 });
  await done;
  client.close();
});
