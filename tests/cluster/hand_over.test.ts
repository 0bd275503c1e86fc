import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Agent, type Connection, type WSMessage } from "../../mod.ts";
import {
  type NodeClient,
  ScriptedCluster,
  type TestNode,
} from "../support/cluster/scripted_cluster.ts";

/** What happened, in order, in whichever process. */
const notes: string[] = [];
/** Those about instances whose names begin so; others may end when their test is over. */
function noted(name: string): string[] {
  return notes.filter((note) => note.split(" ")[1].startsWith(name));
}

/** What handlers wait for, by name of the instance. */
const gates = new Map<string, { promise: Promise<void>; open(): void }>();

function gate(name: string): { promise: Promise<void>; open(): void } {
  let open!: () => void;
  const promise = new Promise<void>((resolve) => open = resolve);
  const made = { promise, open };
  gates.set(name, made);
  return made;
}

class Room extends Agent<unknown, { count: number }> {
  override initialState = { count: 0 };
  static callable = ["wait", "endless"];

  override async onConnect(connection: Connection) {
    if (!this.name.startsWith("slow")) return;
    notes.push(`connecting ${this.name}`);
    await gates.get(this.name)?.promise;
    connection.send("connected");
  }

  override onMessage(connection: Connection, message: WSMessage) {
    const text = String(message);
    if (text === "close") return connection.close(4000, "bye");
    if (text === "count") {
      this.setState({ count: this.state!.count + 1 });
      return connection.send(`count ${this.state!.count}`);
    }
    if (text.startsWith("keep ")) return void connection.setState(text);
    if (text === "kept") return connection.send(`${connection.state}`);
    connection.send(message);
  }

  override onClose(connection: Connection, code: number) {
    notes.push(`closed ${this.name} ${connection.id} ${code}`);
  }

  override onError(_: unknown, error: unknown) {
    notes.push(`error ${this.name} ${(error as Error).message}`);
  }

  async wait() {
    notes.push(`waiting ${this.name}`);
    await gates.get(this.name)!.promise;
    return "waited";
  }

