import assert from "node:assert/strict";
import { test } from "node:test";
import { Deadlines, DeadlineTimer } from "../../src/runtime/deadlines.ts";
import { FakeClock } from "../support/simulation/fake_clock.ts";

/** The timer looks four times a second. */
const TICK = 250;

function setUp(ms = 1000) {
  const clock = new FakeClock();
  const timer = new DeadlineTimer(clock);
  const expired: string[] = [];
  const deadlines = new Deadlines<string>(
    timer,
    ms,
    (item) => expired.push(item),
  );
  return { clock, timer, expired, deadlines };
}

test("Deadlines expire an item when its time has passed, and not before", () => {
  const { clock, expired, deadlines } = setUp();
  deadlines.add("a");
  clock.pass(999);
  assert.deepEqual(expired, []);
  clock.pass(TICK);
  assert.deepEqual(expired, ["a"]);
  assert.equal(deadlines.size, 0);
});

test("Deadlines expire an item once", () => {
  const { clock, expired, deadlines } = setUp();
  deadlines.add("a");
  clock.pass(10_000);
  assert.deepEqual(expired, ["a"]);
});

test("Deadlines expire an item that another queue's expiring has added, whichever was made first", () => {
  const clock = new FakeClock();
  const timer = new DeadlineTimer(clock);
  const expired: string[] = [];
  const closing = new Deadlines<string>(
    timer,
    1000,
    (item) => expired.push(item),
  );
  const connecting = new Deadlines<string>(
    timer,
    1000,
    (item) => closing.add(item),
  );
  connecting.add("a");
  clock.pass(1000 + TICK);
  assert.deepEqual(expired, []);
  clock.pass(1000 + TICK);
  assert.deepEqual(expired, ["a"]);
});

test("Deadlines expire the oldest first", () => {
  const { clock, expired, deadlines } = setUp();
  for (const item of ["a", "b", "c"]) {
    deadlines.add(item);
    clock.pass(1);
  }
  clock.pass(2000);
  assert.deepEqual(expired, ["a", "b", "c"]);
});

test("add() starts the time of an item anew", () => {
  const { clock, expired, deadlines } = setUp();
  deadlines.add("a");
  deadlines.add("b");
  clock.pass(750);
  deadlines.add("a");
  clock.pass(500);
  assert.deepEqual(expired, ["b"]);
  clock.pass(500);
  assert.deepEqual(expired, ["b", "a"]);
});

test("addOnce() leaves a time that runs as it is", () => {
  const { clock, expired, deadlines } = setUp();
  deadlines.addOnce("a");
  clock.pass(750);
  deadlines.addOnce("a");
  clock.pass(250);
  assert.deepEqual(expired, ["a"]);
});

test("delete() keeps an item from expiring", () => {
  const { clock, expired, deadlines } = setUp();
  deadlines.add("a");
  deadlines.delete("a");
  deadlines.delete("never there");
  clock.pass(5000);
  assert.deepEqual(expired, []);
});

test("Deadlines of one timer have times of their own", () => {
  const { clock, timer, expired, deadlines } = setUp(1000);
  const quick = new Deadlines<string>(timer, 500, (item) => expired.push(item));
  deadlines.add("slow");
  quick.add("quick");
  clock.pass(500);
  assert.deepEqual(expired, ["quick"]);
  clock.pass(500);
  assert.deepEqual(expired, ["quick", "slow"]);
});

test("an item may be added and others deleted while it expires", () => {
  const clock = new FakeClock();
  const expired: string[] = [];
  const deadlines: Deadlines<string> = new Deadlines(
    new DeadlineTimer(clock),
    1000,
    (item) => {
      expired.push(item);
      if (item === "a") deadlines.delete("b");
      if (expired.length < 5) deadlines.add("a");
    },
  );
  deadlines.add("a");
  deadlines.add("b");
  clock.pass(1000);
  assert.deepEqual(expired, ["a"]);
  clock.pass(2000);
  assert.deepEqual(expired, ["a", "a", "a"]);
});

test("an item whose expiry throws does not keep the next from expiring", () => {
  const clock = new FakeClock();
  const expired: string[] = [];
  const deadlines = new Deadlines<string>(
    new DeadlineTimer(clock),
    1000,
    (item) => {
      if (item === "bad") throw new Error("no");
      expired.push(item);
    },
  );
  deadlines.add("bad");
  deadlines.add("good");
  assert.throws(() => clock.pass(1000), /no/);
  clock.pass(TICK);
  assert.deepEqual(expired, ["good"]);
});

test("DeadlineTimer runs one timer, and only while something waits", () => {
  const { clock, deadlines } = setUp();
  assert.equal(clock.timers, 0);
  deadlines.add("a");
  deadlines.add("b");
  assert.equal(clock.timers, 1);
  clock.pass(2000);
  assert.equal(clock.timers, 0);
  deadlines.add("c");
  assert.equal(clock.timers, 1);
});

test("stop() ends the timer, and the next add() starts it again", () => {
  const { clock, timer, expired, deadlines } = setUp();
  deadlines.add("a");
  timer.stop();
  timer.stop();
  assert.equal(clock.timers, 0);
  deadlines.add("b");
  clock.pass(2000);
  assert.deepEqual(expired, ["a", "b"]);
});
