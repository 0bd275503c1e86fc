import assert from "node:assert/strict";
import { test } from "node:test";
import { SerialQueue } from "../../src/runtime/serial_queue.ts";

function gate(): { promise: Promise<void>; open: () => void } {
  let open!: () => void;
  const promise = new Promise<void>((resolve) => open = resolve);
  return { promise, open };
}

test("run() runs a job at once when none runs, and returns what it returns", () => {
  const turns = new SerialQueue();
  assert.equal(turns.run(() => 7), 7);
  assert.equal(turns.busy, false);
});

test("run() runs jobs in the order they came, each to the end of its promise", async () => {
  const turns = new SerialQueue();
  const seen: string[] = [];
  const job = (name: string, steps: number) => async () => {
    seen.push(`${name} begins`);
    for (let i = 0; i < steps; i++) await null;
    seen.push(`${name} ends`);
  };
  const all = [job("a", 5), job("b", 0), job("c", 2)]
    .map((each) => turns.run(each));
  await Promise.all(all);
  assert.deepEqual(seen, [
    "a begins",
    "a ends",
    "b begins",
    "b ends",
    "c begins",
    "c ends",
  ]);
});

test("run() resolves with what a job returns that had to wait", async () => {
  const turns = new SerialQueue();
  const { promise, open } = gate();
  turns.run(() => promise);
  const sync = turns.run(() => 1);
  const late = turns.run(() => Promise.resolve(2));
  open();
  assert.deepEqual(await Promise.all([sync, late]), [1, 2]);
});

test("busy says whether a job runs", async () => {
  const turns = new SerialQueue();
  const { promise, open } = gate();
  const running = turns.run(() => promise);
  assert.equal(turns.busy, true);
  open();
  await running;
  await null;
  assert.equal(turns.busy, false);
});

test("run() throws what a job throws, and is free again", () => {
  const turns = new SerialQueue();
  assert.throws(() =>
    turns.run(() => {
      throw new Error("no");
    }), /no/);
  assert.equal(turns.busy, false);
  assert.equal(turns.run(() => 1), 1);
});

test("run() rejects with what a waiting job throws, and runs the next", async () => {
  const turns = new SerialQueue();
  const { promise, open } = gate();
  turns.run(() => promise);
  const bad = turns.run(() => {
    throw new Error("no");
  }) as Promise<unknown>;
  const good = turns.run(() => 1);
  open();
  await assert.rejects(bad, /no/);
  assert.equal(await good, 1);
});

test("a job that rejects does not keep the next from running", async () => {
  const turns = new SerialQueue();
  const bad = turns.run(() => Promise.reject(new Error("no")));
  const good = turns.run(() => 1);
  await assert.rejects(bad as Promise<unknown>, /no/);
  assert.equal(await good, 1);
});

test("a job that is started by a running one comes after it", async () => {
  const turns = new SerialQueue();
  const seen: string[] = [];
  let inner: unknown;
  turns.run(() => {
    inner = turns.run(() => seen.push("inner"));
    seen.push("outer");
  });
  await inner;
  assert.deepEqual(seen, ["outer", "inner"]);
});

test("a job that is started by a waiting one comes after those that wait", async () => {
  const turns = new SerialQueue();
  const seen: string[] = [];
  const { promise, open } = gate();
  let last: unknown;
  turns.run(() => promise);
  turns.run(() => {
    seen.push("a");
    last = turns.run(() => seen.push("c"));
  });
  turns.run(() => seen.push("b"));
  open();
  await promise;
  await null;
  await last;
  assert.deepEqual(seen, ["a", "b", "c"]);
});

test("100,000 jobs that wait do not exhaust the stack", async () => {
  const turns = new SerialQueue();
  const { promise, open } = gate();
  turns.run(() => promise);
  let count = 0;
  let last: unknown;
  for (let i = 0; i < 100_000; i++) last = turns.run(() => count++);
  open();
  await last;
  assert.equal(count, 100_000);
});

test("what is thenable counts as a promise", async () => {
  const turns = new SerialQueue();
  let settle!: () => void;
  const seen: string[] = [];
  turns.run(() => ({ then: (done: () => void) => settle = done }));
  const next = turns.run(() => seen.push("next"));
  assert.deepEqual(seen, []);
  settle();
  await next;
  assert.deepEqual(seen, ["next"]);
});
