import assert from "node:assert/strict";
import { openDeaf, RawClient } from "../support/clients/raw_client.ts";
import { Caller } from "../support/clients/caller.ts";
import { behaviour, suite } from "../support/suite.ts";

// 500 ms to start and to connect, 300 ms idle, 3 connections, 1 MiB unsent.
const server = await suite("tight");
const hooks = (name: string) => `/agents/hooks-agent/${name}`;

behaviour(
  "onConnect that never settles is cut with 1013 at its deadline, and onClose is called",
  async () => {
    const name = server.name("hooks");
    const since = performance.now();
    const client = await server.open(`${hooks(name)}?connect=never&_pk=me`);
    assert.deepEqual(await client.closed, {
      code: 1013,
      reason: "onConnect took too long",
      wasClean: true,
    });
    const took = performance.now() - since;
    assert.ok(took > 450 && took < 8000, `${took} ms`);
    await server.noted("close", name, "me", 1013);
    await server.event({ type: "cut", name, code: 1013 });
    const why = "Error: onConnect took too long";
    await server.noted("error", name, "me", why);
  },
);

behaviour("getConnectionTags that never settles is cut likewise", async () => {
  const client = await server.open(
    `${hooks(server.name("hooks"))}?tags_act=never`,
  );
  assert.equal((await client.closed).code, 1013);
});

behaviour("connection.accept() ends the deadline", async () => {
  const name = server.name("hooks");
  const client = await server.open(`${hooks(name)}?connect=accept_wait`);
  const slow = await server.open(`${hooks(name)}?connect=never`);
  assert.equal((await slow.closed).code, 1013);
  client.send("still there");
  await client.user();
  assert.equal(await client.user(), "still there");
  await client.close();
});

behaviour(
  "onStart that never settles: 1013 and 503 at its deadline; the next one starts a new instance",
  async () => {
    const name = server.name("start-never-1");
    const client = await server.open(hooks(name));
    const response = server.fetch(hooks(name));
    const { code, reason } = await client.closed;
    assert.deepEqual([code, reason], [1013, "onStart took too long"]);
    const { status, headers } = await response;
    assert.equal(status, 503);
    assert.match(headers.get("retry-after")!, /^\d+$/);
    const again = await server.open(hooks(name));
    assert.equal((await again.closed).code, 1013);
    const starts = server.notes(name).filter(([kind]) => kind === "start");
    assert.deepEqual(starts, [["start", 1], ["start", 1]]);
    const why = "StartFailure: onStart took too long";
    await server.noted("error", name, null, why);
  },
);

for (const hook of ["message", "close", "error"]) {
  behaviour(`a handler that never settles (${hook}) stops nobody`, async () => {
    const name = server.name("hooks");
    const act = hook === "error"
      ? "message=throw&error=never"
      : `${hook}=never`;
    const stuck = await server.open(`${hooks(name)}?${act}`);
    stuck.send("x");
    await server.noted("message", name);
    await stuck.close();
    await server.noted("close", name);
    const client = await server.open(hooks(name));
    client.send("fine");
    assert.equal(await client.user(), "fine");
    await client.close();
  });
}

behaviour("a request that never settles stops nobody", async () => {
  const name = server.name("hooks");
  const abort = new AbortController();
  const stuck = server.fetch(`${hooks(name)}?request=never`, abort);
  const client = await server.open(hooks(name));
  client.send("fine");
  assert.equal(await client.user(), "fine");
  abort.abort();
  await assert.rejects(stuck);
  await client.close();
});

behaviour(
  "more frames than may wait for onConnect close with 1013",
  async () => {
    const name = server.name("hooks");
    const other = await server.open(hooks(name));
    const client = await server.open(`${hooks(name)}?connect=wait&_pk=me`);
    await server.noted("waiting", name, "connect");
    for (let at = 0; at < 9; at++) client.send("x");
    const { code, reason } = await client.closed;
    assert.deepEqual([code, reason], [1013, "too many messages waiting"]);
    await server.fetch(`${hooks(name)}?open=connect`);
    await server.noted("close", name, "me", 1013);
    assert.ok(!server.notes(name).some(([kind]) => kind === "message"));
    other.send("fine");
    assert.equal(await other.user(), "fine");
  },
);

behaviour(
  "more frames than may wait for a serial agent's turn close with 1013",
  async () => {
    const name = server.name("serial");
    const client = await server.open(`/agents/serial-agent/${name}`);
    for (let at = 0; at < 50; at++) client.send(`${at}`);
    await server.event({
      type: "cut",
      name,
      code: 1013,
      reason: "too many messages waiting",
    });
    await client.closed;
    await server.noted("closed", name);
  },
);

behaviour(
  "a connection too many for the instance closes with 1013",
  async () => {
    const name = server.name("full");
    const path = `/agents/command-agent/${name}`;
    const clients = [];
    for (let at = 0; at < 3; at++) {
      clients.push(await server.open(path));
      await clients[at].ask("list");
    }
    const { code, reason } = await server.connect(path).closed;
    assert.deepEqual([code, reason], [1013, "too many connections"]);
    await clients[0].close();
    await server.event({ type: "disconnected", name });
    const next = await server.open(path);
    assert.equal((await next.ask("list")).length, 3);
  },
);

