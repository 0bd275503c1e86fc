import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, test } from "node:test";
import { Agent, type Connection, type WSMessage } from "../../mod.ts";
import { freePort } from "../support/cluster/free_port.ts";
import { ScriptedCluster } from "../support/cluster/scripted_cluster.ts";
import { startedNodes } from "../support/cluster/started_nodes.ts";

const notes: string[] = [];
/** What agents do when nobody calls them. */
const later: (() => void)[] = [];

class Room extends Agent<unknown, { count: number }> {
  override initialState = { count: 0 };

  override onMessage(connection: Connection, message: WSMessage) {
    notes.push(`message ${this.name} ${message}`);
    if (message === "write") this.setState({ count: this.state!.count + 1 });
    if (message === "tick") later.push(() => this.broadcast("tock"));
    connection.send(message);
  }

  override onClose() {
    notes.push(`closed ${this.name}`);
  }

  override onError() {
    notes.push(`error ${this.name}`);
  }
}

const start = (...ids: string[]) => startedNodes({ Room }, ids);

const noted = (name: string) =>
  notes.filter((note) => note.split(" ")[1] === name);

/** Longer than what a pipe takes. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 50));

test("frozen: nothing is handed to an instance or sent by it, and all goes on in order when it may act again", async () => {
  const { nodes: [a, b] } = await start("a", "b");
  const clients = [await a.open("room/frozen"), await b.open("room/frozen")];
  for (const client of clients) {
    client.send("tick");
    await client.until((text) => text === "tick");
  }
  a.ownership.becomes("frozen");
  for (const broadcast of later.splice(0)) broadcast();
  for (const client of clients) {
    for (const text of ["one", "two"]) client.send(text);
  }
  await pause();
  assert.equal(noted("frozen").length, 2);
  for (const client of clients) {
    assert.deepEqual(client.own.filter((text) => text !== "tick"), []);
  }
  // Who comes now waits, too.
  const late = b.connect("room/frozen");
  await pause();
  assert.equal(late.received.length, 0);
  a.ownership.becomes("live");
  for (const client of clients) {
    await client.until((text) => text === "two");
    const answers = client.own.filter((text) => text !== "tick");
    // What a timer broadcast while nothing could be sent comes first.
    assert.deepEqual(answers, ["tock", "tock", "one", "two"]);
  }
  await late.until((text) => text.includes("cf_agent_identity"));
});

test("frozen: what is held is heard before its instance is given away", async () => {
  const { cluster, nodes: [a, b] } = await start("a", "b");
  const clients = [await a.open("room/given"), await b.open("room/given")];
  for (const client of clients) {
    client.send("hello");
    await client.until((text) => text === "hello");
  }
  a.ownership.becomes("frozen");
  for (const client of clients) client.send("write");
  await pause();
  const given = cluster.give("a", "b");
  await pause();
  a.ownership.becomes("live");
  await given;
  for (const client of clients) {
    await client.until((text) => text === "write");
    client.send("and on");
    await client.until((text) => text === "and on");
  }
  const heard = noted("given").filter((note) => note.endsWith("write"));
  assert.equal(heard.length, 2);
});

test("frozen: a client that sends more than may wait is told 1013", async () => {
  const { nodes: [a, b] } = await start("a", "b");
  const client = await b.open("room/flood");
  const other = await a.open("room/flood");
  a.ownership.becomes("frozen");
  for (let at = 0; at < 5000; at++) client.send("x");
  assert.equal((await client.closed).code, 1013);
  a.ownership.becomes("live");
  other.send("fine");
  await other.until((text) => text === "fine");
});

test("lost: no handler runs, and clients are told 1012 wherever they are", async () => {
  const { cluster, nodes: [a, b] } = await start("a", "b");
  const clients = [await a.open("room/lost"), await b.open("room/lost")];
  a.ownership.becomes("frozen");
  for (const client of clients) client.send("too late");
  await pause();
  cluster.take("a", "b");
  a.ownership.becomes("lost");
  for (const client of clients) {
    assert.deepEqual(await client.closed, { code: 1012, reason: "restarting" });
    assert.deepEqual(client.own, []);
  }
  assert.deepEqual(noted("lost"), []);
  const again = await b.open("room/lost");
  again.send("here");
  await again.until((text) => text === "here");
});

test("a process that was declared dead, and does not know it: others' clients are told 1012, and come to the heir", async () => {
  const { cluster, nodes: [a, b, c] } = await start("a", "b", "c");
  const remote = [await b.open("room/zombie"), await c.open("room/zombie")];
  const own = await a.open("room/zombie");
  cluster.take("a", "b");
  for (const client of remote) {
    assert.deepEqual(await client.closed, { code: 1012, reason: "restarting" });
  }
  const again = await c.open("room/zombie");
  again.send("here");
  await again.until((text) => text === "here");
  // It finds out by its next write, and nobody hears of an error.
  own.send("write");
  assert.deepEqual(await own.closed, { code: 1012, reason: "restarting" });
  assert.ok(!own.own.includes("write"));
  assert.ok(!noted("zombie").includes("error zombie"));
});

test("a start whose state is refused: the client is told 1012, and nobody hears of an error", async () => {
  const { cluster, nodes: [a] } = await start("a", "b");
  cluster.owners.fill("b");
  const client = a.connect("room/refused");
  assert.deepEqual(await client.closed, { code: 1012, reason: "restarting" });
  assert.deepEqual(noted("refused"), []);
  const answer = await a.host.fetch(
    new Request("http://localhost/agents/room/refused"),
    // deno-lint-ignore no-explicit-any -- of an upgrade
    [] as any,
  );
  assert.equal(answer!.status, 503);
  cluster.owners.fill("a");
});

test("a process that ends: only its own clients are told, with 1012", async () => {
  const { nodes: [a, b, c] } = await start("a", "b", "c");
  const own = await a.open("room/ending");
  const others = [await b.open("room/ending"), await c.open("room/ending")];
  await a.close();
  assert.deepEqual(await own.closed, { code: 1012, reason: "restarting" });
  for (const client of others) {
    client.send("on");
    await client.until((text) => text === "on");
    assert.equal(client.end, undefined);
  }
});

test("health: who is live, who is frozen, and who can't be reached", async () => {
  const { cluster, nodes: [a, b] } = await start("a", "b");
  await b.open("room/health");
  const told = a.host.health();
  assert.equal(told.ok, true);
  assert.deepEqual(told.shards, { owned: 256, all: 256 });
  assert.deepEqual(told.peers!.map(({ node }) => node), ["b"]);
  a.ownership.becomes("frozen");
  assert.equal(a.host.health().ok, false);
  assert.equal(a.host.health().state, "frozen");
  a.ownership.becomes("live");
  // A process whose pipe does not listen any more.
  cluster.nodes.get("b")!.pretend("127.0.0.1:1");
  cluster.nodes.get("a")!.read();
  for (;;) {
    const dead = a.host.health().peers!.find(({ node }) => node === "b2");
    if (dead?.error !== undefined) {
      assert.equal(dead.isReached, false);
      break;
    }
    await pause();
  }
});

test("a process whose address is still taken says so, and joins when it is free", async () => {
  const before = createServer();
  const port = await freePort();
  await new Promise<void>((resolve) =>
    before.listen(port, "127.0.0.1", () => resolve())
  );
  const { error } = console;
  const printed = new Promise((resolve) => console.error = resolve);
  const cluster = new ScriptedCluster({ Room });
  const starting = cluster.start("a", { port });
  after(async () => await (await starting).close());
  assert.match(
    String(await printed),
    /^Cannot listen for other processes: .*EADDRINUSE/,
  );
  console.error = error;
  before.close();
  const node = await starting;
  assert.deepEqual(node.host.health().problems, []);
  const client = await node.open("room/listening");
  client.send("here");
  await client.until((text) => text === "here");
});
