import assert from "node:assert/strict";
import { test } from "node:test";
import type { AfterClose, CloseInfo } from "../../src/client/close_info.ts";
import { ReconnectingSocket } from "../../src/client/reconnecting_socket.ts";
import type {
  ReconnectOptions,
  WebSocketClass,
} from "../../src/client/socket_options.ts";
import { seedOf } from "../support/random/seed.ts";
import { settled, VirtualTime } from "../support/simulation/virtual_time.ts";

const HELLO = '{"type":"roam_hello","version":1,"epoch":"e","rev":0}';

/** A WebSocket that does what the test says. */
class StubSocket {
  static all: StubSocket[] = [];
  onopen: (() => void) | null = null;
  onerror: ((error: unknown) => void) | null = null;
  onclose: ((end: CloseInfo) => void) | null = null;
  binaryType = "blob";
  readonly sent: unknown[] = [];
  readonly url: string;

  constructor(url: string) {
    this.url = url;
    StubSocket.all.push(this);
  }

  send(data: unknown): void {
    this.sent.push(data);
  }
  close(): void {}

  lose(code = 1006): void {
    this.onclose?.({ code, reason: "", wasClean: false });
  }
}

function stubbed(
  clock: VirtualTime,
  options: ReconnectOptions = {},
): {
  connection: ReconnectingSocket;
  ends: [CloseInfo, AfterClose][];
  changes: boolean[];
} {
  StubSocket.all = [];
  const ends: [CloseInfo, AfterClose][] = [];
  const changes: boolean[] = [];
  const connection = new ReconnectingSocket(
    {
      WebSocket: StubSocket as unknown as WebSocketClass,
      fetch: null,
      ...options,
    },
    {
      target: () => Promise.resolve({ url: "ws://x/" }),
      opened() {},
      flush() {},
      renewed() {},
      received() {},
      failed() {},
      changed: () => void changes.push(connection.isDoubted),
      ended: (end, next) => ends.push([end, next]),
    },
    clock.environment,
  );
  return { connection, ends, changes };
}

const last = () => StubSocket.all.at(-1)!;

test("The count of retries starts anew after 5 seconds up, and not before", async () => {
  const clock = new VirtualTime(seedOf("reconnecting socket"));
  const { connection } = stubbed(clock);
  connection.start();
  await settled();
  for (let retry = 1; retry <= 3; retry++) {
    last().onopen!();
    clock.time += 1000;
    const lost = last();
    lost.lose();
    while (last() === lost) await clock.run(clock.time + 10);
    assert.equal(connection.retries, retry);
  }
  last().onopen!();
  await clock.run(clock.time + 4999);
  assert.equal(connection.retries, 3);
  await clock.run(clock.time + 1);
  assert.equal(connection.retries, 0);
  last().lose();
  const dials = StubSocket.all.length;
  await clock.run(clock.time + 500);
  assert.equal(StubSocket.all.length, dials + 1);
  connection.stop(1000, "");
});

test("Without a network it is dialled at the longest delay, and at once when that is back", async () => {
  const clock = new VirtualTime(seedOf("reconnecting socket"));
  const { connection } = stubbed(clock);
  connection.start();
  await settled();
  last().onopen!();
  clock.online = false;
  last().lose();
  await clock.run(29_999);
  assert.equal(StubSocket.all.length, 1);
  // Some systems say that there is none, and are wrong.
  await clock.run(30_000);
  assert.equal(StubSocket.all.length, 2);
  last().lose();
  await clock.run(59_999);
  assert.equal(StubSocket.all.length, 2);
  clock.online = true;
  clock.wake();
  await settled();
  assert.equal(StubSocket.all.length, 3);
  connection.stop(1000, "");
  assert.equal(clock.listeners, 0);
});

