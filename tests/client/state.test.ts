import assert from "node:assert/strict";
import { after, test } from "node:test";
import { once, until } from "../support/clients/events.ts";
import { FakeServer } from "../support/network/fake_server.ts";
import { connectTo, type Count, knownTo, lose } from "./fake_clients.ts";

const server = await FakeServer.start();
after(() => server.stop());

test("setState() shows the value at once, and resolves with the ack", async () => {
  const [client, connection, updates] = await knownTo(server);
  const done = client.setState({ n: 6 });
  assert.deepEqual(client.state, { n: 6 });
  assert.deepEqual(updates, [[{ n: 6 }, "client"]]);
  assert.equal(client.pending, 1);
  const { id, ...write } = await connection.next();
  assert.deepEqual(write, {
    state: { n: 6 },
    type: "cf_agent_state",
    epoch: "e1",
    rev: 5,
  });
  connection.send({ type: "roam_state_ack", id, rev: 6 });
  await done;
  assert.equal(client.pending, 0);
  assert.deepEqual(client.state, { n: 6 });
  client.close();
});

test("setState() rolls back when the server refuses", async () => {
  const refused: string[] = [];
  const [client, connection, updates] = await knownTo(server, {
    onStateUpdateError: (error) => refused.push(error),
  });
  const done = client.setState({ n: -1 });
  const { id } = await connection.next();
  connection.send({
    type: "cf_agent_state_error",
    error: "State update rejected",
    id,
    code: "REJECTED",
    epoch: "e1",
    rev: 5,
    state: { n: 5 },
  });
  await assert.rejects(done, { code: "REJECTED", mayHaveRun: false });
  assert.deepEqual(client.state, { n: 5 });
  assert.deepEqual(updates, [[{ n: -1 }, "client"], [{ n: 5 }, "server"]]);
  assert.deepEqual(refused, ["State update rejected"]);
  client.close();
});

test("A pending write stays on top of what others write", async () => {
  const [client, connection, updates] = await knownTo(server);
  const done = client.setState({ n: 6, by: "me" });
  const { id } = await connection.next();
  connection.send({
    state: { n: 6, by: "them" },
    type: "cf_agent_state",
    epoch: "e1",
    rev: 6,
  });
  connection.send({ type: "roam_state_ack", id, rev: 7 });
  await done;
  assert.deepEqual(client.state, { n: 6, by: "me" });
  assert.equal(updates.length, 1);
  client.close();
});

test("setState(function) is strict, and applied again on a conflict", async () => {
  const [client, connection] = await knownTo(server);
  const done = client.setState(({ n }) => ({ n: n + 1 }));
  assert.deepEqual(client.state, { n: 6 });
  const first = await connection.next();
  assert.equal(first.strict, true);
  connection.send({
    state: { n: 10 },
    type: "cf_agent_state",
    epoch: "e1",
    rev: 6,
  });
  connection.send({
    type: "cf_agent_state_error",
    error: "conflict",
    id: first.id,
    code: "CONFLICT",
    epoch: "e1",
    rev: 6,
    state: { n: 10 },
  });
  const second = await connection.next();
  assert.deepEqual(
    [second.state, second.rev, second.strict],
    [{ n: 11 }, 6, true],
  );
  connection.send({ type: "roam_state_ack", id: second.id, rev: 7 });
  await done;
  assert.deepEqual(client.state, { n: 11 });
  client.close();
});

test("setState(function) waits for the answer to the one before it", async () => {
  const [client, connection] = await knownTo(server);
  const increment = () => client.setState(({ n }) => ({ n: n + 1 }));
  const both = [increment()];
  const first = await connection.next();
  both.push(increment());
  assert.deepEqual(client.state, { n: 7 });
  client.send("after it");
  assert.equal(await connection.next(), "after it");
  connection.send({ type: "roam_state_ack", id: first.id, rev: 6 });
  const second = await connection.next();
  assert.deepEqual([second.state, second.rev], [{ n: 7 }, 6]);
  connection.send({ type: "roam_state_ack", id: second.id, rev: 7 });
  await Promise.all(both);
  client.close();
});

