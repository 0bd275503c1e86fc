import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Agent,
  type Connection,
  type SocketEvents,
  type Storage,
  type Write,
  type WSMessage,
} from "../../mod.ts";
import { MemoryStorage } from "../../src/durability/memory_storage.ts";
import { HeldHost } from "../support/simulation/held_host.ts";
import { MemorySocket } from "../support/simulation/memory_socket.ts";
import { settled } from "../support/simulation/virtual_time.ts";

class Kept extends Agent<unknown, unknown> {
  override onMessage(connection: Connection, message: WSMessage): void {
    connection.send(message);
  }
  override onError(): void {}
  put(value: unknown): void {
    this.setState(value);
  }
  end(): Promise<void> {
    return this.destroy();
  }
}

/** Says what it was asked to store, and answers when and how it is told. */
class SlowStorage extends MemoryStorage implements Storage {
  readonly commits: (readonly Write[])[] = [];
  #answers: ((error?: Error) => void)[] = [];

  override commit(writes: readonly Write[]): Promise<void> {
    this.commits.push(writes);
    return new Promise((resolve, reject) =>
      this.#answers.push((error) => {
        if (error !== undefined) return reject(error);
        super.commit(writes);
        resolve();
      })
    );
  }

  async answer(error?: Error): Promise<void> {
    this.#answers.shift()!(error);
    await settled();
  }
}

class QuickStorage extends MemoryStorage implements Storage {
  readonly commits: (readonly Write[])[] = [];
  problem: Error | undefined;

  override commit(writes: readonly Write[]): void {
    this.commits.push(writes);
    if (this.problem !== undefined) throw this.problem;
    super.commit(writes);
  }
}

function open<S extends Storage>(storage: S) {
  const host = new HeldHost({ Kept }, { storage });
  const connect = (name: string) => {
    const events: SocketEvents = host.connect(`kept/${name}?_roam=1`);
    const socket = new MemorySocket((code, reason) =>
      events.closed(code, reason, true)
    );
    events.open(socket);
    socket.sent.length = 0;
    const write = (state: unknown) =>
      events.receive(
        JSON.stringify({ state, type: "cf_agent_state", id: "w" }),
      );
    return { events, socket, write };
  };
  return { storage, host, connect };
}

function ack(rev: number): string {
  return `{"type":"roam_state_ack","id":"w","rev":${rev}}`;
}

test("what all instances write in a turn is one commit, with the last state of each", () => {
  const { storage, host, connect } = open(new QuickStorage());
  const clients = ["a", "b", "c"].map(connect);
  for (const value of [1, 2]) for (const { write } of clients) write(value);
  assert.equal(storage.commits.length, 0);
  host.turn();
  assert.equal(storage.commits.length, 1);
  assert.deepEqual(
    storage.commits[0].map(({ address, snapshot }) => [
      address.name,
      snapshot!.state,
      snapshot!.rev,
    ]),
    [["a", "2", 2], ["b", "2", 2], ["c", "2", 2]],
  );
  for (const { socket } of clients) {
    assert.deepEqual(socket.sent, [ack(1), ack(2)]);
  }
});

test("what an instance sends after a write waits for the commit, in order", () => {
  const { host, connect } = open(new QuickStorage());
  const [writer, other] = [connect("a"), connect("a")];
  writer.write(1);
  other.events.receive("hello");
  writer.write(2);
  assert.deepEqual([writer.socket.sent, other.socket.sent], [[], []]);
  host.turn();
  assert.deepEqual(writer.socket.sent, [ack(1), ack(2)]);
  const kinds = other.socket.sent.map((sent) =>
    sent === "hello" ? sent : JSON.parse(sent as string).rev
  );
  assert.deepEqual(kinds, [1, "hello", 2]);
});

test("an instance that has written nothing waits for nothing, and nothing is stored", () => {
  const { storage, host, connect } = open(new QuickStorage());
  const { events, socket } = connect("a");
  events.receive("hello");
  assert.deepEqual(socket.sent, ["hello"]);
  assert.equal(host.isWaiting, false);
  connect("b").write(1);
  events.receive("again");
  assert.deepEqual(socket.sent, ["hello", "again"]);
  host.turn();
  assert.equal(storage.commits.length, 1);
});

test("after its commit an instance waits for nothing again", () => {
  const { host, connect } = open(new QuickStorage());
  const { events, socket, write } = connect("a");
  write(1);
  host.turn();
  events.receive("hello");
  assert.deepEqual(socket.sent, [ack(1), "hello"]);
  assert.equal(host.isWaiting, false);
});

test("while a storage takes its time, the next commit gathers", async () => {
  const { storage, host, connect } = open(new SlowStorage());
  const [a, b] = [connect("a"), connect("b")];
  a.write(1);
  host.turn();
  a.write(2);
  a.write(3);
  b.write(1);
  host.turn();
  assert.equal(storage.commits.length, 1);
  assert.deepEqual([a.socket.sent, b.socket.sent], [[], []]);
  await storage.answer();
  assert.deepEqual([a.socket.sent, b.socket.sent], [[ack(1)], []]);
  host.turn();
  assert.deepEqual(
    storage.commits[1].map(({ snapshot }) => snapshot!.rev),
    [3, 1],
  );
  await storage.answer();
  assert.deepEqual(a.socket.sent, [ack(1), ack(2), ack(3)]);
  assert.deepEqual(b.socket.sent, [ack(1)]);
});