test("An open connection without a network is in doubt at once, until something comes", async () => {
  const { clock, connection, socket, ends, changes } = await opened();
  clock.online = false;
  clock.wake();
  assert.deepEqual([connection.isDoubted, socket.sent], [true, ["roam:ping"]]);
  connection.received("roam:pong");
  assert.deepEqual(changes, [true, false]);
  clock.wake();
  await clock.run(clock.time + 7500);
  assert.equal(ends[0][0].reason, "no heartbeat");
  connection.stop(1000, "");
});

test("A handshake without an answer is given up, and later ones get more time", async () => {
  const clock = new VirtualTime(seedOf("reconnecting socket"));
  const { connection, ends } = stubbed(clock);
  connection.start();
  await clock.run(10_000);
  assert.deepEqual(ends.map(([end]) => end.reason), ["timeout"]);
  await clock.run(10_499);
  assert.equal(StubSocket.all.length, 2);
  const since = clock.time;
  await clock.run(since + 19_000);
  assert.equal(ends.length, 1);
  await clock.run(since + 20_001);
  assert.equal(ends.length, 2);
  connection.stop(1000, "");
});

/** An open connection, whose time knows no chance, over which the server has said hello, or does not know how to. */
async function opened(options: ReconnectOptions = {}, first = HELLO) {
  const clock = new VirtualTime(1);
  const { connection, ends, changes } = stubbed(clock, options);
  connection.start();
  await settled();
  const socket = last();
  socket.onopen!();
  connection.received(first);
  return { clock, connection, ends, socket, changes };
}

/** How long a server was silent before it was given up, when it spoke last `phase` milliseconds after its hello. */
async function silence(
  phase: number,
  options?: ReconnectOptions,
): Promise<{ ms: number; pings: number }> {
  const { clock, connection, ends, socket } = await opened(options);
  while (clock.time < phase) {
    await clock.run(Math.min(phase, clock.time + 1000));
    if (socket.sent.pop()) connection.received("roam:pong");
  }
  connection.received("the last word");
  socket.sent.length = 0;
  while (ends.length === 0) await clock.run(clock.time + 100);
  assert.equal(ends[0][0].reason, "no heartbeat");
  connection.stop(1000, "");
  return { ms: clock.time - phase, pings: socket.sent.length };
}

test("A server that falls silent is asked twice, and given up within 30 seconds", async () => {
  const clock = new VirtualTime(seedOf("reconnecting socket"));
  for (let time = 0; time < 100; time++) {
    const { ms, pings } = await silence(Math.round(clock.random() * 60_000));
    assert.ok(ms > 20_000 && ms <= 30_000, `after ${ms} ms`);
    assert.equal(pings, 2);
  }
  const hasty = await silence(0, { heartbeatInterval: 1000 });
  assert.ok(hasty.ms > 1300 && hasty.ms <= 2000, `after ${hasty.ms} ms`);
});

test("A server that answers is not given up", async () => {
  const { clock, connection, ends, socket } = await opened();
  for (let time = 0; time < 1000; time++) {
    await clock.run(clock.time + 1000);
    if (socket.sent.pop() === "roam:ping") connection.received("roam:pong");
  }
  assert.deepEqual(ends, []);
  connection.stop(1000, "");
});

test("A server without the extensions is not asked, nor is any with an interval of 0", async () => {
  for (
    const { clock, connection, ends, socket } of [
      await opened({}, '{"type":"cf_agent_identity","name":"x","agent":"y"}'),
      await opened({ heartbeatInterval: 0 }),
    ]
  ) {
    await clock.run(3_600_000);
    assert.deepEqual([socket.sent, ends], [[], []]);
    connection.stop(1000, "");
  }
});

test("On waking up an open connection is asked at once, and given up soon", async () => {
  const { clock, connection, ends } = await opened();
  await clock.run(clock.time + 1000);
  clock.wake();
  await clock.run(clock.time + 7500);
  assert.equal(ends[0][0].reason, "no heartbeat");
  connection.stop(1000, "");
});

