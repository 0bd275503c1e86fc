import assert from "node:assert/strict";
import { test } from "node:test";
import { Expirations, expiryOf } from "../../src/connections/expirations.ts";
import { HostServices } from "../../src/runtime/host_services.ts";

const START = 1_785_000_000_000;

/** A host whose wall clock and timers a test has in its hands. */
class World {
  wall = START;
  readonly expirations: Expirations;
  readonly expired: string[] = [];
  /** What the platform was asked. */
  readonly wakes: [due: number, isSet: boolean | undefined][] = [];
  #timers = new Map<object, { due: number; job: () => void }>();
  #steady = 0;

  constructor(isPlatform = false) {
    const services = new HostServices({
      clock: {
        now: () => this.#steady,
        wall: () => this.wall,
        every: () => () => {},
        after: (ms, job) => {
          assert.ok(ms >= 0 && ms < 2 ** 31);
          const timer = {};
          this.#timers.set(timer, { due: this.#steady + ms, job });
          return () => this.#timers.delete(timer);
        },
      },
    });
    if (isPlatform) {
      services.wakeAt = (due, isSet) => void this.wakes.push([due, isSet]);
    }
    this.expirations = new Expirations(services);
  }

  item(name: string) {
    return { timeUp: () => void this.expired.push(name) };
  }

  get timers(): number {
    return this.#timers.size;
  }

  pass(ms: number): void {
    const end = this.#steady + ms;
    for (;;) {
      const [next] = [...this.#timers].sort(([, a], [, b]) => a.due - b.due);
      if (next === undefined || next[1].due > end) break;
      const [timer, { due, job }] = next;
      this.wall += due - this.#steady;
      this.#steady = due;
      this.#timers.delete(timer);
      job();
    }
    this.wall += end - this.#steady;
    this.#steady = end;
  }
}

test("Expirations end each at its time, never before, with one timer for all", () => {
  const world = new World();
  const { expirations } = world;
  for (const ms of [5000, 100_000, 1000, 5001, 86_400_000]) {
    expirations.add(world.item(`${ms}`), START + ms);
    assert.equal(world.timers, 1);
  }
  world.pass(999);
  assert.deepEqual(world.expired, []);
  world.pass(1);
  assert.deepEqual(world.expired, ["1000"]);
  world.pass(4000);
  assert.deepEqual(world.expired, ["1000", "5000"]);
  world.pass(250);
  assert.deepEqual(world.expired.splice(0), ["1000", "5000", "5001"]);
  world.pass(94_750);
  assert.deepEqual(world.expired.splice(0), ["100000"]);
  assert.equal(world.timers, 1);
  world.pass(86_300_000);
  assert.deepEqual(world.expired, ["86400000"]);
  assert.equal(world.timers, 0);
});

test("Expirations: what is taken back does not end, and without any there is no timer", () => {
  const world = new World();
  const { expirations } = world;
  const [a, b] = [world.item("a"), world.item("b")];
  expirations.add(a, START + 1000);
  expirations.add(b, START + 1000);
  expirations.delete(a, START + 1000);
  expirations.delete(a, START + 7777);
  assert.equal(world.timers, 1);
  world.pass(1000);
  assert.deepEqual(world.expired, ["b"]);
  expirations.add(a, START + 9000);
  expirations.delete(a, START + 9000);
  assert.equal(world.timers, 0);
  world.pass(10_000);
  assert.deepEqual(world.expired, ["b"]);
});

test("Expirations follow a clock on the wall that is set", () => {
  const world = new World();
  world.expirations.add(world.item("a"), START + 3_600_000);
  world.wall += 3_500_000;
  world.pass(100_000);
  assert.deepEqual(world.expired, ["a"]);
  world.expirations.add(world.item("b"), world.wall + 1000);
  world.wall -= 5000;
  world.pass(5999);
  assert.deepEqual(world.expired, ["a"]);
  world.pass(251);
  assert.deepEqual(world.expired, ["a", "b"]);
});

test("Expirations of a platform that wakes: no timer, and only earlier times are told", () => {
  const world = new World(true);
  const { expirations } = world;
  const [a, b, c] = ["a", "b", "c"].map((name) => world.item(name));
  expirations.add(b, START + 2000);
  expirations.add(c, START + 3000);
  expirations.add(a, START + 1000);
  assert.deepEqual(world.wakes.splice(0), [
    [START + 2000, undefined],
    [START + 1000, undefined],
  ]);
  assert.equal(world.timers, 0);
  world.wall += 999;
  expirations.run();
  assert.deepEqual(world.expired, []);
  world.wall += 1001;
  expirations.run();
  assert.deepEqual(world.expired, ["b", "a"]);
  assert.deepEqual(world.wakes.splice(0), [[START + 3000, undefined]]);
  expirations.delete(c, START + 3000);
  assert.deepEqual(world.wakes.splice(0), [[Infinity, undefined]]);
});

test("Expirations that outlived the host's time in memory are set already, and those that are past end at the first occasion", () => {
  const world = new World(true);
  const { expirations } = world;
  expirations.restore(world.item("past"), START - 1);
  expirations.restore(world.item("later"), START + 1000);
  assert.deepEqual(world.wakes.splice(0), [
    [START, true],
    [START, true],
  ]);
  expirations.run();
  assert.deepEqual(world.expired, ["past"]);
  assert.deepEqual(world.wakes, [[START + 1000, undefined]]);
});

test("expiryOf() takes a Date, milliseconds, and never; seconds and what is no time it refuses", () => {
  assert.equal(expiryOf(new Date(START)), START);
  assert.equal(expiryOf(START), START);
  assert.equal(expiryOf(0), 0);
  assert.equal(expiryOf(null), undefined);
  assert.equal(expiryOf(Infinity), undefined);
  assert.throws(() => expiryOf(START / 1000), {
    name: "RangeError",
    message:
      "Cannot set when a connection expires: 1785000000 is in seconds, and milliseconds are needed: exp * 1000",
  });
  for (
    const [date, received] of [
      [new Date("x"), "an invalid Date"],
      [NaN, "number"],
      ["2026-12-24", "string"],
      [undefined, "undefined"],
      [{}, "object"],
    ]
  ) {
    assert.throws(() => expiryOf(date as number), {
      name: "TypeError",
      message:
        `Cannot set when a connection expires: it must be a Date, milliseconds since 1970, or null: received ${received}`,
    });
  }
});