  async *endless() {
    for (let at = 0;; at++) {
      yield at;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

class Queue extends Agent {
  static override options = { serial: true };
  override async onMessage(connection: Connection, message: WSMessage) {
    if (message === "first") await gates.get(this.name)!.promise;
    connection.send(message);
  }
}

interface Started {
  readonly cluster: ScriptedCluster;
  readonly nodes: TestNode[];
}

function start(...ids: string[]): Promise<Started> {
  return startAll(new ScriptedCluster({ Room, Queue }), ids);
}

/** Handlers that do not end are waited for 300 ms. */
function startHasty(...ids: string[]): Promise<Started> {
  return startAll(new ScriptedCluster({ Room, Queue }, {}, 300), ids);
}

async function startAll(
  cluster: ScriptedCluster,
  ids: readonly string[],
): Promise<Started> {
  const nodes: TestNode[] = [];
  for (const id of ids) nodes.push(await cluster.start(id));
  after(async () => {
    for (const node of nodes) await node.close();
  });
  return { cluster, nodes };
}

const call = (method: string) =>
  JSON.stringify({ type: "rpc", id: "1", method, args: [] });

/** Resolves when this has happened. */
async function happened(note: string): Promise<void> {
  while (!notes.includes(note)) {
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** Sends numbers, each when the one before has come back; returns how many there were. */
async function counting(client: NodeClient, isOver: () => boolean) {
  let sent = 0;
  for (; !isOver(); sent++) {
    client.send("count");
    await client.until((text) => text === `count ${sent + 1}`);
  }
  return sent;
}

test("hand-over: no connection closes, all echoes come in order, and each write is there once", async () => {
  const { cluster, nodes } = await start("a", "b", "c");
  const echoing: NodeClient[] = [];
  const writing: NodeClient[] = [];
  for (const node of nodes) {
    for (let at = 0; at < 20; at++) {
      echoing.push(await node.open(`room/echo-${at % 7}`));
      writing.push(await node.open(`room/write-${node.ownership.self}${at}`));
    }
  }
  let isOver = false;
  const counts = writing.map((client) => counting(client, () => isOver));
  let sent = 0;
  for (const [from, to] of ["ab", "bc", "ca", "ac", "cb"]) {
    const given = cluster.give(from, to);
    for (let burst = 0; burst < 20; burst++) {
      for (const client of echoing) client.send(`${sent}`);
      sent++;
      await new Promise((resolve) => setTimeout(resolve));
    }
    await given;
  }
  isOver = true;
  const wanted = Array.from({ length: sent }, (_, at) => `${at}`);
  for (const client of echoing) {
    await client.until((text) => text === `${sent - 1}`);
    assert.deepEqual(client.own, wanted);
  }
  const totals = await Promise.all(counts);
  assert.ok(totals.every((count) => count > 0), `${totals}`);
  assert.ok([...echoing, ...writing].every(({ end }) => end === undefined));
  assert.deepEqual([...noted("echo"), ...noted("write")], []);
});

test("hand-over: connection state goes with the connection, its id and tags too", async () => {
  const { cluster, nodes: [a, b] } = await start("a", "b");
  const clients = [await a.open("room/kept?_pk=x"), await b.open("room/kept")];
  for (const client of clients) client.send("keep it");
  await cluster.give("a", "b");
  for (const client of clients) {
    client.send("kept");
    await client.until((text) => text === "keep it");
  }
  clients[0].socket.close(4001);
  await clients[0].closed;
  while (noted("kept").length === 0) {
    await new Promise((resolve) => setTimeout(resolve));
  }
  assert.deepEqual(noted("kept"), ["closed kept x 4001"]);
});

test("hand-over: a running call is answered, and its connection stays", async () => {
  const { cluster, nodes: [, b] } = await start("a", "b");
  const client = await b.open("room/call");
  const { open } = gate("call");
  client.send(call("wait"));
  await happened("waiting call");
  const given = cluster.give("a", "b");
  client.send("after");
  setTimeout(open, 50);
  await client.until((text) => text.includes('"waited"'));
  await given;
  await client.until((text) => text === "after");
});

test("hand-over: an endless stream is cut off with 1012, and others of its instance stay", async () => {
  const { cluster, nodes: [a, b] } = await startHasty("a", "b");
  for (const node of [a, b]) {
    const streaming = await node.open("room/streaming");
    const other = await node.open("room/streaming");
    streaming.send(call("endless"));
    await streaming.until((text) => text.includes('"done":false'));
    await cluster.give(
      ...(cluster.owners[0] === "a" ? ["a", "b"] : ["b", "a"]) as [
        string,
        string,
      ],
    );
    assert.deepEqual(await streaming.closed, {
      code: 1012,
      reason: "restarting",
    });
    other.send("still here");
    await other.until((text) => text === "still here");
    assert.match(noted("streaming").at(-1)!, /^closed streaming \S+ 1012$/);
  }
});

test("hand-over: onConnect finishes first", async () => {
  const { cluster, nodes: [, b] } = await start("a", "b");
  const { open } = gate("slow");
  const client = b.connect("room/slow");
  await happened("connecting slow");
  setTimeout(open, 50);
  client.send("early");
  await cluster.give("a", "b");
  await client.until((text) => text === "early");
  assert.deepEqual(client.own, ["connected", "early"]);
});

test("hand-over: a connection whose onConnect takes too long is told 1012", async () => {
  const { cluster, nodes: [, b] } = await startHasty("a", "b");
  gate("slower");
  const stuck = b.connect("room/slower");
  await happened("connecting slower");
  await cluster.give("a", "b");
  assert.equal((await stuck.closed).code, 1012);
  gates.delete("slower");
});

test("hand-over: messages that wait for their turn are handled where they came", async () => {
  const { cluster, nodes: [, b] } = await start("a", "b");
  const client = await b.open("queue/one");
  const { open } = gate("one");
  for (const text of ["first", "second", "third"]) client.send(text);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const given = cluster.give("a", "b");
  client.send("fourth");
  setTimeout(open, 30);
  await given;
  await client.until((text) => text === "fourth");
  assert.deepEqual(client.own, ["first", "second", "third", "fourth"]);
});

test("hand-over: a connection that is being closed ends as it should, and onClose is called once", async () => {
  const { cluster, nodes: [a, b] } = await start("a", "b");
  const clients = [
    await a.open("room/closing?_pk=one"),
    await b.open("room/closing?_pk=two"),
  ];
  for (const client of clients) client.send("close");
  await cluster.give("a", "b");
  for (const client of clients) {
    assert.deepEqual(await client.closed, { code: 4000, reason: "bye" });
  }
  const witness = await a.open("room/closing");
  witness.send("done");
  await witness.until((text) => text === "done");
  assert.deepEqual(noted("closing").sort(), [
    "closed closing one 4000",
    "closed closing two 4000",
  ]);
});

test("hand-over: a client that leaves meanwhile is told to onClose once", async () => {
  const { cluster, nodes: [, b] } = await start("a", "b");
  const client = await b.open("room/leaving?_pk=gone");
  const { open } = gate("leaving");
  client.send(call("wait"));
  await happened("waiting leaving");
  const given = cluster.give("a", "b");
  await new Promise((resolve) => setTimeout(resolve, 20));
  client.socket.close(4002);
  setTimeout(open, 30);
  await given;
  const wanted = ["waiting leaving", "closed leaving gone 4002"];
  while (noted("leaving").length < wanted.length) {
    await new Promise((resolve) => setTimeout(resolve));
  }
  const witness = await b.open("room/leaving");
  witness.send("done");
  await witness.until((text) => text === "done");
  assert.deepEqual(noted("leaving"), wanted);
});

test("a map that is out of date: the connection, a call and a request find their way", async () => {
  const { cluster, nodes: [, b, c] } = await start("a", "b", "c");
  await cluster.give("a", "b");
  const client = await c.open("room/stale");
  client.send("x");
  await client.until((text) => text === "x");
  const handle = b.host.getAgent<Room>("Room", "stale");
  const { open } = gate("stale");
  open();
  assert.equal(await handle.wait(), "waited");
  assert.equal(await c.host.getAgent<Room>("Room", "stale").wait(), "waited");
});
