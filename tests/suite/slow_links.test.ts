import assert from "node:assert/strict";
import { after } from "node:test";
import { TestClient } from "../support/clients/client.ts";
import { LazyClient } from "../support/clients/lazy_client.ts";
import { RawClient } from "../support/clients/raw_client.ts";
import { FaultProxy } from "../support/network/fault_proxy.ts";
import { behaviour, suite } from "../support/suite.ts";

const entry = "tests/fixtures/links_server.ts";
const server = await suite("default", entry, ["LinksAgent"]);
const proxy = await FaultProxy.start(server.server.host);
after(() => proxy.stop());
const MIB = 1024 * 1024;
const wire = { memory: "in memory nothing is on a wire" };
const untold = {
  ...wire,
  workerd: "the runtime does not tell how much is unsent",
};

for (
  const [what, command, count, size] of [
    ["one message of 16 MiB", "send", 1, 16 * MIB],
    ["one of 5 MiB", "send", 1, 5 * MIB],
    ["270 of 60 KiB", "send", 270, 60 * 1024],
    ["bytes, 16 of 1 MiB", "bytes", 16, MIB],
  ] as const
) {
  behaviour(
    `what is sent in one turn to a client that reads arrives: ${what}`,
    async () => {
      const client = await server.open(
        `/agents/links-agent/${server.name("turn")}`,
      );
      client.send(`${command} ${count} ${size}`);
      client.send("and on");
      for (let at = 0; at < count; at++) {
        const message = await client.user();
        const length = typeof message === "string"
          ? message.length
          : message.byteLength;
        assert.equal(length, size);
      }
      assert.equal(await client.user(), "and on");
      await client.close();
    },
  );
}

behaviour(
  "a message of 16 MiB arrives over a link that takes seconds for it",
  async () => {
    const path = `/agents/links-agent/${server.name("link")}`;
    const client = new TestClient(`ws://${proxy.host}${path}`);
    await client.opened;
    // What the system holds for both sides is gone at once.
    proxy.rate = 3_000_000;
    client.send(`send 1 ${16 * MIB}`);
    assert.equal((await client.user() as string).length, 16 * MIB);
    proxy.rate = Infinity;
    await client.close();
  },
  wire,
);

behaviour(
  "what is broadcast in one turn to clients that read arrives: 20 of 300 KB to 20",
  async () => {
    const path = `/agents/links-agent/${server.name("turn")}`;
    const speaker = await server.open(path);
    const others = await Promise.all(
      Array.from({ length: 20 }, () => server.open(path)),
    );
    for (const other of others) {
      other.send("ready");
      await other.user();
    }
    speaker.send("broadcast 20 300000");
    for (const other of others) {
      for (let at = 0; at < 20; at++) {
        assert.equal((await other.user() as string).length, 300_000);
      }
      other.send("and on");
      assert.equal(await other.user(), "and on");
    }
    await Promise.all([speaker, ...others].map((client) => client.close()));
  },
);

