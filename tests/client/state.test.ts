import assert from "node:assert/strict";
import { after, test } from "node:test";
import { AgentClient, type AgentClientOptions } from "../../client.ts";
import { once, until } from "../support/events.ts";
import { type FakeConnection, FakeServer } from "../support/fake_server.ts";

interface Count {
  n: number;
  by?: string;
}
type Updates = [Count, string][];

const server = await FakeServer.start();
after(() => server.stop());

async function connect(
  options: Partial<AgentClientOptions<Count>> = {},
): Promise<[AgentClient<Count>, FakeConnection, Updates]> {
  const updates: Updates = [];
  const client = new AgentClient<Count>({
    agent: "TestAgent",
    name: "test",
    host: server.host,
    minReconnectionDelay: 1,
    onStateUpdate: (state, source) => updates.push([state, source]),
    ...options,
  });
  return [client, await server.connection(), updates];
}

/** A client that knows revision 5, and the value 5. */
async function known(options?: Partial<AgentClientOptions<Count>>) {
  const parts = await connect(options);
  parts[1].greet(5, { n: 5 });
  await until(parts[0], () => parts[0].state?.n === 5);
  parts[2].length = 0;
  return parts;
}

async function lose(
  client: AgentClient<Count>,
  connection: FakeConnection,
): Promise<void> {
  const closed = once(client, "close");
  connection.cut();
  await closed;
}

test("setState() shows the value at once, and resolves with the ack", async () => {
  const [client, connection, updates] = await known();
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
  const [client, connection, updates] = await known({
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
  const [client, connection, updates] = await known();
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
  const [client, connection] = await known();
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

test("Two setState(function) in a row travel one after the other", async () => {
  const [client, connection] = await known();
  const both = [1, 2].map(() => client.setState(({ n }) => ({ n: n + 1 })));
  assert.deepEqual(client.state, { n: 7 });
  const first = await connection.next();
  assert.deepEqual(connection.rest(), []);
  connection.send({ type: "roam_state_ack", id: first.id, rev: 6 });
  const second = await connection.next();
  assert.deepEqual([second.state, second.rev], [{ n: 7 }, 6]);
  connection.send({ type: "roam_state_ack", id: second.id, rev: 7 });
  await Promise.all(both);
  client.close();
});

test("A write made offline is sent when nobody wrote meanwhile", async () => {
  const [client, connection] = await known();
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
  const [client, connection] = await known();
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
  const [client, connection] = await known();
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
  const [client, connection, updates] = await known();
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
  const [client, connection] = await known();
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
  const [client, connection] = await known({
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
  const [client, connection] = await known({ onConflict: () => ({ n: 0 }) });
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
    ["returns no JSON", () => ({ n: 1n }), { name: "TypeError" }],
  ] as const
) {
  test(`When onConflict() ${what}, the write rejects with that, and the server's state stays`, async () => {
    const [client, connection] = await known({
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
  const [client, connection] = await known();
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
  const [client, connection] = await known();
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
  const [client, connection] = await known();
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
  const [client, connection, updates] = await connect();
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
  const [client, connection] = await known();
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
  const [client, connection] = await known({ onIdentityChange() {} });
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
  const [client, connection] = await connect();
  const done = client.setState({ n: 1 });
  connection.greet(5, { n: 5 });
  const write = await connection.next();
  assert.deepEqual([write.state, write.rev], [{ n: 1 }, 5]);
  connection.send({ type: "roam_state_ack", id: write.id, rev: 6 });
  await done;
  client.close();
});

test("A base server gets no extension, and setState() resolves when it is sent", async () => {
  const [client, connection, updates] = await connect();
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
  const [client, connection, updates] = await connect();
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
  const [client, connection] = await known();
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
  const [client] = await known();
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
