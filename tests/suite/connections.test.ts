import assert from "node:assert/strict";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite();

/** Opens connections of these ids to an instance of its own. */
async function room(...ids: string[]) {
  const name = server.name("room");
  const clients = [];
  for (const id of ids) {
    const client = await server.open(`/agents/command-agent/${name}?_pk=${id}`);
    await client.ask("get", id);
    clients.push(client);
  }
  return { name, clients };
}

behaviour(
  "broadcast() reaches everybody, the sender too, and not the other instances",
  async () => {
    const { clients: [a, b, c] } = await room("a", "b", "c");
    const { clients: [other] } = await room("a");
    await a.ask("broadcast", "hello");
    for (const client of [a, b, c]) assert.equal(await client.user(), "hello");
    other.send("nothing before this");
    assert.equal(await other.user(), "nothing before this");
  },
);

behaviour("broadcast(message, without) leaves these ids out", async () => {
  const { clients: [a, b, c] } = await room("a", "b", "c");
  await a.ask("broadcast", "not for a", ["a"]);
  await a.ask("broadcast", "only for c", ["a", "b", "nobody"]);
  await a.ask("broadcast", "end");
  assert.equal(await a.user(), "end");
  assert.equal(await b.user(), "not for a");
  assert.equal(await b.user(), "end");
  assert.equal(await c.user(), "not for a");
  assert.equal(await c.user(), "only for c");
});

behaviour("broadcast() of bytes", async () => {
  const { clients: [a, b] } = await room("a", "b");
  await a.ask("broadcastBytes", [1, 2, 3]);
  assert.deepEqual(
    new Uint8Array(await b.user() as ArrayBuffer),
    new Uint8Array([1, 2, 3]),
  );
});

behaviour(
  "a broadcast to 40 connections keeps order with send(), and without",
  async () => {
    const ids = Array.from({ length: 40 }, (_, at) => `c${at}`);
    const { clients } = await room(...ids);
    const [first, second] = clients;
    await first.ask("broadcast", "one");
    await first.ask("send", "c1", "two");
    await first.ask("broadcast", "three", ["c1"]);
    await first.ask("broadcast", "four", ["c0", "c1"]);
    await first.ask("send", "c1", "five");
    await first.ask("broadcast", "six");
    const seen = async (client: typeof first, count: number) => {
      const messages = [];
      while (messages.length < count) messages.push(await client.user());
      return messages;
    };
    assert.deepEqual(await seen(first, 3), ["one", "three", "six"]);
    assert.deepEqual(await seen(second, 4), ["one", "two", "five", "six"]);
    for (const client of clients.slice(2)) {
      assert.deepEqual(await seen(client, 4), ["one", "three", "four", "six"]);
    }
  },
);

behaviour(
  "a broadcast waits for a held connection, and is dropped when it is refused",
  async () => {
    const name = server.name("hooks");
    const path = `/agents/hooks-agent/${name}`;
    const held = await server.open(`${path}?connect=wait`);
    await server.noted("waiting", name, "connect");
    const refused = await server.open(`${path}?connect=close`);
    assert.deepEqual((await refused.closed).code, 4001);
    await server.fetch(`${path}?open=connect`);
    assert.match(await held.next() as string, /cf_agent_identity/);
    assert.deepEqual(await refused.rest(), []);
  },
);

behaviour("getConnections() lists the live ones, by tag too", async () => {
  const name = server.name("tags");
  const path = `/agents/command-agent/${name}`;
  const a = await server.open(`${path}?_pk=a&tag=red&tag=round`);
  const b = await server.open(`${path}?_pk=b&tag=red`);
  const c = await server.open(`${path}?_pk=c`);
  await c.ask("get", "c");
  assert.deepEqual(await a.ask("list"), ["a", "b", "c"]);
  assert.deepEqual(await a.ask("list", "red"), ["a", "b"]);
  assert.deepEqual(await a.ask("list", "round"), ["a"]);
  assert.deepEqual(await a.ask("list", "b"), ["b"]);
  assert.deepEqual(await a.ask("list", "green"), []);
  await b.close();
  await server.noted("closed", name, "b");
  assert.deepEqual(await a.ask("list"), ["a", "c"]);
  assert.equal(await a.ask("get", "b"), null);
  assert.equal(await a.ask("get", "c"), "c");
});

behaviour("a connection knows its id, uri and tags", async () => {
  const name = server.name("self");
  const path = `/agents/command-agent/${name}/sub?_pk=me&tag=x&token=1`;
  const client = await server.open(path);
  const { id, uri, tags, state, readyState, bufferedAmount } = await client.ask(
    "self",
  );
  assert.deepEqual([id, tags, state, readyState], ["me", ["me", "x"], null, 1]);
  assert.equal(uri, server.url(path));
  assert.equal(typeof bufferedAmount, "number");
});

behaviour(
  "connection.setState() keeps a value, or makes it of the last, for this connection alone",
  async () => {
    const { clients: [a, b] } = await room("a", "b");
    assert.deepEqual(await a.ask("setState", { name: "Ada" }), { name: "Ada" });
    assert.deepEqual(await a.ask("states"), [{ name: "Ada" }, null]);
    assert.deepEqual(await b.ask("addState", 1), [1]);
    assert.deepEqual(await b.ask("addState", 2), [1, 2]);
    assert.deepEqual(await a.ask("states"), [{ name: "Ada" }, [1, 2]]);
  },
);

behaviour(
  "_pk that is taken, or no id, gets a fresh id, and the older connection is left alone",
  async () => {
    const { name, clients: [a] } = await room("same");
    const path = `/agents/command-agent/${name}`;
    for (
      const query of [
        "?_pk=same",
        "?_pk=",
        "",
        "?_pk=no%20id",
        `?_pk=${"x".repeat(65)}`,
        "?_pk=__proto__.x",
      ]
    ) {
      const client = await server.open(path + query);
      const { id } = await client.ask("self");
      assert.match(id, /^[0-9a-f-]{36}$/, query);
      await client.close();
    }
    assert.deepEqual(await a.ask("list"), ["same"]);
  },
);

behaviour("a _pk is free again when its connection has gone", async () => {
  const { name, clients: [a, b] } = await room("a", "b");
  await a.close();
  await server.noted("closed", name, "a");
  const again = await server.open(`/agents/command-agent/${name}?_pk=a`);
  assert.equal((await again.ask("self")).id, "a");
  assert.deepEqual(await b.ask("list"), ["a", "b"]);
});

behaviour("100 connections with one _pk come and go in any order", async () => {
  const name = server.name("many");
  const path = `/agents/command-agent/${name}?_pk=same`;
  const clients = await Promise.all(
    Array.from({ length: 100 }, () => server.open(path)),
  );
  const witness = await server.open(
    `/agents/command-agent/${name}?_pk=witness`,
  );
  await Promise.all(clients.map((client) => client.ask("get", "same")));
  assert.equal((await witness.ask("list")).length, 101);
  const seed = Date.now() % 1000;
  console.log(`closing order: seed ${seed}`);
  const order = clients.map((client, at) => ({
    client,
    key: (at * 7919 + seed * 31) % 101,
  }))
    .sort((x, y) => x.key - y.key);
  for (const { client } of order.slice(0, 50)) await client.close();
  await witness.ask("get", "same");
  while ((await witness.ask("list")).length > 51);
  await Promise.all(order.slice(50).map(({ client }) => client.close()));
  while ((await witness.ask("list")).length > 1);
  assert.deepEqual(await witness.ask("list"), ["witness"]);
});
