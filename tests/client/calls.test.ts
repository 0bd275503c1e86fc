import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  AgentClient,
  AgentClientError,
  type AgentClientOptions,
} from "../../client.ts";
import { once, until } from "../support/clients/events.ts";
import {
  type FakeConnection,
  FakeServer,
} from "../support/network/fake_server.ts";

const server = await FakeServer.start();
after(() => server.stop());

async function connect(
  options: Partial<AgentClientOptions> = {},
): Promise<[AgentClient, FakeConnection]> {
  const client = new AgentClient({
    agent: "TestAgent",
    host: server.host,
    minReconnectionDelay: 1,
    ...options,
  });
  const connection = await server.connection();
  connection.greet(0);
  await client.ready;
  return [client, connection];
}

test("call() resolves with the result, and rejects with the message", async () => {
  const [client, connection] = await connect();
  const sum = client.call<number>("add", [1, 2]);
  const { id, ...frame } = await connection.next();
  assert.deepEqual(frame, { args: [1, 2], method: "add", type: "rpc" });
  connection.send({ done: true, id, result: 3, success: true, type: "rpc" });
  assert.equal(await sum, 3);
  const failing = client.stub.fail();
  const { id: other } = await connection.next();
  connection.send({
    error: "no",
    id: other,
    success: false,
    type: "rpc",
    code: "INVALID_ARGUMENT",
    issues: [{ message: "n" }],
  });
  await assert.rejects(failing, {
    name: "AgentClientError",
    message: "no",
    code: "INVALID_ARGUMENT",
    issues: [{ message: "n" }],
    mayHaveRun: true,
  });
  client.close();
});

test("call() without a connection waits, and one that timed out is never sent", async () => {
  // The next attempt waits for it.
  let dial = () => {};
  const later = new Promise<void>((resolve) => dial = resolve);
  let attempts = 0;
  const [client, connection] = await connect({
    query: () => attempts++ === 0 ? {} : later.then(() => ({})),
  });
  const sent = client.call("first");
  await connection.next();
  const closed = once(client, "close");
  connection.cut();
  await closed;
  await assert.rejects(sent, {
    code: "CONNECTION_LOST",
    mayHaveRun: true,
    message: "Connection closed",
  });
  const late = client.call("second", [], { timeout: 5 });
  const kept = client.call("third");
  client.send("fourth");
  await assert.rejects(late, {
    code: "TIMEOUT",
    mayHaveRun: false,
    message: "RPC call to second timed out after 5ms",
  });
  dial();
  const next = await server.connection();
  const { id, method } = await next.next();
  assert.equal(method, "third");
  assert.equal(await next.next(), "fourth");
  next.send({ id, success: true, type: "rpc" });
  assert.equal(await kept, undefined);
  client.close();
});

test("A signal cancels a call, and tells a server that knows the extensions", async () => {
  const [client, connection] = await connect();
  const leave = new AbortController();
  const call = client.call("slow", [], { signal: leave.signal });
  const { id } = await connection.next();
  leave.abort("enough");
  await assert.rejects(call, {
    name: "AbortError",
    code: "ABORTED",
    mayHaveRun: true,
    cause: "enough",
  });
  assert.deepEqual(await connection.next(), { type: "roam_cancel", id });
  await assert.rejects(
    client.call("never", [], { signal: AbortSignal.abort() }),
    { code: "ABORTED", mayHaveRun: false },
  );
  client.send("end");
  assert.equal(await connection.next(), "end");
  client.close();
});

test("A server that has not said hello yet is told of a cancelled call when it has", async () => {
  const client = new AgentClient({ agent: "TestAgent", host: server.host });
  const leave = new AbortController();
  const call = client.call("slow", [], { signal: leave.signal });
  const connection = await server.connection();
  const { id } = await connection.next();
  leave.abort();
  await assert.rejects(call, { code: "ABORTED", mayHaveRun: true });
  client.send("a message");
  assert.equal(await connection.next(), "a message");
  connection.greet(0);
  assert.deepEqual(await connection.next(), { type: "roam_cancel", id });
  client.close();
});

test("A base server is not told of cancelled calls", async () => {
  const client = new AgentClient({ agent: "TestAgent", host: server.host });
  const connection = await server.connection();
  const leave = new AbortController();
  const early = client.call("early", [], { signal: leave.signal });
  assert.equal((await connection.next()).method, "early");
  leave.abort();
  await assert.rejects(early, { code: "ABORTED" });
  connection.greetBase();
  await client.ready;
  await assert.rejects(client.call("slow", [], { timeout: 1 }), {
    code: "TIMEOUT",
    mayHaveRun: true,
  });
  assert.equal((await connection.next()).method, "slow");
  client.send("end");
  assert.equal(await connection.next(), "end");
  client.close();
});

