import assert from "node:assert/strict";
import { test } from "node:test";
import { Agent, type Connection, type WSMessage } from "../../mod.ts";
import { HeldHost } from "../support/simulation/held_host.ts";
import { MemorySocket } from "../support/simulation/memory_socket.ts";

/** Says what it hears, and who has gone. */
class Listener extends Agent {
  static heard: unknown[] = [];

  override onMessage(_: Connection, message: WSMessage): void {
    Listener.heard.push(message);
  }

  override onClose(_: Connection, code: number): void {
    Listener.heard.push(code);
  }
}

/** A socket whose peer is slow to answer a close frame, and who hears of it. */
function dial(host: HeldHost, wish: string) {
  const events = host.connect(`listener/a?_roam=1&_session=${wish}`);
  const socket = new MemorySocket();
  events.open(socket);
  return { events, socket };
}

/** One that takes the place of another. */
function replace(host: HeldHost, { socket }: { socket: MemorySocket }) {
  const { session } = hello(socket);
  const next = dial(host, "resume");
  const received = socket.sent.length;
  const proof = { type: "roam_resume", session, received, lost: 0 };
  next.events.receive(JSON.stringify(proof));
  assert.equal(socket.closeCode, 1001);
  return next;
}

function hello({ sent }: MemorySocket) {
  return sent.map((frame) => JSON.parse(String(frame)))
    .find(({ type }) => type === "roam_hello");
}

test("once a connection goes on with another socket, nothing that comes on those before is heard, nor their ends", () => {
  const host = new HeldHost({ Listener });
  const first = dial(host, "1");
  first.events.receive("1");
  const second = replace(host, first);
  assert.equal(hello(second.socket).received, 1);
  first.events.receive("late");
  second.events.receive("2");
  const third = replace(host, second);
  // What was not heard is not counted either.
  assert.equal(hello(third.socket).received, 2);
  first.events.receive("late");
  second.events.receive("late");
  first.events.closed(1006, "", false);
  second.events.closed(1000, "", true);
  third.events.receive("3");
  assert.deepEqual(Listener.heard, ["1", "2", "3"]);
  third.events.closed(1000, "", true);
  assert.deepEqual(Listener.heard, ["1", "2", "3", 1000]);
});
