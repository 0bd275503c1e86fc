import assert from "node:assert/strict";
import { test } from "node:test";
import type { End, Next } from "../../src/client/end.ts";
import { Wire } from "../../src/client/wire.ts";
import type {
  WebSocketClass,
  WireOptions,
} from "../../src/client/wire_options.ts";
import { seedOf } from "../support/seed.ts";
import { settled, VirtualTime } from "../support/virtual_time.ts";

const HELLO = '{"type":"roam_hello","version":1,"epoch":"e","rev":0}';

/** A WebSocket that does what the test says. */
class StubSocket {
  static all: StubSocket[] = [];
  onopen: (() => void) | null = null;
  onclose: ((end: End) => void) | null = null;
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
  options: WireOptions = {},
): { wire: Wire; ends: [End, Next][] } {
  StubSocket.all = [];
  const ends: [End, Next][] = [];
  const wire = new Wire(
    {
      WebSocket: StubSocket as unknown as WebSocketClass,
      fetch: null,
      ...options,
    },
    {
      target: () => Promise.resolve({ url: "ws://x/" }),
      opened() {},
      received() {},
      failed() {},
      ended: (end, next) => ends.push([end, next]),
    },
    clock.environment,
  );
  return { wire, ends };
}

const last = () => StubSocket.all.at(-1)!;

test("The count of retries starts anew after 5 seconds up, and not before", async () => {
  const clock = new VirtualTime(seedOf("wire"));
  const { wire } = stubbed(clock);
  wire.start();
  await settled();
  for (let retry = 1; retry <= 3; retry++) {
    last().onopen!();
    clock.time += 1000;
    const lost = last();
    lost.lose();
    while (last() === lost) await clock.run(clock.time + 10);
    assert.equal(wire.retries, retry);
  }
  last().onopen!();
  await clock.run(clock.time + 4999);
  assert.equal(wire.retries, 3);
  await clock.run(clock.time + 1);
  assert.equal(wire.retries, 0);
  last().lose();
  const dials = StubSocket.all.length;
  await clock.run(clock.time + 500);
  assert.equal(StubSocket.all.length, dials + 1);
  wire.stop(1000, "");
});

test("Nothing is dialled without a network, and at once when it is back", async () => {
  const clock = new VirtualTime(seedOf("wire"));
  const { wire } = stubbed(clock);
  wire.start();
  await settled();
  last().onopen!();
  clock.online = false;
  last().lose();
  await clock.run(600_000);
  assert.equal(StubSocket.all.length, 1);
  clock.online = true;
  clock.wake();
  await settled();
  assert.equal(StubSocket.all.length, 2);
  wire.stop(1000, "");
  assert.equal(clock.listeners, 0);
});

test("A handshake without an answer is given up, and later ones get more time", async () => {
  const clock = new VirtualTime(seedOf("wire"));
  const { wire, ends } = stubbed(clock);
  wire.start();
  await clock.run(10_000);
  assert.deepEqual(ends.map(([end]) => end.reason), ["timeout"]);
  await clock.run(10_499);
  assert.equal(StubSocket.all.length, 2);
  const since = clock.time;
  await clock.run(since + 19_000);
  assert.equal(ends.length, 1);
  await clock.run(since + 20_001);
  assert.equal(ends.length, 2);
  wire.stop(1000, "");
});

/** An open connection, whose time knows no chance, over which the server has said hello, or does not know how to. */
async function opened(options: WireOptions = {}, first = HELLO) {
  const clock = new VirtualTime(1);
  const { wire, ends } = stubbed(clock, options);
  wire.start();
  await settled();
  const socket = last();
  socket.onopen!();
  wire.received(first);
  return { clock, wire, ends, socket };
}

/** How long a server was silent before it was given up, when it spoke last `phase` milliseconds after its hello. */
async function silence(
  phase: number,
  options?: WireOptions,
): Promise<{ ms: number; pings: number }> {
  const { clock, wire, ends, socket } = await opened(options);
  while (clock.time < phase) {
    await clock.run(Math.min(phase, clock.time + 1000));
    if (socket.sent.pop()) wire.received("roam:pong");
  }
  wire.received("the last word");
  socket.sent.length = 0;
  while (ends.length === 0) await clock.run(clock.time + 100);
  assert.equal(ends[0][0].reason, "no heartbeat");
  wire.stop(1000, "");
  return { ms: clock.time - phase, pings: socket.sent.length };
}

test("A server that falls silent is asked twice, and given up within 30 seconds", async () => {
  const clock = new VirtualTime(seedOf("wire"));
  for (let time = 0; time < 100; time++) {
    const { ms, pings } = await silence(Math.round(clock.random() * 60_000));
    assert.ok(ms > 20_000 && ms <= 30_000, `after ${ms} ms`);
    assert.equal(pings, 2);
  }
  const hasty = await silence(0, { heartbeatInterval: 1000 });
  assert.ok(hasty.ms > 1300 && hasty.ms <= 2000, `after ${hasty.ms} ms`);
});

test("A server that answers is not given up", async () => {
  const { clock, wire, ends, socket } = await opened();
  for (let time = 0; time < 1000; time++) {
    await clock.run(clock.time + 1000);
    if (socket.sent.pop() === "roam:ping") wire.received("roam:pong");
  }
  assert.deepEqual(ends, []);
  wire.stop(1000, "");
});

test("A server without the extensions is not asked, nor is any with an interval of 0", async () => {
  for (
    const { clock, wire, ends, socket } of [
      await opened({}, '{"type":"cf_agent_identity","name":"x","agent":"y"}'),
      await opened({ heartbeatInterval: 0 }),
    ]
  ) {
    await clock.run(3_600_000);
    assert.deepEqual([socket.sent, ends], [[], []]);
    wire.stop(1000, "");
  }
});

test("On waking up an open connection is asked at once, and given up soon", async () => {
  const { clock, wire, ends } = await opened();
  await clock.run(clock.time + 1000);
  clock.wake();
  await clock.run(clock.time + 7500);
  assert.equal(ends[0][0].reason, "no heartbeat");
  wire.stop(1000, "");
});

test("On waking up the answer has its time, however late the next question is", async () => {
  const { clock, wire, ends } = await opened();
  await clock.run(7499);
  clock.wake();
  await clock.run(14_499);
  assert.deepEqual(ends, []);
  wire.received("roam:pong");
  await clock.run(21_999);
  assert.deepEqual(ends, []);
  wire.stop(1000, "");
});
