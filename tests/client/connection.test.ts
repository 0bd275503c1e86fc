import assert from "node:assert/strict";
import { after, test } from "node:test";
import { AgentClient, type AgentClientOptions } from "../../client.ts";
import { once, until } from "../support/events.ts";
import { FakeServer } from "../support/fake_server.ts";

const server = await FakeServer.start();
after(() => server.stop());

function create(options: Partial<AgentClientOptions> = {}): AgentClient {
  return new AgentClient({
    agent: "TestAgent",
    name: "test",
    host: server.host,
    minReconnectionDelay: 1,
    ...options,
  });
}

test("The URL has _pk first, then _roam, then the query, asked anew for each attempt", async () => {
  let asked = 0;
  const client = create({
    name: "a b/c:d@e",
    path: "deep",
    id: "me",
    query: () => Promise.resolve({ token: `${++asked}`, none: null }),
  });
  const first = await server.connection();
  assert.equal(
    first.url.pathname + first.url.search,
    "/agents/test-agent/a%20b%2Fc:d@e/deep?_pk=me&_roam=1&token=1",
  );
  assert.match(client.url, /^ws:\/\/127/);
  first.cut();
  const second = await server.connection();
  assert.equal(second.url.search, "?_pk=me&_roam=1&token=2");
  client.close();
});

test("A query that fails is tried again", async () => {
  let asked = 0;
  const client = create({
    query() {
      if (++asked === 1) throw new Error("no token");
      return {};
    },
  });
  const error = await once<ErrorEvent>(client, "error");
  assert.equal(error.error.message, "no token");
  assert.equal(error.message, "no token");
  await server.connection();
  assert.equal(asked, 2);
  client.close();
});

test("A query that never comes is given up like a handshake", async () => {
  let asked = 0;
  const client = create({
    connectionTimeout: 10,
    query: () => ++asked === 1 ? new Promise(() => {}) : {},
  });
  const { reason } = await once<CloseEvent>(client, "close");
  assert.equal(reason, "timeout");
  await server.connection();
  assert.equal(asked, 2);
  client.close();
});

test("What was sent before open leaves in order, before the open event", async () => {
  const client = create();
  const order: unknown[] = [];
  client.onopen = () => {
    order.push("onopen");
    client.send("three");
  };
  client.addEventListener("open", () => order.push("open"));
  assert.equal(client.send("one"), false);
  client.send("two");
  const connection = await server.connection();
  for (const text of ["one", "two", "three"]) {
    assert.equal(await connection.next(), text);
  }
  assert.deepEqual(order, ["onopen", "open"]);
  client.close();
});

test("Frames of the base protocol reach listeners, heartbeats and extensions do not", async () => {
  const client = create();
  const seen: string[] = [];
  client.onmessage = ({ data }) => seen.push(data);
  const connection = await server.connection();
  connection.greet(0, 1);
  await client.ready;
  connection.send("roam:pong");
  connection.send("hello");
  await once<MessageEvent>(client, "message", ({ data }) => data === "hello");
  assert.equal(seen.length, 4);
  assert.deepEqual(seen.filter((text) => /roam/.test(text)), []);
  client.close();
});

test("A silent server is noticed, and dialled again", async () => {
  const client = create({ heartbeatInterval: 20 });
  const connection = await server.connection();
  connection.pongs = false;
  connection.greet(0);
  const { reason, code } = await once<CloseEvent>(client, "close");
  assert.deepEqual([code, reason], [1006, "no heartbeat"]);
  const next = await server.connection();
  next.greet(0);
  await client.ready;
  client.close();
});

for (const code of [1008, 4000, 4999]) {
  test(`Close code ${code} is final`, async () => {
    const errors: unknown[] = [];
    const client = create({ onConnectionError: (error) => errors.push(error) });
    const ready = client.ready;
    const connection = await server.connection();
    connection.close(code, "no");
    const event = await once<CloseEvent>(client, "close");
    assert.deepEqual([event.code, event.reason], [code, "no"]);
    await assert.rejects(ready, { name: "AgentConnectionError", code });
    const { connectionError } = client;
    assert.deepEqual(errors, [connectionError]);
    assert.deepEqual([connectionError?.code, connectionError?.reason], [
      code,
      "no",
    ]);
    assert.equal(client.status, "closed");
    assert.equal(client.shouldReconnect, false);
  });
}