test("A stream calls back with each piece, in both spellings of the options", async () => {
  const [client, connection] = await connect();
  for (
    const wrap of [(stream: object) => ({ stream }), (stream: object) => stream]
  ) {
    const seen: unknown[] = [];
    const call = client.call(
      "count",
      [3],
      wrap({
        onChunk: (chunk: unknown) => seen.push(chunk),
        onDone: (final: unknown) => seen.push(["done", final]),
      }),
    );
    const { id } = await connection.next();
    for (const result of [1, 2]) {
      connection.send({ done: false, id, result, success: true, type: "rpc" });
    }
    connection.send({ done: true, id, result: 3, success: true, type: "rpc" });
    assert.equal(await call, 3);
    assert.deepEqual(seen, [1, 2, ["done", 3]]);
  }
  client.close();
});

test("stream() iterates, throws what the method threw, and cancels when left", async () => {
  const [client, connection] = await connect();
  const chunk = (id: string, result: unknown, done = false) =>
    connection.send({ done, id, result, success: true, type: "rpc" });
  const all = (async () => {
    const seen = [];
    for await (const piece of client.stream("count")) seen.push(piece);
    return seen;
  })();
  const first = await connection.next();
  chunk(first.id, "a");
  chunk(first.id, "b");
  chunk(first.id, undefined, true);
  assert.deepEqual(await all, ["a", "b"]);

  const failing = client.stream("count");
  const piece = failing.next();
  const second = await connection.next();
  chunk(second.id, "a");
  connection.send({ error: "no", id: second.id, success: false, type: "rpc" });
  assert.equal((await piece).value, "a");
  await assert.rejects(failing.next(), AgentClientError);

  const left = client.stream("count");
  const one = left.next();
  const third = await connection.next();
  chunk(third.id, "a");
  await one;
  await left.return(undefined);
  assert.deepEqual(await connection.next(), {
    type: "roam_cancel",
    id: third.id,
  });
  client.close();
});

test("Every pending call settles when the client is closed or refused", async () => {
  const [client, connection] = await connect();
  const sent = client.call("slow");
  await connection.next();
  connection.close(4001, "not you");
  await assert.rejects(sent, { code: "CONNECTION_LOST" });
  await assert.rejects(client.call("more"), {
    code: "NOT_SENT",
    mayHaveRun: false,
    message: "Connection closed",
  });
  client.reconnect();
  const again = await server.connection();
  again.greet(0);
  await client.ready;
  assert.equal(client.connectionError, null);
  again.cut();
  await until(client, () => client.status === "reconnecting");
  const waiting = client.call("slow");
  client.close();
  await assert.rejects(waiting, { code: "NOT_SENT" });
});

test("close() settles also what waits for a first start", async () => {
  const client = new AgentClient({
    agent: "TestAgent",
    host: server.host,
    startClosed: true,
  });
  const { ready } = client;
  const call = client.call("slow");
  const write = client.setState(1);
  client.close();
  for (const promise of [ready, call, write]) {
    await assert.rejects(promise, { code: "NOT_SENT", mayHaveRun: false });
  }
  assert.equal(client.state, undefined);
});

test("A call without a timeout of its own has the default one, also when it says undefined", async () => {
  const [client] = await connect({ defaultCallTimeout: 5 });
  const message = "RPC call to slow timed out after 5ms";
  for (const options of [undefined, {}, { timeout: undefined }]) {
    const call = client.call("slow", [], options);
    await assert.rejects(call, { code: "TIMEOUT", message });
  }
  client.close();
});

test("onError() of a stream is told whatever goes wrong, and then nobody has to handle the promise", async () => {
  const [client, connection] = await connect();
  const told: string[] = [];
  const stream = { onError: (message: string) => told.push(message) };
  client.call("slow", [], { stream });
  await connection.next();
  connection.close(4001);
  await once(client, "close");
  const late = client.call("slow", [], { stream });
  await assert.rejects(late, { code: "NOT_SENT" });
  assert.deepEqual(told, ["Connection closed", "Connection closed"]);
});

test("What is too much for the queue is an error of the caller", async () => {
  const client = new AgentClient({
    agent: "TestAgent",
    host: server.host,
    startClosed: true,
    maxEnqueuedMessages: 2,
  });
  assert.equal(client.send("one"), false);
  const call = client.call("two");
  assert.throws(() => client.send("three"), { code: "QUEUE_FULL" });
  await assert.rejects(client.call("four"), { code: "QUEUE_FULL" });
  assert.equal(client.bufferedAmount > 3, true);
  assert.deepEqual(client.drainQueuedMessages(), ["one"]);
  client.reconnect();
  const connection = await server.connection();
  const { id, method } = await connection.next();
  assert.equal(method, "two");
  connection.send({ id, success: true, result: 1, type: "rpc" });
  assert.equal(await call, 1);
  client.close();
});

test("The stub ignores what consoles, promises and test runners look for", async () => {
  const [client, connection] = await connect();
  assert.equal(JSON.stringify(client.stub), "{}");
  assert.equal(await client.stub, client.stub);
  String(Object.prototype.toString.call(client.stub));
  client.send("end");
  assert.equal(await connection.next(), "end");
  client.close();
});
