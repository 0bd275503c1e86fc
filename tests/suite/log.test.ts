import assert from "node:assert/strict";
import type { AgentClientOptions } from "../../src/client/options.ts";
import type { TestClient } from "../support/clients/client.ts";
import { LogClient } from "../support/clients/log_client.ts";
import { type Frame, greeting } from "../support/clients/state_client.ts";
import { behaviour, hibernated, suite } from "../support/suite.ts";

const entry = "tests/fixtures/log_server.ts";
const classes = [
  "LoggedAgent",
  "ShortAgent",
  "UnloggedAgent",
  "StartingAgent",
  "SlowlyStartingAgent",
];
const server = await suite("default", entry, classes);

/** A client that is up to date. */
async function reader(
  name: string,
  options: Partial<AgentClientOptions> = {},
): Promise<LogClient> {
  const { host } = server.server;
  const client = new LogClient({
    agent: "LoggedAgent",
    name,
    host,
    ...options,
  });
  await client.client.ready;
  return client;
}

/** Connects as a client with extensions; what the hello says of the log. */
async function wired(path: string): Promise<[TestClient, Frame]> {
  const client = await server.open(path);
  const [{ log }] = await greeting(client);
  return [client, log];
}

const elsewhere = {
  deno: "instances with connections stay in memory",
  bun: "instances with connections stay in memory",
  node: "instances with connections stay in memory",
};

const path = (name: string) => `/agents/logged-agent/${name}?_roam=1`;

behaviour(
  "log: a client that comes back gets what it missed, in order, and then what is new",
  async () => {
    const name = server.name("log");
    using a = await reader(name);
    using b = await reader(name);
    a.ask("all", "one");
    await a.gets("one");
    await b.gets("one");
    b.client.close();
    a.ask("all", "two");
    a.ask("bytes", [0, 1, 255]);
    a.ask("all", "a\u0000é😀\ufeff");
    a.ask("all", "");
    const missed = ["two", [0, 1, 255], "a\u0000é😀\ufeff", ""];
    await a.gets(...missed);
    b.client.reconnect();
    await b.gets(...missed);
    a.ask("all", "new");
    await b.gets("new");
    await b.isUpToDate();
    assert.equal(b.client.cursor, a.client.cursor);
    assert.equal(b.offset, 6);
  },
);

behaviour(
  "log: another client goes on from the cursor that it is given",
  async () => {
    const name = server.name("log");
    using a = await reader(name);
    const start = a.client.cursor;
    a.ask("many", 1, 9);
    await a.gets("1", "2", "3");
    await a.gets("4", "5", "6", "7", "8", "9");
    const cursor = a.client.cursor!.replace(/9$/, "4");
    using b = await reader(name, { cursor });
    await b.gets("5", "6", "7", "8", "9");
    await b.isUpToDate();
    // Of a time when the log had never had anything in it.
    using c = await reader(name, { cursor: start });
    await c.gets("1", "2", "3", "4", "5", "6", "7", "8", "9");
    await c.isUpToDate();
    using late = await reader(name);
    await late.isUpToDate();
    assert.equal(late.client.cursor, a.client.cursor);
  },
);

behaviour(
  "log: what is sent to one client is no part of it, and moves no cursor",
  async () => {
    const name = server.name("log");
    using a = await reader(name, { query: { told: "1" } });
    await a.gets("welcome");
    a.ask("all", "one");
    a.ask("me", "secret");
    a.ask("all", "two");
    a.ask("me", '{"type":"rpc"}');
    await a.gets("one", "secret", "two", '{"type":"rpc"}');
    assert.deepEqual(await a.history(), [["1", "one"], ["2", "two"]]);
    assert.equal(a.offset, 2);
    a.client.reconnect();
    await a.gets(["gap", "session"], "welcome");
    await a.isUpToDate();
  },
);