test("A base server gets no extension, and setState() resolves when it is sent", async () => {
  const [client, connection, updates] = await connectTo(server);
  connection.greetBase({ n: 5 });
  await until(client, () => client.state?.n === 5);
  await client.setState({ n: 6 });
  await client.setState(({ n }) => ({ n: n + 1 }));
  assert.deepEqual(await connection.next(), {
    state: { n: 6 },
    type: "cf_agent_state",
  });
  assert.deepEqual(await connection.next(), {
    state: { n: 7 },
    type: "cf_agent_state",
  });
  assert.deepEqual(updates.map(([, source]) => source), [
    "server",
    "client",
    "client",
  ]);
  await lose(client, connection);
  const done = client.setState({ n: 8 });
  const next = await server.connection();
  next.greetBase({ n: 50 });
  await assert.rejects(done, { code: "CONFLICT" });
  assert.deepEqual(client.state, { n: 50 });
  client.close();
});

test("A base server's refusal takes a write back, where it was the only one", async () => {
  const [client, connection, updates] = await connectTo(server);
  connection.greetBase({ n: 5 });
  await until(client, () => client.state?.n === 5);
  const refuse = () =>
    connection.send({ type: "cf_agent_state_error", error: "no" });
  client.setState({ n: 6 });
  refuse();
  await until(client, () => client.state?.n === 5);
  connection.send({ state: { n: 7 }, type: "cf_agent_state" });
  await until(client, () => client.state?.n === 7);
  client.setState({ n: 8 });
  await connection.next();
  client.setState({ n: 9 });
  refuse();
  connection.send("afterwards");
  await once<MessageEvent>(
    client,
    "message",
    ({ data }) => data === "afterwards",
  );
  // It may have been the first of them: nobody knows.
  assert.deepEqual(client.state, { n: 9 });
  assert.deepEqual(updates.map(([state]) => (state as Count).n), [
    5,
    6,
    5,
    7,
    8,
    9,
  ]);
  client.close();
});

test("close() settles writes, with whether they may have been accepted", async () => {
  const [client, connection] = await knownTo(server);
  const sent = client.setState({ n: 6 });
  await connection.next();
  await lose(client, connection);
  const unsent = client.setState({ n: 7 });
  client.close();
  await assert.rejects(sent, { code: "CONNECTION_LOST", mayHaveRun: true });
  await assert.rejects(unsent, { code: "NOT_SENT", mayHaveRun: false });
  await assert.rejects(client.setState({ n: 8 }), { code: "NOT_SENT" });
  assert.deepEqual(client.state, { n: 5 });
});

test("setState() throws for what is no JSON, and changes nothing", async () => {
  const [client] = await knownTo(server);
  const circle: { n: number; self?: unknown } = { n: 1 };
  circle.self = circle;
  assert.throws(() => client.setState(circle), TypeError);
  assert.throws(
    () => client.setState(undefined as unknown as Count),
    TypeError,
  );
  assert.deepEqual(client.state, { n: 5 });
  assert.equal(client.pending, 0);
  client.close();
});

test("A write in flight when the server closes with 1009 rejects, and is not sent again", async () => {
  const refused: string[] = [];
  const [client, connection] = await knownTo(server, {
    onStateUpdateError: (error) => refused.push(error),
  });
  const done = client.setState({ n: 6, by: "too much" });
  await connection.next();
  connection.close(1009, "message too big");
  await assert.rejects(done, { code: "TOO_LARGE", mayHaveRun: true });
  assert.deepEqual([client.state, client.pending], [{ n: 5 }, 0]);
  const next = await server.connection();
  next.greet(5, { n: 5 });
  client.send("last");
  assert.equal(await next.next(), "last");
  client.close();
});

test("A write that waits when the server closes with 1009 is sent", async () => {
  const [client, connection] = await connectTo(server);
  const done = client.setState({ n: 1 });
  connection.close(1009, "message too big");
  const next = await server.connection();
  next.greet(5, { n: 5 });
  const { id, state } = await next.next();
  assert.deepEqual(state, { n: 1 });
  next.send({ type: "roam_state_ack", id, rev: 6 });
  await done;
  client.close();
});
