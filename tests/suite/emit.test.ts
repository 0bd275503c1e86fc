import assert from "node:assert/strict";
import type { TestClient } from "../support/clients/client.ts";
import { greeting } from "../support/clients/state_client.ts";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite();
const room = () => `/agents/command-agent/${server.name("events")}`;

/** A client that knows events, or one that does not, after the greeting. */
async function join(path: string, id: string, query = "_roam=1") {
  const client = await server.open(`${path}?${query}&_pk=${id}`);
  await greeting(client);
  return client;
}

/** The next message, which is an event. */
async function event(client: TestClient): Promise<unknown> {
  return JSON.parse(await client.next() as string);
}

const hello = { type: "roam_event", name: "said", data: { text: "hello" } };

behaviour(
  "emit() reaches all who announced the extensions, and nobody else",
  async () => {
    const path = room();
    const a = await join(path, "a");
    const b = await join(path, "b");
    const base = await join(path, "base", "");
    await b.ask("emit", "said", { text: "hello" });
    await b.ask("broadcast", "to all");
    for (const client of [a, b]) {
      assert.deepEqual(await event(client), hello);
      assert.equal(await client.next(), "to all");
    }
    assert.equal(await base.next(), "to all");
    for (const client of [a, b, base]) await client.close();
  },
);

behaviour("emit(name, data, without) leaves these ids out", async () => {
  const path = room();
  const a = await join(path, "a");
  const b = await join(path, "b");
  await a.ask("emit", "said", 1, ["a"]);
  await a.ask("emit", "said", 2);
  const type = "roam_event";
  assert.deepEqual(await event(a), { type, name: "said", data: 2 });
  assert.deepEqual(await event(b), { type, name: "said", data: 1 });
  assert.deepEqual(await event(b), { type, name: "said", data: 2 });
  for (const client of [a, b]) await client.close();
});

behaviour(
  "connection.emit() reaches this client, unless it does not know events",
  async () => {
    const path = room();
    const a = await join(path, "a");
    const base = await join(path, "base", "");
    await a.ask("emitTo", "base", "said", { text: "hello" });
    await a.ask("send", "base", "after it");
    assert.equal(await base.next(), "after it");
    await base.ask("emitTo", "a", "said", { text: "hello" });
    assert.deepEqual(await event(a), hello);
    for (const client of [a, base]) await client.close();
  },
);

behaviour(
  "emit() to 40 clients keeps order with broadcast(), and to a base client among them nothing comes",
  async () => {
    const path = room();
    const clients = await Promise.all(
      Array.from({ length: 40 }, (_, at) => join(path, `c${at}`)),
    );
    const round = async (base?: TestClient) => {
      const [first] = clients;
      await first.ask("emit", "said", 1);
      await first.ask("broadcast", "two");
      await first.ask("emit", "said", 3, ["c1"]);
      await first.ask("broadcast", "four");
      for (const [at, client] of clients.entries()) {
        const texts: unknown[] = [];
        do texts.push(await client.next()); while (texts.at(-1) !== "four");
        const said = (data: number) =>
          `{"type":"roam_event","name":"said","data":${data}}`;
        const all = [said(1), "two", said(3), "four"];
        assert.deepEqual(texts, at === 1 ? all.toSpliced(2, 1) : all);
      }
      if (base === undefined) return;
      assert.equal(await base.next(), "two");
      assert.equal(await base.next(), "four");
    };
    await round();
    const base = await join(path, "base", "");
    await round(base);
    await base.close();
    await round();
    for (const client of clients) await client.close();
  },
);

behaviour("emit() without data sends none", async () => {
  const client = await join(room(), "a");
  await client.ask("emit", "ticked");
  assert.equal(await client.next(), '{"type":"roam_event","name":"ticked"}');
  await client.close();
});

for (
  const [what, problem] of [
    ["NaN", 'the part ".n[0]" of it is NaN'],
    ["Map", "it is a Map"],
    ["a function", 'the part ".f" of it is a function'],
    ["a bigint", "it is a bigint"],
    ["a prototype", 'it has the key "__proto__"'],
    ["a constructor", 'it has the key "constructor"'],
  ]
) {
  behaviour(
    `emit() of what JSON can't carry throws, and sends nothing: ${what}`,
    async () => {
      const client = await join(room(), "a");
      const answer = await client.ask("emitOdd", what);
      assert.match(answer, /^TypeError: Cannot emit "odd": /);
      assert.ok(answer.includes(problem), answer);
      await client.ask("emit", "next");
      assert.equal(await client.next(), '{"type":"roam_event","name":"next"}');
      await client.close();
    },
  );
}

behaviour("emit() without a name throws, and sends nothing", async () => {
  const client = await join(room(), "a");
  for (
    const [name, received] of [["", "none"], [7, "number"], [null, "object"]]
  ) {
    const answer = await client.ask("emit", name, 1);
    assert.equal(
      answer,
      `TypeError: Cannot emit: an event must have a name, a string: received ${received}`,
    );
  }
  await client.ask("emit", "next");
  assert.equal(await client.next(), '{"type":"roam_event","name":"next"}');
  await client.close();
});