behaviour(
  "log: who was left out of a broadcast is left out when it comes back, and another one is not",
  async () => {
    const name = server.name("log");
    using a = await reader(name, { id: "a" });
    using b = await reader(name, { id: "b" });
    b.client.close();
    a.ask("others", "of a");
    a.ask("all", "for all");
    a.ask("others", "of a too");
    await a.gets("for all");
    await a.isUpToDate();
    assert.equal(a.offset, 3);
    a.client.reconnect();
    await a.gets(["gap", "session"]);
    await a.isUpToDate();
    assert.equal(a.offset, 3);
    b.client.reconnect();
    await b.gets("of a", "for all", "of a too");
    // A cut of the network in the place of a close: a is as far as it was before its own messages.
    const cursor = a.client.cursor!.replace(/3$/, "0");
    a.client.close();
    using again = await reader(name, { id: "a", cursor });
    await again.gets("for all");
    await again.isUpToDate();
    assert.equal(again.offset, 3);
    using other = await reader(name, { id: "c", cursor });
    await other.gets("of a", "for all", "of a too");
  },
);

behaviour(
  "log: what is not kept any more is a gap, and then comes what is new",
  async () => {
    const name = server.name("log");
    const agent = "ShortAgent";
    using a = await reader(name, { agent });
    using b = await reader(name, { agent });
    b.client.close();
    a.ask("many", 1, 3);
    await a.gets("1", "2", "3");
    b.client.reconnect();
    await b.gets("1", "2", "3");
    b.client.close();
    a.ask("many", 4, 7);
    await a.gets("4", "5", "6", "7");
    b.client.reconnect();
    await b.gets(["gap", "too old"]);
    a.ask("all", "new");
    await a.gets("new");
    await b.gets("new");
    await b.isUpToDate();
    assert.deepEqual(await a.history(), [["6", "6"], ["7", "7"], ["8", "new"]]);
  },
);

behaviour(
  "log: the oldest messages go past limits.logBytes, and one that is larger is an error",
  async () => {
    const name = server.name("log");
    using a = await reader(name);
    const start = a.client.cursor;
    const large = "x".repeat(6_000);
    a.ask("all", "small");
    a.ask("all", large);
    a.ask("all", `${large}2`);
    await a.gets("small", large, `${large}2`);
    assert.deepEqual(await a.history(), [["2", large], ["3", `${large}2`]]);
    a.ask("all", "y".repeat(10_001));
    const [, message] = await server.noted("error", name) as string[];
    assert.match(
      message,
      /limits.logBytes lets the log have 10000 bytes: received 10001/,
    );
    await a.isUpToDate();
    assert.equal(a.offset, 3);
    using b = await reader(name, { cursor: start });
    await b.gets(["gap", "too old"]);
  },
);

behaviour(
  "log: cursors that are none, of another log, or of the future are a gap",
  async () => {
    const name = server.name("log");
    using a = await reader(name);
    a.ask("all", "one");
    await a.gets("one");
    const [epoch] = a.client.cursor!.split(":");
    const cursors = [
      "nothing",
      ":",
      ":1",
      `${epoch}`,
      `${epoch}:`,
      `${epoch}:2`,
      `${epoch}:-1`,
      `${epoch}:1.5`,
      `${epoch}:1e3`,
      `${epoch}:99999999999999999999`,
      `${epoch}:9007199254740991`,
      `x${epoch}:1`,
      "constructor:0",
      "é:0",
      "%",
      "x".repeat(4000),
    ];
    for (const cursor of cursors) {
      using b = await reader(name, { cursor });
      await b.gets(["gap", "unknown cursor"]);
      await b.isUpToDate();
      assert.equal(b.client.cursor, a.client.cursor, cursor);
    }
  },
);

behaviour(
  "log: after destroy() there is another one",
  async () => {
    const name = server.name("log");
    using a = await reader(name);
    a.ask("all", "one");
    await a.gets("one");
    const { cursor } = a.client;
    a.ask("destroy");
    await a.gets(["gap", "session"], ["gap", "unknown cursor"]);
    a.ask("all", "anew");
    await a.gets("anew");
    assert.notEqual(a.client.cursor, cursor);
    assert.equal(a.offset, 1);
    assert.deepEqual(await a.history(), [["1", "anew"]]);
    assert.equal(await a.history(cursor!), null);
  },
);

