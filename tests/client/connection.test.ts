import assert from "node:assert/strict";
import { after, test } from "node:test";
import { AgentClient } from "../../client.ts";
import { once, until } from "../support/clients/events.ts";
import { FakeServer } from "../support/network/fake_server.ts";
import { createClient } from "./fake_clients.ts";

const server = await FakeServer.start();
after(() => server.stop());

test("The URL has _pk first, then _roam, then the query, asked anew for each attempt", async () => {
  let asked = 0;
  const client = createClient(server, {
    name: "a b/c:d@e",
    path: "deep",
    id: "me",
    query: () => Promise.resolve({ token: `${++asked}`, none: null }),
  });
  const first = await server.connection();
  assert.equal(
    first.url.pathname + first.url.search,
    "/agents/test-agent/a%20b%2Fc:d@e/deep?_pk=me&_roam=1&_patch=&_session=1&token=1",
  );
  assert.match(client.url, /^ws:\/\/127/);
  first.cut();
  const second = await server.connection();
  assert.equal(second.url.search, "?_pk=me&_roam=1&_patch=&_session=1&token=2");
  client.close();
});

test("A query that fails is tried again", async () => {
  let asked = 0;
  const client = createClient(server, {
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
  const client = createClient(server, {
    connectionTimeout: 1000,
    query: () => ++asked === 1 ? new Promise(() => {}) : {},
  });
  const { reason } = await once<CloseEvent>(client, "close");
  assert.equal(reason, "timeout");
  await server.connection();
  assert.equal(asked, 2);
  client.close();
});

test("What was sent before open leaves in order, before the open event", async () => {
  const client = createClient(server);
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
  const client = createClient(server);
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

test("An open listener may close the client", async () => {
  const client = createClient(server, {
    onStateUpdate: () => assert.fail("no state comes"),
  });
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
  const client = createClient(server, {
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
  const client = createClient(server, {
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
    const ids = [1, 2, 3].map(() =>
      createClient(server, { startClosed: true }).id
    );
    assert.equal(new Set(ids).size, 3);
    for (const id of ids) assert.match(id, /^[\w-]{1,64}$/);
  } finally {
    Object.assign(crypto, { randomUUID });
  }
});

test("updateProperties() counts from the next connection on", async () => {
  const client = createClient(server, { id: "one" });
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
    "/agents/test-agent/other?_pk=two&_roam=1&_patch=&_session=1&q=1",
  );
  assert.equal(client.id, "two");
  client.close();
});

test("readyState has the names that it has on a WebSocket", async () => {
  const client = createClient(server, { startClosed: true });
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
    using client = createClient(server);
    seen = client;
    await server.connection();
  }
  assert.equal(seen.status, "closed");
});