test("a commit that fails: nothing of it is sent, 1011, and the instance begins with what is stored", () => {
  const { storage, host, connect } = open(new QuickStorage());
  const [a, b] = [connect("a"), connect("b")];
  a.write("kept");
  host.turn();
  storage.problem = new Error("disk full");
  a.write("lost");
  host.turn();
  assert.deepEqual(a.socket.sent, [ack(1)]);
  assert.deepEqual([a.socket.closeCode, b.socket.closeCode], [1011, undefined]);
  storage.problem = undefined;
  const again = connect("a");
  again.write("next");
  host.turn();
  assert.deepEqual(again.socket.sent, [ack(2)]);
  assert.equal(storage.load({ agent: "Kept", name: "a" })!.state, '"next"');
});

test("what was written on top of a commit that fails is lost with it", async () => {
  const { storage, host, connect } = open(new SlowStorage());
  const [a, b] = [connect("a"), connect("b")];
  a.write(1);
  host.turn();
  a.write(2);
  b.write(1);
  await storage.answer(new Error("disk full"));
  assert.equal(a.socket.closeCode, 1011);
  host.turn();
  assert.deepEqual(
    storage.commits[1].map(({ address }) => address.name),
    ["b"],
  );
  await storage.answer();
  assert.deepEqual([a.socket.sent, b.socket.sent], [[], [ack(1)]]);
  assert.equal(storage.load({ agent: "Kept", name: "a" }), undefined);
});

test("a call of the server's own waits for the commit, and rejects when it fails", async () => {
  const { storage, host } = open(new QuickStorage());
  const handle = host.getAgent<Kept>("Kept", "a");
  let isDone = false;
  const first = handle.put(1).then(() => isDone = true);
  await settled();
  assert.equal(isDone, false);
  host.turn();
  await first;
  storage.problem = new Error("disk full");
  const second = handle.put(2);
  await settled();
  host.turn();
  await assert.rejects(second, /what was written could not be stored/);
  storage.problem = undefined;
  const third = handle.put(3);
  await settled();
  host.turn();
  await third;
  const stored = storage.load({ agent: "Kept", name: "a" })!;
  assert.deepEqual([stored.state, stored.rev], ["3", 2]);
});

test("destroy() rejects when it can't be stored, and the state is still there", async () => {
  const { storage, host, connect } = open(new QuickStorage());
  connect("a").write(1);
  host.turn();
  storage.problem = new Error("disk full");
  const destroyed = host.getAgent<Kept>("Kept", "a").end();
  await settled();
  host.turn();
  await assert.rejects(destroyed, /could not be stored/);
  assert.equal(storage.load({ agent: "Kept", name: "a" })!.state, "1");
});

test("what is closed after a write closes when that is stored", () => {
  const { host, connect } = open(new QuickStorage());
  const { events, socket, write } = connect("a");
  write(1);
  events.receive("x".repeat(2 ** 20 + 1));
  assert.equal(socket.closeCode, undefined);
  host.turn();
  assert.deepEqual([socket.sent, socket.closeCode], [[ack(1)], 1009]);
});

test("what waits for a slow storage is bounded: past bufferedBytes the connection closes with 1013, and nothing of it is kept", async () => {
  const { storage, host, connect } = open(new SlowStorage());
  const [writer, other] = [connect("a"), connect("a")];
  writer.write(1);
  host.turn();
  const part = "x".repeat(1024 * 1024);
  for (let at = 0; at < 3; at++) writer.events.receive(part);
  assert.equal(writer.socket.closeCode, undefined);
  for (let at = 0; at < 2; at++) writer.events.receive(part);
  assert.equal(writer.socket.closeCode, 1013);
  assert.equal(other.socket.closeCode, undefined);
  await storage.answer();
  assert.deepEqual(writer.socket.sent, []);
  assert.equal(other.socket.sent.length, 1);
});

test("what is sent in the turn of a write is bounded once the storage takes its time", () => {
  const { host, connect } = open(new SlowStorage());
  const { events, socket, write } = connect("a");
  write(1);
  for (let at = 0; at < 5; at++) events.receive("x".repeat(1024 * 1024));
  assert.equal(socket.closeCode, undefined);
  host.turn();
  assert.equal(socket.closeCode, 1013);
});

test("a storage that stores at once may be sent any amount in a turn", () => {
  const { host, connect } = open(new QuickStorage());
  const { events, socket, write } = connect("a");
  write(1);
  for (let at = 0; at < 16; at++) events.receive("x".repeat(1024 * 1024));
  host.turn();
  const sent = socket.sent.filter((data) => !`${data}`.includes("roam_large"));
  assert.deepEqual([socket.closeCode, sent.length], [undefined, 17]);
});

test("a commit that takes longer than commitMs is lost, as is what came behind it; its late end lets the next ones through", async () => {
  const { storage, host, connect } = open(new SlowStorage());
  const [a, b] = [connect("a"), connect("b")];
  a.write(1);
  host.turn();
  b.write(1);
  host.clock.pass(29_000);
  assert.deepEqual([a.socket.closeCode, b.socket.closeCode], [
    undefined,
    undefined,
  ]);
  host.clock.pass(2000);
  assert.deepEqual([a.socket.closeCode, b.socket.closeCode], [1011, 1011]);
  const refused = connect("c");
  refused.write(1);
  assert.match(`${refused.socket.sent}`, /cf_agent_state_error/);
  await storage.answer();
  assert.deepEqual([a.socket.sent, b.socket.sent], [[], []]);
  const next = connect("c");
  next.write(1);
  host.turn();
  await storage.answer();
  assert.deepEqual(next.socket.sent, [ack(1)]);
});