behaviour("a message past limits.messageBytes closes with 1009", async () => {
  const client = await server.open("/agents/echo-agent/small");
  client.send("x".repeat(1000));
  assert.equal((await client.user() as string).length, 1000);
  client.send("x".repeat(1001));
  const { code, reason } = await client.closed;
  assert.deepEqual([code, reason], [1009, "message too big"]);
  await server.event({ type: "cut", code: 1009 });
});

behaviour(
  "a peer that does not read is closed with 1013 once the limit is reached, and nobody else waits",
  async () => {
    const name = server.name("slow");
    const path = `/agents/command-agent/${name}`;
    const deaf = await openDeaf(server.server.host, `${path}?_pk=slow`);
    const other = await server.open(path);
    await server.event({ type: "connected", name, connection: "slow" });
    // 60 MB: more than any socket buffer of the system takes.
    await other.ask("floodTo", "slow", 600, 100_000);
    await server.event({
      type: "cut",
      code: 1013,
      reason: "slow consumer",
      connection: "slow",
    });
    other.send("fine");
    assert.equal(await other.user(), "fine");
    await server.noted("closed", name, "slow");
    deaf.close();
  },
  { workerd: "the runtime does not tell how much is unsent" },
);

behaviour(
  "a peer that does not read what is published is closed as well, and only that one",
  async () => {
    const own = await suite();
    const path = `/agents/command-agent/${own.name("slow")}`;
    const witness = await own.open(`${path}?_pk=witness`);
    for (let at = 0; at < 16; at++) {
      (await RawClient.open(own.server.host, path)).discard();
    }
    const deaf = await openDeaf(own.server.host, `${path}?_pk=slow`);
    await own.event({ type: "connected", connection: "slow" });
    // 60 MB: more than any socket buffer of the system takes.
    for (let sent = 0; sent < 600 && own.events({ type: "cut" }) === 0;) {
      sent++;
      await witness.ask("broadcast", "x".repeat(100_000), ["witness"]);
    }
    await own.event({
      type: "cut",
      connection: "slow",
      reason: "slow consumer",
    });
    assert.equal((await witness.ask("list")).length, 17);
    assert.equal(own.events({ type: "cut" }), 1);
    deaf.close();
  },
  { workerd: "the runtime does not tell how much is unsent" },
);

behaviour(
  "an instance that is idle leaves memory, and the next request starts a new one",
  async () => {
    const name = server.name("idle");
    const path = `/agents/command-agent/${name}`;
    const first = await server.open(path);
    assert.equal(await first.ask("memory"), 1);
    await first.close();
    await server.event({ type: "evicted", name });
    const second = await server.open(path);
    assert.equal(await second.ask("memory"), 1);
  },
  { workerd: "the platform decides when an object leaves memory" },
);

behaviour(
  "an instance with a connection, or with work, stays in memory",
  async () => {
    const name = server.name("hooks");
    const client = await server.open(`${hooks(name)}?close=wait`);
    await client.close();
    await server.noted("waiting", name, "close");
    const idle = server.name("idle");
    await server.fetch(`/agents/command-agent/${idle}`);
    await server.event({ type: "evicted", name: idle });
    assert.equal(server.events({ type: "evicted", name }), 0);
    await server.fetch(`${hooks(name)}?open=close`);
    await server.event({ type: "evicted", name });
  },
  { workerd: "the platform decides when an object leaves memory" },
);

behaviour(
  "a method that runs keeps its instance in memory, also when its client has left",
  async () => {
    const name = server.name("calls");
    const path = `/agents/calls-agent/${name}`;
    const caller = await Caller.open(server, path);
    await caller.call("add", 1, 2);
    caller.start("wait", ["gate"]);
    await server.noted("waiting", name, "gate");
    await caller.close();
    const idle = server.name("idle");
    await server.fetch(`/agents/command-agent/${idle}`);
    await server.event({ type: "evicted", name: idle });
    assert.equal(server.events({ type: "evicted", name }), 0);
    const other = await Caller.open(server, path);
    assert.equal((await other.call("waiting")).result, 1);
    await other.call("open", "gate");
    await other.close();
    await server.event({ type: "evicted", name });
  },
  { workerd: "the platform decides when an object leaves memory" },
);

behaviour(
  "requests that race with eviction always meet one instance",
  async () => {
    const name = server.name("race");
    const path = `/agents/command-agent/${name}`;
    for (let round = 0; round < 6; round++) {
      const clients = await Promise.all([1, 2, 3].map(() => server.open(path)));
      const counts = await Promise.all(
        clients.map((client) => client.ask("memory")),
      );
      const [low, , high] = counts.sort((a, b) => a - b);
      assert.equal(high - low, 2, "two instances counted at once");
      await Promise.all(clients.map((client) => client.close()));
      // Around the time of eviction: 300 ms, and the sweep's 250.
      await new Promise((resolve) => setTimeout(resolve, 250 + round * 60));
    }
  },
);