for (const code of [1000, 1001, 1009, 1011, 1012, 1013]) {
  test(`Close code ${code} brings the client back`, async () => {
    const client = create();
    (await server.connection()).close(code, "again");
    await once(client, "close");
    const next = await server.connection();
    next.greet(0);
    await client.ready;
    client.close();
  });
}

test("shouldReconnectOnClose() makes other codes final", async () => {
  const client = create({
    shouldReconnectOnClose: ({ code }) => code !== 1013,
  });
  (await server.connection()).close(1011);
  (await server.connection()).close(1013, "enough");
  await once<CloseEvent>(client, "close", ({ code }) => code === 1013);
  assert.equal(client.connectionError?.code, 1013);
});

test("maxRetries ends in connectionError", async () => {
  const refused = await FakeServer.start();
  await refused.stop();
  const client = create({ host: refused.host, maxRetries: 2 });
  let closes = 0;
  client.onclose = () => closes++;
  await assert.rejects(client.ready, { name: "AgentConnectionError" });
  assert.equal(closes, 3);
});

test("A handshake that is refused with 401, 403 or 404 is final", async () => {
  for (const status of [401, 403, 404]) {
    const refusing = await FakeServer.start();
    refusing.upgradeStatus = status;
    refusing.plain = [status, "not you"];
    const client = create({ host: refusing.host, query: { token: "x" } });
    await assert.rejects(client.ready, { status });
    assert.equal(client.connectionError?.status, status);
    assert.match(refusing.requests[0], /_roam=probe&token=x$/);
    await refusing.stop();
  }
});

test("An agent that answers no requests is no refusal", async () => {
  const flaky = await FakeServer.start();
  flaky.upgradeStatus = 503;
  const client = create({ host: flaky.host });
  await once(client, "close");
  flaky.upgradeStatus = 101;
  (await flaky.connection()).greet(0);
  await client.ready;
  client.close();
  await flaky.stop();
});

test("close() tells listeners before it returns, and is the end", async () => {
  const client = create();
  (await server.connection()).greet(0);
  await client.ready;
  const seen: unknown[] = [];
  client.onclose = ({ code, reason, wasClean }) =>
    seen.push([code, reason, wasClean]);
  client.close(4100, "bye");
  client.close();
  assert.deepEqual(seen, [[4100, "bye", true]]);
  assert.deepEqual([client.readyState, client.status], [3, "closed"]);
  assert.equal(client.connectionError, null);
  await assert.rejects(client.ready, { code: "NOT_SENT" });
});

test("reconnect() ends the connection, makes another one, and keeps what was not sent", async () => {
  const client = create();
  const first = await server.connection();
  first.greet(0);
  await client.ready;
  const seen: number[] = [];
  client.onclose = ({ code }) => seen.push(code);
  client.reconnect(4200, "elsewhere");
  client.send("kept");
  const second = await server.connection();
  assert.equal(await second.next(), "kept");
  await first.gone();
  assert.deepEqual(seen, [4200]);
  client.close();
});

test("ready survives failed attempts, is another promise after a loss, and needs no identity", async () => {
  const slow = await FakeServer.start();
  slow.upgradeStatus = 500;
  const client = create({ host: slow.host });
  const { ready } = client;
  await once(client, "close");
  slow.upgradeStatus = 101;
  const connection = await slow.connection();
  connection.greet(0);
  await ready;
  assert.equal(client.identified, true);
  connection.cut();
  await once(client, "close");
  assert.notEqual(client.ready, ready);
  assert.equal(client.identified, false);
  const next = await slow.connection();
  next.send({ type: "cf_agent_mcp_servers", mcp: {} });
  await client.ready;
  assert.equal(client.identified, false);
  client.close();
  await slow.stop();
});

