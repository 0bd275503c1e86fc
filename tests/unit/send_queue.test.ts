import assert from "node:assert/strict";
import { test } from "node:test";
import { SendQueue } from "../../src/connections/send_queue.ts";

const MIB = 1024 * 1024;
const LIMIT = 4 * MIB;
/** Milliseconds between two looks of the tests. */
const STEP = 100;

/** A peer whose socket has some bytes, and takes a frame without telling how much of it is gone. */
class Peer {
  socketBytes: number;
  isTooSlow = false;
  readonly queue = new SendQueue(this, LIMIT, 256 * 1024);
  #now = 0;

  constructor(socketBytes: number, waiting: number) {
    this.socketBytes = socketBytes;
    for (; waiting > 0; waiting -= MIB) {
      this.queue.add("x".repeat(Math.min(waiting, MIB)), undefined);
    }
  }

  settle(): void {}
  caughtUp(): void {}

  put(data: string): void {
    this.socketBytes += data.length;
  }

  tooSlow(): void {
    this.isTooSlow = true;
  }

  /** After how many milliseconds it is cut, within `ms`. */
  cutWithin(ms: number): number | undefined {
    for (const end = this.#now + ms; this.#now <= end; this.#now += STEP) {
      this.queue.look(this.#now);
      if (this.isTooSlow) return this.#now;
    }
  }
}

for (
  const [what, socketBytes, waiting, earliest, latest] of [
    // 64 KiB a second, and 4 seconds. A look at a peer that takes nothing is the 33rd of the host's.
    ["one message of 16 MiB", 16 * MIB, 0, 260_000, 264_000],
    ["one message of 5 MiB", 5 * MIB, 0, 84_000, 88_000],
    ["256 KiB and 8 MiB that wait", 256 * 1024, 8 * MIB, 8_000, 12_000],
    ["1 MiB and 15 MiB that wait", MIB, 15 * MIB, 20_000, 24_000],
    ["1 MiB and 17 MiB that wait", MIB, 17 * MIB, 1_000, 4_400],
  ] as const
) {
  test(`a peer that takes nothing of ${what} is cut when its time is over, and not before`, () => {
    const cut = new Peer(socketBytes, waiting).cutWithin(300_000);
    assert.ok(cut !== undefined && cut >= earliest, `after ${cut} ms`);
    assert.ok(cut <= latest, `after ${cut} ms`);
  });
}

test("a message that is gone in time is not held against what comes after it", () => {
  const peer = new Peer(16 * MIB, 5 * MIB);
  assert.equal(peer.cutWithin(250_000), undefined);
  peer.socketBytes = 0;
  for (let at = 0; at < 5; at++) {
    assert.equal(peer.cutWithin(15_000), undefined);
    peer.socketBytes = 0;
  }
  // Not every look is one at a peer that took nothing before.
  for (let looks = 0; peer.queue.look(325_000); looks++) {
    assert.ok(looks < 40, "it does not catch up");
  }
});

test("what is below the limit may take its time", () => {
  assert.equal(new Peer(MIB, 2 * MIB).cutWithin(600_000), undefined);
});
