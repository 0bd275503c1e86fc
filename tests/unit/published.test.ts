import assert from "node:assert/strict";
import { test } from "node:test";
import { Agent } from "../../src/agent/agent.ts";
import type { Instance } from "../../src/agent/instance.ts";
import { Link } from "../../src/connections/link.ts";
import { Namespace, type Served, served } from "../../src/host/namespace.ts";
import type { Socket, SocketData } from "../../src/ports/socket.ts";

const URI = "http://h/agents/room/one";
/** From so many on messages are published. */
const CROWD = 16;

/** A message of this size is more than a socket is given at once. */
const BIG = 2_000_000;

class Room extends Agent {}

class LoggedRoom extends Agent {
  static override options = { log: { messages: 10 } };
}

/** Who has subscribed to what, as Bun knows it. */
class Topics {
  readonly #byName = new Map<string, Set<PublishingSocket>>();

  of(name: string): Set<PublishingSocket> {
    const found = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, found);
    return found;
  }
}

class PublishingSocket implements Socket {
  readonly readyState = 1;
  readonly messages: SocketData[] = [];
  bufferedAmount = 0;
  readonly #topics: Topics;

  constructor(topics: Topics) {
    this.#topics = topics;
  }

  send(data: SocketData): void {
    this.messages.push(data);
  }

  close(): void {}

  subscribe(topic: string): void {
    this.#topics.of(topic).add(this);
  }

  unsubscribe(topic: string): void {
    this.#topics.of(topic).delete(this);
  }

  publish(topic: string, data: SocketData): void {
    for (const other of this.#topics.of(topic)) {
      if (other !== this) other.send(data);
    }
  }

  /** How often it was sent this. */
  count(data: SocketData): number {
    return this.messages.filter((message) => message === data).length;
  }
}

/** An instance with so many connections that what it broadcasts is published, and has been. */
function crowded(
  kind: Served = served("Room", Room),
): { instance: Instance; topics: Topics; sockets: PublishingSocket[] } {
  const limits = { logBytes: 2 * BIG, bufferedBytes: 8 * BIG };
  const namespace = new Namespace({ limits }, {});
  const instance = namespace.get(kind, "one")!;
  const topics = new Topics();
  const sockets = Array.from({ length: CROWD }, () => {
    const socket = new PublishingSocket(topics);
    new Link(instance, URI).open(socket);
    return socket;
  });
  instance.connections.broadcast("first");
  assert.deepEqual(sockets.map((socket) => socket.count("first")), [
    ...sockets.map(() => 1),
  ]);
  return { instance, topics, sockets };
}

/** One that was accepted elsewhere comes to the instance by this socket. */
function restored(instance: Instance, socket: PublishingSocket): Link {
  const link = new Link(instance, URI);
  const kept = { id: "late", uri: URI, tags: ["late"], state: undefined };
  link.restore(socket, { ...kept, protocol: true });
  return link;
}

test("a connection that is restored gets what is published afterwards, once", () => {
  const { instance, topics, sockets } = crowded();
  const late = new PublishingSocket(topics);
  restored(instance, late);
  instance.connections.broadcast("second");
  for (const socket of [...sockets, late]) {
    assert.equal(socket.count("second"), 1);
  }
  assert.equal(late.count("first"), 0);
});

test("one whose socket does not take what it missed at once is not published to past that", async () => {
  const { instance, topics, sockets } = crowded(served("Room", LoggedRoom));
  instance.broadcast("x".repeat(BIG));
  await instance.durable();
  const slow = new PublishingSocket(topics);
  slow.bufferedAmount = BIG;
  const link = restored(instance, slow);
  assert.equal(link.isQueueing, true);
  instance.connections.broadcast("second");
  for (const socket of sockets) assert.equal(socket.count("second"), 1);
  assert.equal(slow.count("second"), 0);
});