test("On waking up the answer has its time, however late the next question is", async () => {
  const { clock, connection, ends } = await opened();
  await clock.run(7499);
  clock.wake();
  await clock.run(14_499);
  assert.deepEqual(ends, []);
  connection.received("roam:pong");
  await clock.run(21_999);
  assert.deepEqual(ends, []);
  connection.stop(1000, "");
});

/** How long a server was silent before it was given up, after `act`; it answers nothing. */
async function patience(
  act: (parts: Awaited<ReturnType<typeof opened>>) => void,
): Promise<number> {
  const parts = await opened();
  const { clock, connection, ends } = parts;
  await clock.run(20_000);
  connection.received("roam:pong");
  act(parts);
  const since = clock.time;
  while (ends.length === 0) await clock.run(clock.time + 100);
  assert.equal(ends[0][0].reason, "no heartbeat");
  connection.stop(1000, "");
  return (clock.time - since) / 1000;
}

const large = (bytes: number) => JSON.stringify({ type: "roam_large", bytes });

test("A large message that is announced is waited for, and its link given up some time later", async () => {
  const heard = await patience(({ connection }) =>
    connection.received(large(900_000))
  );
  assert.ok(heard > 110 && heard < 150, `${heard} s`);
  const sent = await patience(({ connection }) =>
    connection.write("x".repeat(900_000))
  );
  assert.ok(sent > 110 && sent < 150, `${sent} s`);
  // When it has come, nothing is on its way.
  const over = await patience(({ connection }) => {
    connection.received(large(900_000));
    connection.received("it");
  });
  assert.ok(over <= 35, `${over} s`);
  const woken = await patience(({ connection, clock }) => {
    connection.received(large(900_000));
    clock.wake();
  });
  assert.ok(woken > 110 && woken < 150, `${woken} s`);
});

test("A client that sends small messages all the time notices a dead link within 35 seconds", async () => {
  const { clock, connection, ends } = await opened();
  const since = clock.time;
  while (ends.length === 0) {
    connection.write("x".repeat(500));
    await clock.run(clock.time + 100);
  }
  assert.ok(clock.time - since <= 35_000, `${clock.time - since} ms`);
  connection.stop(1000, "");
});

test("A client that sends much, and is answered, notices a dead link soon", async () => {
  const { clock, connection, ends, socket } = await opened();
  for (let time = 0; time < 600; time++) {
    connection.write("x".repeat(50_000));
    await clock.run(clock.time + 100);
    if (socket.sent.includes("roam:ping")) {
      socket.sent.length = 0;
      connection.received("roam:pong");
    }
  }
  const since = clock.time;
  while (ends.length === 0) await clock.run(clock.time + 100);
  // What was sent since the last answer may take its time, and no more.
  assert.ok(clock.time - since <= 100_000, `${clock.time - since} ms`);
  connection.stop(1000, "");
});

test("A mark of the server is sent back at once, and neither it nor an announcement is a message", async () => {
  const { connection, socket } = await opened();
  const mark = '{"type":"roam_mark","id":7}';
  connection.received(mark);
  connection.received(large(100_000));
  assert.deepEqual(socket.sent, [mark]);
  connection.stop(1000, "");
});

test("A handshake that fails is tried again, also where the WebSocket tells of an error only", async () => {
  const clock = new VirtualTime(seedOf("reconnecting socket"));
  const { connection, ends } = stubbed(clock);
  connection.start();
  await settled();
  const first = last();
  first.onerror!(new Event("error"));
  await clock.run(0);
  assert.deepEqual(ends.map(([end]) => end.reason), ["handshake failed"]);
  // One that says it later all the same says nothing new.
  first.lose();
  await clock.run(8000);
  assert.deepEqual([ends.length, StubSocket.all.length], [1, 2]);
  // Most say both.
  last().onerror!(new Event("error"));
  last().lose();
  await clock.run(clock.time);
  assert.deepEqual(ends.map(([end]) => end.code), [1006, 1006]);
  connection.stop(1000, "");
});
