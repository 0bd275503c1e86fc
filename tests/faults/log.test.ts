import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { type Got, problemsOf, Reader } from "../support/faults/log_readers.ts";
import { FaultProxy } from "../support/network/fault_proxy.ts";
import { randomOf } from "../support/random/random.ts";
import { seedOf } from "../support/random/seed.ts";
import { runtime } from "../support/suite.ts";
import { start } from "../targets/targets.ts";

const kills = Number(process.env.ROAM_KILLS ?? 10);
const READERS = 6;
/** The first reader gets so many messages between two kills, however slow the machine is. */
const LEAST = 30;

test(`${kills} times kill -9, and the network cut in between: who comes back misses nothing, gets nothing twice, all in order`, async () => {
  const { problems, gaps, messages, resumed, seed } = await tryLog({ kills });
  console.log(
    `seed ${seed}: ${kills} kills, ${messages} messages to each of ${READERS} readers, ${resumed} times resumed`,
  );
  assert.deepEqual(problems, []);
  assert.equal(gaps, 0);
  assert.ok(messages > kills, `${messages} messages`);
});

test("who has missed what a short log has no more is told, and only then", async () => {
  const { problems, gaps } = await tryLog({
    kills: Math.ceil(kills / 5),
    agent: "ShortAgent",
    hasAway: true,
  });
  assert.deepEqual(problems, []);
  assert.ok(gaps > 0, "nobody was away for long enough");
});

test("a reader that loses a message is found out", async () => {
  const { problems } = await tryLog({ kills: 1, WebSocket: lossy() });
  assert.notDeepEqual(problems, []);
});

test("problemsOf() finds a hole, a message that comes twice, and one that comes late", () => {
  const senders = new Map([[3, "a"], [4, "b"]]);
  const of = (...got: (number | string)[]) =>
    problemsOf(
      "a",
      got.map((n): Got => typeof n === "number" ? { n, from: "x" } : n),
      senders,
      0,
    );
  assert.deepEqual(of(1, 2, 4, 5), []);
  assert.deepEqual(of(1, 2, "too old", 9, 10), []);
  assert.deepEqual(of(2, 5), ["a: no 1 before 2", "a: no 4 before 5"]);
  assert.deepEqual(of(1, 2, 2), ["a: 2 after 2"]);
  assert.deepEqual(of(1, 2, 1), ["a: 1 after 2"]);
});

interface Options {
  readonly kills: number;
  readonly agent?: string;
  /** Some are away for longer than a short log lasts. */
  readonly hasAway?: boolean;
  readonly WebSocket?: typeof WebSocket;
}

async function tryLog(
  { kills, agent = "NumberedAgent", hasAway, WebSocket }: Options,
) {
  const seed = seedOf("log");
  const random = randomOf(seed);
  const store = mkdtempSync(`${tmpdir()}/roam-log-`);
  const serve = () =>
    start(runtime, {
      entry: "tests/fixtures/log_crash_server.ts",
      objects: { NumberedAgent: "NumberedAgent", ShortAgent: "ShortAgent" },
      store,
    });
  let server = await serve();
  const proxy = await FaultProxy.start(server.host);
  const readers = Array.from(
    { length: READERS },
    (_, at) =>
      new Reader(proxy.host, agent, `r${at}`, at === 1 ? { WebSocket } : {}),
  );
  const tabs: Reader[] = [];
  try {
    for (let cycle = 0; cycle < kills; cycle++) {
      await Promise.all(readers.map(({ client }) => client.ready));
      const end = Date.now() + 20 + random() * 120;
      const enough = readers[0].got.length + LEAST;
      const away = hasAway ? readers[2 + cycle % 3] : undefined;
      away?.client.close();
      // The kill comes at any moment.
      while (Date.now() < end || readers[0].got.length < enough) {
        // The first one only reads: it gets all.
        const sender = 1 + Math.floor(random() * (READERS - 1));
        readers[sender].send(random, !hasAway);
        // What is lost has to stay so: who is cut off is sent what it lacks.
        if (random() < 0.03 && WebSocket === undefined) proxy.cut();
        await new Promise((resolve) => setTimeout(resolve, random() * 3));
      }
      const { cursor } = readers[0].client;
      await server.stop();
      server = await serve();
      proxy.target = server.host;
      away?.client.reconnect();
      if (cycle % 5 === 0 && !hasAway) {
        tabs.push(new Reader(proxy.host, agent, `tab${cycle}`, { cursor }));
      }
    }
    await Promise.all(readers.map(({ client }) => client.ready));
    readers[0].client.send("all");
    const isLast = (got: Got) => typeof got !== "string" && got.from === "r0";
    await Promise.all([...readers, ...tabs].map((each) => each.until(isLast)));
  } finally {
    for (const { client } of [...readers, ...tabs]) client.close();
    await server.stop();
    await proxy.stop();
    rmSync(store, { recursive: true, force: true });
  }
  const senders = new Map<number, string>();
  for (const { got } of readers) {
    for (const item of got) {
      if (typeof item !== "string") senders.set(item.n, item.from);
    }
  }
  const all = [...readers, ...tabs];
  return {
    seed,
    problems: all.flatMap(({ client, got, problems, begin }) => [
      ...problemsOf(client.id, got, senders, begin),
      ...problems,
    ]),
    gaps:
      all.flatMap(({ got }) => got.filter((item) => typeof item === "string"))
        .length,
    messages: readers[0].got.length,
    resumed: all.reduce((sum, { resumed }) => sum + resumed, 0),
  };
}

/** WebSockets of which one loses a message, and says nothing; another one when its connection ended with that. */
function lossy(): typeof WebSocket {
  let isLost = false;
  return class extends WebSocket {
    override set onmessage(listener: (event: MessageEvent) => void) {
      let count = 0;
      super.onmessage = (event: MessageEvent) => {
        const { data } = event;
        if (typeof data === "string" && data.startsWith('{"n":') && !isLost) {
          count++;
          isLost = count > 3;
          if (count === 3) return;
        }
        listener(event);
      };
    }
  };
}
