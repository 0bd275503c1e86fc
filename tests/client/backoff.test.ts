import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { retryDelay } from "../../src/client/backoff.ts";
import type { End, Next } from "../../src/client/end.ts";
import { Wire } from "../../src/client/wire.ts";
import { settled, VirtualTime } from "../support/virtual_time.ts";

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`SEED=${seed}`);

test("The first retry comes within half a second, none after more than 30 seconds", () => {
  fc.assert(
    fc.property(
      fc.nat(2000),
      fc.constantFrom(1001, 1006, 1012, 1013),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (retry, code, random) => {
        const delay = retryDelay(retry, code, random, {});
        assert.ok(delay >= 0 && delay < 30_000);
        if (retry === 0 && code === 1006) assert.ok(delay < 500);
        // Full jitter: a share of a bound that does not shrink.
        assert.equal(retryDelay(retry, code, 0, {}), 0);
        const bound = (retry: number) => retryDelay(retry, code, 1, {});
        assert.ok(bound(retry + 1) >= bound(retry));
      },
    ),
    { seed },
  );
});

test("Options bound the wait", () => {
  const options = {
    minReconnectionDelay: 10,
    maxReconnectionDelay: 50,
    reconnectionDelayGrowFactor: 3,
  };
  assert.equal(retryDelay(0, 1006, 0.5, options), 5);
  assert.equal(retryDelay(9, 1006, 1, options), 50);
});

/** 5,000 clients of a server that goes away with `code` and is back after `downtime`; when they were back. */
function storm(downtime: number, told: boolean): number[] {
  const clock = new VirtualTime(seed + downtime);
  const back: number[] = [];
  for (let client = 0; client < 5000; client++) {
    let time = 0;
    for (let retry = 0; retry === 0 || time < downtime; retry++) {
      time += retryDelay(
        retry,
        told && retry === 0 ? 1012 : 1006,
        clock.random(),
        {},
      );
    }
    back.push(time - downtime);
  }
  return back.sort((a, b) => a - b);
}

for (
  const [downtime, told] of [
    [0, true],
    [500, true],
    [2000, true],
    [5000, true],
    [500, false],
    [1000, false],
    [2000, false],
    [3000, false],
    [5000, false],
  ] as const
) {
  test(`5,000 clients come back spread out after ${downtime} ms, ${told ? "told by 1012" : "cut off"}`, () => {
    const back = storm(downtime, told);
    let worst = 0;
    for (let from = 0, to = 0; to < back.length; to++) {
      while (back[to] - back[from] >= 250) from++;
      worst = Math.max(worst, to - from + 1);
    }
    assert.equal(back.length, 5000);
    assert.ok(worst <= 500, `${worst} in 250 ms`);
    assert.ok(back[4950] <= 15_000, `p99 ${back[4950]} ms`);
  });
}

/** A WebSocket that does what the test says. */
class StubSocket {
  static all: StubSocket[] = [];
  onopen: (() => void) | null = null;
  onclose: ((end: End) => void) | null = null;
  binaryType = "blob";
  url: string;
  constructor(url: string) {
    this.url = url;
    StubSocket.all.push(this);
  }
  send(): void {}
  close(): void {}
  lose(code = 1006): void {
    this.onclose?.({ code, reason: "", wasClean: false });
  }
}

function stubbed(clock: VirtualTime): { wire: Wire; ends: [End, Next][] } {
  StubSocket.all = [];
  const ends: [End, Next][] = [];
  const wire = new Wire(
    { WebSocket: StubSocket as unknown as typeof WebSocket, fetch: null },
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
  const clock = new VirtualTime(seed);
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
  const clock = new VirtualTime(seed);
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
  const clock = new VirtualTime(seed);
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

test("A server that falls silent is noticed within 35 seconds", async () => {
  const clock = new VirtualTime(seed);
  const { wire, ends } = stubbed(clock);
  wire.start();
  await settled();
  last().onopen!();
  wire.received('{"type":"roam_hello","version":1,"epoch":"e","rev":0}');
  await clock.run(clock.time + 35_000);
  assert.equal(ends[0][0].reason, "no heartbeat");
  wire.stop(1000, "");
});

test("On waking up an open connection is asked at once, and given up soon", async () => {
  const clock = new VirtualTime(seed);
  const { wire, ends } = stubbed(clock);
  wire.start();
  await settled();
  last().onopen!();
  wire.received('{"type":"roam_hello","version":1,"epoch":"e","rev":0}');
  await clock.run(clock.time + 1000);
  clock.wake();
  await clock.run(clock.time + 7500);
  assert.equal(ends[0][0].reason, "no heartbeat");
  wire.stop(1000, "");
});

test("On waking up the answer has its time, however late the next question is", async () => {
  const clock = new VirtualTime(seed);
  const { wire, ends } = stubbed(clock);
  wire.start();
  await settled();
  last().onopen!();
  wire.received('{"type":"roam_hello","version":1,"epoch":"e","rev":0}');
  await clock.run(clock.time + 7499);
  clock.wake();
  await clock.run(clock.time + 7000);
  assert.deepEqual(ends, []);
  wire.received("roam:pong");
  await clock.run(clock.time + 7500);
  assert.deepEqual(ends, []);
  wire.stop(1000, "");
});