behaviour(
  "log: what is broadcast while a client shakes hands comes once, in its place",
  async () => {
    const name = server.name("log");
    using a = await reader(name);
    a.ask("many", 1, 3);
    await a.gets("1", "2", "3");
    const cursor = a.client.cursor!.replace(/3$/, "1");
    const b = new LogClient({
      agent: "LoggedAgent",
      name,
      host: server.server.host,
      cursor,
      query: { late: "1" },
      id: "late",
    });
    // Its hook runs: it is there, and not accepted.
    while ((await connections(a)) < 2);
    a.ask("many", 4, 5);
    a.ask("all", "not for b", ["late"]);
    a.ask("all", "6");
    await a.gets("4", "5", "not for b", "6");
    a.ask("accept");
    await b.gets("2", "3", "4", "5", "6");
    await b.isUpToDate();
    assert.equal(b.client.cursor, a.client.cursor);
    b.client.close();
  },
);

async function connections(client: LogClient): Promise<number> {
  client.ask("connections");
  return Number(await client.next());
}

behaviour(
  "log: events are part of it; one for one client is not",
  async () => {
    const name = server.name("log");
    using a = await reader(name);
    using b = await reader(name);
    const heard: unknown[] = [];
    b.client.on("said", (data) => heard.push(data));
    b.client.close();
    a.ask("emit", "said", { n: 1 });
    a.ask("all", "two");
    a.ask("emit me", "said", "secret");
    a.ask("emit", "said");
    await a.gets("two");
    await a.isUpToDate();
    assert.equal(a.offset, 3);
    b.client.reconnect();
    await b.gets("two");
    await b.isUpToDate();
    assert.deepEqual(heard, [{ n: 1 }, undefined]);
    assert.equal(b.client.cursor, a.client.cursor);
    assert.deepEqual(await b.history(), [
      ["1", { name: "said", data: { n: 1 } }],
      ["2", "two"],
      ["3", { name: "said" }],
    ]);
  },
);

behaviour(
  "log: what onConnect broadcasts comes after what was missed",
  async () => {
    const name = server.name("log");
    using a = await reader(name);
    a.ask("many", 1, 2);
    await a.gets("1", "2");
    const cursor = a.client.cursor!.replace(/2$/, "0");
    using b = await reader(name, { id: "b", cursor, query: { joins: "1" } });
    await b.gets("1", "2", "b joined");
    await a.gets("b joined");
    await b.isUpToDate();
    assert.equal(b.client.cursor, a.client.cursor);
  },
);

behaviour(
  "log: history() reads all, or what comes after a cursor",
  async () => {
    const name = server.name("log");
    using a = await reader(name);
    assert.deepEqual(await a.history(), []);
    assert.deepEqual(await a.history(":0"), []);
    a.ask("many", 1, 3);
    a.ask("bytes", [7]);
    await a.gets("1", "2", "3", [7]);
    const all = [["1", "1"], ["2", "2"], ["3", "3"], ["4", [7]]];
    assert.deepEqual(await a.history(), all);
    const at = (offset: number) =>
      a.client.cursor!.replace(/\d+$/, `${offset}`);
    assert.deepEqual(await a.history(at(2)), all.slice(2));
    assert.deepEqual(await a.history(at(4)), []);
    assert.equal(await a.history(at(5)), null);
    assert.equal(await a.history("x"), null);
    using none = await reader(name, { agent: "UnloggedAgent" });
    none.ask("history");
    const [, message] = await server.noted("error", name) as string[];
    assert.match(message, /Cannot read the log: the class has none/);
  },
);

behaviour(
  "log: a message that reads as a frame of the library is sent, and not logged",
  async () => {
    const name = server.name("log");
    using a = await reader(name);
    const [b] = await wired(path(name));
    for (const text of ['{"type":"cf_agent_mine"}', "roam:pong", "mine"]) {
      a.ask("all", text);
    }
    assert.equal(await b.next(), '{"type":"cf_agent_mine"}');
    assert.equal(await b.next(), "roam:pong");
    assert.match(
      await b.next() as string,
      /^\{"type":"roam_log","cursor":"[\w-]+:0"\}$/,
    );
    assert.equal(await b.next(), "mine");
    await a.gets('{"type":"cf_agent_mine"}', "mine");
    assert.deepEqual(await a.history(), [["1", "mine"]]);
    await b.close();
  },
);

