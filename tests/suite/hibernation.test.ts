import assert from "node:assert/strict";
import { RawClient } from "../support/clients/raw_client.ts";
import { behaviour, hibernated, suite } from "../support/suite.ts";

const server = await suite();
const elsewhere = {
  deno: "instances with connections stay in memory",
  bun: "instances with connections stay in memory",
  node: "instances with connections stay in memory",
};

behaviour(
  "a connection outlives its object's time in memory: id, uri, tags, state, order, close",
  async () => {
    const name = server.name("sleepy");
    const path = `/agents/command-agent/${name}?_pk=me&tag=red`;
    const client = await server.open(path);
    const other = await server.open(`/agents/command-agent/${name}?_pk=other`);
    await client.ask("setState", { name: "Ada", seen: [1, 2] });
    const before = await client.ask("self");
    assert.equal(await client.ask("memory"), 1);
    assert.equal(await client.ask("memory"), 2);
    await hibernated();
    assert.equal(await client.ask("memory"), 1, "the object has not slept");
    assert.deepEqual(await client.ask("self"), before);
    assert.deepEqual(await client.ask("list"), ["me", "other"]);
    assert.deepEqual(await client.ask("list", "red"), ["me"]);
    await client.ask("broadcast", "awake", ["me"]);
    assert.equal(await other.user(), "awake");
    assert.deepEqual((await client.close(4004, "bye")).code, 4004);
    await server.noted("closed", name, "me", 4004, "bye");
    assert.deepEqual(await other.ask("list"), ["other"]);
  },
  elsewhere,
);

behaviour(
  "frames that wake an object wait for its onStart, and onConnect is not called again",
  async () => {
    const name = server.name("start-slow");
    const client = await server.open(`/agents/hooks-agent/${name}?_pk=me`);
    client.send("before");
    assert.equal(await client.user(), "before");
    await hibernated();
    for (let at = 0; at < 5; at++) client.send(`${at}`);
    for (let at = 0; at < 5; at++) assert.equal(await client.user(), `${at}`);
    await server.noted("message", name, "me", "4");
    const kinds = server.notes(name).map(([kind]) => kind);
    assert.deepEqual(kinds.slice(0, 5), [
      "start",
      "connect",
      "message",
      "start",
      "message",
    ]);
    await client.close();
  },
  elsewhere,
);

behaviour(
  "a client that leaves while the object sleeps wakes it for onClose",
  async () => {
    const name = server.name("leaves");
    const raw = await RawClient.open(
      server.server.host,
      `/agents/command-agent/${name}?_pk=me`,
    );
    await hibernated();
    raw.sendClose(4010, "gone");
    assert.equal((await raw.closeFrame()).code, 4010);
    await server.noted("closed", name, "me", 4010, "gone");
    raw.destroy();
  },
  elsewhere,
);
