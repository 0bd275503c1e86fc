import assert from "node:assert/strict";
import { behaviour, runtime, suite } from "../support/suite.ts";

const entry = "tests/fixtures/links_server.ts";
const server = await suite("default", entry, ["LinksAgent"]);
const path = (name: string) => `/agents/links-agent/${name}`;

behaviour(
  "a client that sends without a break does not keep the others waiting",
  async () => {
    const flooder = await server.open(path(server.name("flood")));
    const other = await server.open(path(server.name("other")));
    other.send("ready");
    await other.user();
    // Three seconds of work.
    for (let at = 0; at < 300; at++) flooder.send("busy 10");
    flooder.send("done");
    let isDone = false;
    const done = flooder.user().then(() => isDone = true);
    let worst = 0;
    let count = 0;
    while (!isDone) {
      const since = performance.now();
      other.send("ping");
      await other.user();
      if (!isDone) {
        worst = Math.max(worst, performance.now() - since);
        count++;
      }
    }
    await done;
    assert.ok(count > 10, `${count} answers came meanwhile`);
    assert.ok(worst < 1000, `one of the others waited ${worst} ms`);
    await Promise.all([flooder.close(), other.close()]);
  },
  { memory: "in memory nothing is on a wire" },
);

behaviour(
  "bursts of slow messages do not keep the others waiting either, also after many quick ones",
  async () => {
    const [flooder, quick, other] = await Promise.all(
      ["burst", "quick", "other"].map((name) =>
        server.open(path(server.name(name)))
      ),
    );
    let isDone = false;
    let worst = 0;
    const waiting = (async () => {
      while (!isDone) {
        const since = performance.now();
        other.send("ping");
        await other.user();
        worst = Math.max(worst, performance.now() - since);
      }
    })();
    for (let burst = 0; burst < 3; burst++) {
      for (let at = 0; at < 500; at++) quick.send("quick");
      for (let at = 0; at < 500; at++) await quick.user();
      // A second of work.
      for (let at = 0; at < 40; at++) flooder.send("busy 25");
      flooder.send("done");
      await flooder.user();
    }
    isDone = true;
    await waiting;
    assert.ok(worst < 300, `one of the others waited ${worst} ms`);
    await Promise.all([flooder.close(), quick.close(), other.close()]);
  },
  { memory: "in memory nothing is on a wire" },
);

behaviour(
  "what comes too fast is handled in order, also what was sent before the client left",
  async () => {
    const name = server.name("order");
    const client = await server.open(`${path(name)}?_pk=me`);
    for (let at = 0; at < 100; at++) {
      client.send("busy 3");
      client.send(`${at}`);
    }
    for (let at = 0; at < 100; at++) assert.equal(await client.user(), `${at}`);
    for (let at = 0; at < 40; at++) client.send("busy 3");
    client.send("states 1 7");
    await client.close();
    await server.noted("close", name, "me");
    const response = await server.fetch(path(name));
    assert.deepEqual((await response.json()).state, {
      at: 1,
      pad: "x".repeat(7),
    });
  },
);

const limited = await suite("floods", entry, ["LinksAgent"]);

behaviour(
  "past limits.messagesPerSecond the connection closes with 1008; bursts of as many pass",
  async () => {
    const name = limited.name("rate");
    const other = await limited.open(path(name));
    const client = await limited.open(`${path(name)}?_pk=fast`);
    for (let at = 0; at < 100; at++) client.send(`${at}`);
    for (let at = 0; at < 100; at++) assert.equal(await client.user(), `${at}`);
    for (let at = 0; at < 400; at++) client.send("more");
    assertClosed(await client.closed, 1008, "rate limited");
    await limited.event({ type: "cut", name, connection: "fast", code: 1008 });
    other.send("fine");
    assert.equal(await other.user(), "fine");
    await other.close();
  },
);

const pending = await suite("pending", entry, ["LinksAgent"]);

behaviour(
  "more onMessage than limits.pendingMessages that are not done close with 1013",
  async () => {
    const name = pending.name("pending");
    const client = await pending.open(path(name));
    for (let at = 0; at < 50; at++) client.send("never");
    client.send("still open");
    assert.equal(await client.user(), "still open");
    client.send("never");
    const { code, reason } = await client.closed;
    assert.deepEqual([code, reason], [1013, "too many messages waiting"]);
  },
);

behaviour(
  "those that are done do not count, and more bytes than limits.pendingBytes close with 1013",
  async () => {
    const name = pending.name("pending");
    const client = await pending.open(path(name));
    for (let round = 0; round < 6; round++) {
      // Answers when the handler is done.
      for (let at = 0; at < 20; at++) client.send("later 1");
      for (let at = 0; at < 20; at++) {
        assert.equal(await client.user(), "later");
      }
    }
    for (let at = 0; at < 3; at++) client.send(`never ${"x".repeat(40_000)}`);
    assertClosed(await client.closed, 1013, "too many messages waiting");
    await pending.event({ type: "cut", name, code: 1013 });
  },
);

behaviour(
  "a rejection that ctx.waitUntil() was given goes to onError",
  async () => {
    const name = server.name("wait");
    const client = await server.open(path(name));
    client.send("reject");
    assert.equal(await client.user(), "rejected");
    await server.noted("error", name, "Error: of waitUntil");
    await server.event({ type: "failed", stage: "waitUntil", name });
    await client.close();
  },
);

const guarded = await suite("guarded", entry, ["LinksAgent"]);

behaviour(
  "with guardProcess nobody ends the process: not a promise that nobody awaits, nor a throw in a timer",
  async () => {
    const client = await guarded.open(path(guarded.name("guard")));
    for (
      const [act, answer] of [["float", "floated"], ["throwLater", "thrown"]]
    ) {
      client.send(act);
      assert.equal(await client.user(), answer);
    }
    await guarded.event({ type: "uncaught" });
    while (guarded.events({ type: "uncaught" }) < 2) {
      client.send("and");
      await client.user();
    }
    client.send("alive");
    assert.equal(await client.user(), "alive");
    await client.close();
  },
  {
    workerd: "nothing that an agent throws ends the platform's process",
    memory: "in memory nothing is on a wire",
  },
);

/** Of a client that goes on sending: then Deno ends TCP behind its close frame, which may be lost with it, and calls that 0. */
function assertClosed(
  end: { code: number; reason: string },
  code: number,
  reason: string,
): void {
  if (runtime === "deno" && [0, 1006].includes(end.code)) return;
  assert.deepEqual([end.code, end.reason], [code, reason]);
}