for (const query of ["", "&_roam=1"]) {
  behaviour(
    `states that a newer one supersedes do not wait for a slow client${
      query && ", one with extensions"
    }`,
    async () => {
      const name = server.name("states");
      const slow = await LazyClient.open(
        server.server.host,
        `/agents/links-agent/${name}?_pk=slow${query}`,
      );
      await server.event({ type: "connected", name, connection: "slow" });
      const writer = await server.open(`/agents/links-agent/${name}`);
      // More than the buffers of the system and of the runtime hold, and four times the limit.
      for (let turn = 1; turn <= 60; turn++) {
        writer.send(`states 1 900000`);
        writer.send(`turn ${turn}`);
        while (await writer.user() !== `turn ${turn}`);
      }
      writer.send("states 60 900000");
      writer.send("done");
      while (await writer.user() !== "done");
      let states = 0;
      let last = 0;
      while (last !== 60) {
        const text = await slow.text();
        const at = /^\{"state":\{"at":(\d+),"pad"/.exec(text);
        if (at === null) continue;
        states++;
        last = Number(at[1]);
      }
      assert.ok(states < 60, `${states} states came, of 120`);
      assert.equal(server.events({ type: "cut", name }), 0);
      slow.destroy();
      await writer.close();
    },
    query === "" ? untold : wire,
  );
}

behaviour(
  "a peer that takes nothing is closed with 1013, once it has had the time",
  async () => {
    const name = server.name("stalled");
    const slow = await LazyClient.open(
      server.server.host,
      `/agents/links-agent/${name}?_pk=stalled&_roam=1`,
    );
    await server.event({ type: "connected", name, connection: "stalled" });
    const writer = await server.open(`/agents/links-agent/${name}`);
    for (let turn = 1; turn <= 20; turn++) {
      writer.send("broadcast 1 1000000");
      writer.send(`turn ${turn}`);
      while (await writer.user() !== `turn ${turn}`);
    }
    await server.event({
      type: "cut",
      name,
      connection: "stalled",
      code: 1013,
      reason: "slow consumer",
    });
    writer.send("fine");
    assert.equal(await writer.user(), "fine");
    slow.destroy();
    await writer.close();
  },
  wire,
);

const short = await suite("short", entry, ["LinksAgent"]);

behaviour(
  "a peer that does not answer the close frame is gone after closeMs, TCP too",
  async () => {
    const name = short.name("silent");
    const raw = await RawClient.open(
      short.server.host,
      `/agents/links-agent/${name}?_pk=silent`,
    );
    await short.event({ type: "connected", name, connection: "silent" });
    const since = performance.now();
    raw.sendText("close");
    assert.equal((await raw.closeFrame()).code, 4000);
    await raw.ended();
    const took = performance.now() - since;
    assert.ok(took < 4500, `${took} ms`);
    await short.noted("close", name, "silent");
    const closes = short.notes(name).filter(([kind]) => kind === "close");
    assert.equal(closes.length, 1);
  },
  {
    ...wire,
    workerd:
      "the runtime has no way to end TCP; such a connection goes on counting",
  },
);

behaviour(
  "what a peer says after this side has closed is not heard, and it counts until it has gone",
  async () => {
    const name = short.name("silent");
    const path = `/agents/links-agent/${name}`;
    const witness = await short.open(`${path}?_pk=witness`);
    const raws = [];
    for (const id of ["a", "b", "c"]) {
      raws.push(await RawClient.open(short.server.host, `${path}?_pk=${id}`));
      await short.event({ type: "connected", name, connection: id });
    }
    witness.send("closeAll");
    assert.equal(await witness.user(), "closed");
    for (const raw of raws) raw.sendText("broadcast 1 5");
    for (const id of ["a", "b", "c"]) await short.noted("close", name, id);
    witness.send("list");
    assert.equal(await witness.user(), "list witness");
    for (const raw of raws) raw.destroy();
    // Room for four: once those have gone there is room again.
    let room = await short.open(path);
    room.send("hello");
    while (await Promise.race([room.closed, room.user()]) !== "hello") {
      room = await short.open(path);
      room.send("hello");
    }
    await room.close();
    await witness.close();
  },
  wire,
);

const brief = await suite("brief", entry, ["LinksAgent"]);

behaviour(
  "a client that has not said which session it means is gone after closeMs, TCP too, also where it does not answer the close frame",
  async () => {
    const name = brief.name("unnamed");
    const raw = await RawClient.open(
      brief.server.host,
      `/agents/links-agent/${name}?_roam=1&_session=resume`,
    );
    assert.equal((await raw.closeFrame()).code, 1013);
    await raw.ended();
    const client = await brief.open(`/agents/links-agent/${name}`);
    await client.close();
  },
  {
    ...wire,
    workerd:
      "the runtime has no way to end TCP; such a connection goes on counting",
  },
);