behaviour(
  "log: the frames are those of PROTOCOL.md; base clients, and classes without a log, see none of them",
  async () => {
    const name = server.name("log");
    const [a, first] = await wired(`${path(name)}&_pk=a`);
    assert.deepEqual(first, { cursor: ":0" });
    const base = await server.open(`/agents/logged-agent/${name}?_pk=base`);
    for (let at = 0; at < 3; at++) await base.next();
    a.send('["others","mine"]');
    a.send('["all","one"]');
    a.send('["me","secret"]');
    const { cursor } = JSON.parse(await a.next() as string);
    const epoch = cursor.slice(0, -2);
    assert.equal(cursor, `${epoch}:0`);
    assert.equal(await a.next(), '{"type":"roam_log","skip":1}');
    assert.equal(await a.next(), "one");
    assert.equal(await a.next(), '{"type":"roam_log","skip":-1}');
    assert.equal(await a.next(), "secret");
    for (const text of ["mine", "one"]) assert.equal(await base.next(), text);
    base.send('["me","secret"]');
    assert.equal(await base.next(), "secret");
    base.send('["others","of base"]');
    base.send('["me","here"]');
    assert.equal(await base.next(), "here");
    assert.equal(await a.next(), "of base");
    // With a colon as queries escape it, and as it is.
    for (const colon of ["%3A", ":"]) {
      const [b, at] = await wired(`${path(name)}&_pk=b&_log=${epoch}${colon}1`);
      assert.deepEqual(at, { cursor: `${epoch}:1` });
      assert.equal(await b.next(), "one");
      assert.equal(await b.next(), "of base");
      await b.close();
    }
    const [c, gap] = await wired(`${path(name)}&_log=${epoch}:9`);
    assert.deepEqual(gap, { cursor: `${epoch}:3`, gap: "unknown cursor" });
    await c.close();
    await a.close();
    await base.close();
    const unlogged = await server.open(
      `/agents/unlogged-agent/${name}?_roam=1&_log=${epoch}:1`,
    );
    await greeting(unlogged);
    unlogged.send('["all","one"]');
    unlogged.send('["me","two"]');
    assert.equal(await unlogged.next(), "one");
    assert.equal(await unlogged.next(), "two");
    await unlogged.close();
  },
);

behaviour(
  "log: a client with a log goes on where it was when its object has slept, and another gets what it missed",
  async () => {
    const name = server.name("log");
    using a = await reader(name, { id: "a" });
    a.ask("many", 1, 2);
    await a.gets("1", "2");
    a.ask("wakes");
    await a.gets("0");
    const { cursor } = a.client;
    await hibernated();
    a.ask("wakes");
    await a.gets("0");
    a.ask("others", "3");
    a.ask("all", "4");
    await a.gets("4");
    assert.equal(a.offset, 4);
    await hibernated();
    a.client.reconnect();
    await a.gets(["gap", "session"]);
    await a.isUpToDate();
    using b = await reader(name, { cursor });
    await b.gets("3", "4");
    await b.isUpToDate();
    using c = await reader(name, { id: "a", cursor });
    await c.gets("4");
    assert.deepEqual((await c.history() as unknown[]).length, 4);
  },
  elsewhere,
);

behaviour(
  "log: what onStart changes and broadcasts when an object wakes is sent to all of its connections, once",
  async () => {
    const [one, two] = [server.name("log"), server.name("log")];
    const kinds = [
      { path: `starting-agent/${one}`, counts: [1, 2] },
      { path: `slowly-starting-agent/${two}`, counts: [1, 2, 3] },
    ];
    const clients: { client: TestClient; counts: readonly number[] }[] = [];
    for (const { path, counts } of kinds) {
      for (const query of ["", "?_roam=1", "", "?_roam=1"]) {
        const client = await server.open(`/agents/${path}${query}`);
        await greeting(client);
        clients.push({ client, counts });
      }
    }
    for (const at of [0, 4]) clients[at].client.send('["count",1]');
    await hibernated();
    for (const at of [0, 4]) clients[at].client.send('["wakes"]');
    for (const { client, counts } of clients) {
      client.send('["me","here"]');
      const got: string[] = [];
      while (got.at(-1) !== "here") got.push(await client.next() as string);
      assert.deepEqual(
        got.filter((text) => text.startsWith("count ")),
        counts.map((count) => `count ${count}`),
      );
      const states = got.filter((text) => text.includes('"cf_agent_state"'))
        .map((text) => JSON.parse(text).state.count);
      assert.deepEqual(states, counts);
      await client.close();
    }
  },
  elsewhere,
);