test("ready resolves with the state, whichever comes last", async () => {
  const client = create();
  const { ready } = client;
  const connection = await server.connection();
  connection.greet(3, "state");
  await ready;
  assert.equal(client.state, "state");
  client.close();
  const base = create();
  const another = await server.connection();
  another.send({
    name: "test",
    agent: "test-agent",
    type: "cf_agent_identity",
    stateFollows: true,
  });
  await once(base, "change", () => base.identified);
  another.send({ state: "late", type: "cf_agent_state" });
  await base.ready;
  assert.equal(base.state, "late");
  base.close();
});

test("ready needs no state from a base server that announces none", async () => {
  const client = create();
  const connection = await server.connection();
  connection.send({
    name: "test",
    agent: "test-agent",
    type: "cf_agent_identity",
  });
  await client.ready;
  client.close();
});

test("An open listener may close the client", async () => {
  const client = create({ onStateUpdate: () => assert.fail("no state comes") });
  const seen: string[] = [];
  client.onopen = () => client.close();
  for (const type of ["open", "close", "message"] as const) {
    client.addEventListener(type, () => seen.push(type));
  }
  const connection = await server.connection();
  connection.greet(1, "state");
  await connection.gone();
  assert.deepEqual(seen, ["close", "open"]);
});

test("Another instance is told to onIdentityChange(), and its state replaces the old one", async () => {
  const changes: string[][] = [];
  const client = create({
    onIdentityChange: (...names) => changes.push(names),
  });
  const first = await server.connection();
  first.greet(3, "old", "e1", "one");
  await until(client, () => client.state === "old");
  assert.equal(client.name, "one");
  first.cut();
  const second = await server.connection();
  second.greet(0, undefined, "e2", "two");
  await client.ready;
  assert.deepEqual(changes, [["one", "two", "test-agent", "test-agent"]]);
  assert.equal(client.state, undefined);
  client.close();
});

test("Subprotocols are offered, and the chosen one is told", async () => {
  const client = create({
    protocols: () => Promise.resolve(["chat", "token"]),
  });
  const connection = await server.connection();
  assert.equal(connection.protocols?.replace(/\s/g, ""), "chat,token");
  await until(client, () => client.status === "open");
  assert.equal(client.protocol, "chat");
  client.close();
});

test("Where there is no page, host must be given", () => {
  const create = (more: object) => () =>
    new AgentClient({ agent: "TestAgent", startClosed: true, ...more });
  assert.throws(create({}), {
    name: "TypeError",
    message:
      'Cannot connect to agent "TestAgent": host must be given where there is no page',
  });
  assert.throws(create({ host: "x", path: "/x" }), TypeError);
  assert.throws(create({ host: "x", name: ".." }), TypeError);
  assert.throws(() => AgentClient.fetch(), TypeError);
});

test("On a page without TLS, where there is no randomUUID, the id is another random one", () => {
  const { randomUUID } = crypto;
  Object.defineProperty(crypto, "randomUUID", {
    value: undefined,
    configurable: true,
    writable: true,
  });
  try {
    const ids = [1, 2, 3].map(() => create({ startClosed: true }).id);
    assert.equal(new Set(ids).size, 3);
    for (const id of ids) assert.match(id, /^[\w-]{1,64}$/);
  } finally {
    Object.assign(crypto, { randomUUID });
  }
});

test("updateProperties() counts from the next connection on", async () => {
  const client = create({ id: "one" });
  const first = await server.connection();
  first.greet(0);
  await client.ready;
  client.updateProperties({ id: "two", name: "other", query: { q: "1" } });
  assert.throws(() => client.updateProperties({ path: "/x" }), TypeError);
  assert.equal(client.status, "open");
  client.reconnect();
  const second = await server.connection();
  assert.equal(
    second.url.pathname + second.url.search,
    "/agents/test-agent/other?_pk=two&_roam=1&q=1",
  );
  assert.equal(client.id, "two");
  client.close();
});

test("readyState has the names that it has on a WebSocket", async () => {
  const client = create({ startClosed: true });
  assert.equal(client.readyState, client.CLOSED);
  client.reconnect();
  assert.equal(client.readyState, client.CONNECTING);
  await server.connection();
  await until(client, () => client.readyState === client.OPEN);
  client.close();
});

test("using closes the client", async () => {
  let seen: AgentClient;
  {
    using client = create();
    seen = client;
    await server.connection();
  }
  assert.equal(seen.status, "closed");
});
