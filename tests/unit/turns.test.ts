import assert from "node:assert/strict";
import { test } from "node:test";
import { Turns } from "../../src/runtime/turns.ts";

/** Turns, on a clock that moves by what each message takes, and counts who looks at it. */
function turnsOf() {
  let now = 0;
  let looks = 0;
  const jobs: (() => void)[] = [];
  const turns = new Turns({
    now: () => {
      looks++;
      return now;
    },
    soon: (job) => jobs.push(job),
    later: (job) => jobs.push(job),
  });
  return {
    turns,
    get looks() {
      return looks;
    },
    /** Handles messages of `holder` that take `ms` each, until it has had its share; returns how many. */
    handle(holder: unknown, count: number, ms: number, bytes = 10): number {
      for (let at = 0; at < count; at++) {
        if (turns.isOver(holder, bytes)) return at;
        now += ms;
      }
      return count;
    },
    take(ms: number) {
      now += ms;
    },
    next() {
      jobs.shift()?.();
    },
  };
}

for (const quick of [0, 1, 10_000]) {
  test(`isOver() gives a connection two messages of 25 ms in a row, after ${quick} quick ones of others`, () => {
    const { handle } = turnsOf();
    assert.equal(handle("other", quick, 0.001), quick);
    assert.equal(handle("slow", 100, 25), 2);
  });
}

test("isOver() gives a connection whose quick messages become slow no more than ten of them", () => {
  const { handle } = turnsOf();
  assert.equal(handle("one", 1000, 0.001), 1000);
  const count = handle("one", 100, 25);
  assert.ok(count <= 10, `${count}`);
});

test("isOver() ends after 25 ms whatever a message takes", () => {
  for (const ms of [0.01, 0.1, 1, 5]) {
    const count = turnsOf().handle("one", 100_000, ms);
    assert.ok(count * ms >= 25 && count * ms <= 60, `${count} of ${ms} ms`);
  }
});

test("isOver() looks at the clock for each large message, and seldom for quick small ones", () => {
  const small = turnsOf();
  small.handle("one", 6400, 0.001);
  assert.ok(small.looks <= 810, `${small.looks}`);
  assert.equal(turnsOf().handle("one", 100, 25, 900_000), 2);
  const alternating = turnsOf();
  for (let at = 0; at < 1000; at++) alternating.handle(at % 2, 1, 1);
  assert.equal(alternating.looks, 0);
});

test("what is added is done in slices of 8 ms, one after another", () => {
  const { turns, take, next } = turnsOf();
  const done: string[] = [];
  const work = (name: string, steps: number) => ({
    step() {
      done.push(name);
      take(3);
      return --steps > 0;
    },
  });
  turns.add(work("a", 5));
  turns.add(work("b", 2));
  for (const expected of ["aaa", "bb", "aa"]) {
    next();
    assert.equal(done.splice(0).join(""), expected);
  }
});
