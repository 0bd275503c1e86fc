import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Agent,
  createHost,
  type HostEvent,
  type HostOptions,
} from "../../mod.ts";
import { MemoryStorage } from "../../src/durability/memory_storage.ts";
import { TimedHost } from "../support/simulation/timed_host.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let world: TimedHost;
/** What was called: the instance, the payload, and the time by the wall. */
let runs: [name: string, payload: unknown, at: number][] = [];

class Timed extends Agent<unknown, { count: number }> {
  static override options = {
    retry: { maxAttempts: 3, baseDelayMs: 100, maxDelayMs: 1000 },
  };
  override initialState = { count: 0 };

  override onError(): void {}

  run(payload: unknown): void {
    runs.push([this.name, payload, world.wall]);
  }

  count(): void {
    this.setState(({ count }) => ({ count: count + 1 }));
    this.run("count");
  }

  fail(payload: unknown): void {
    this.run(payload);
    throw new Error(`failed: ${payload}`);
  }

  async take(ms: number): Promise<void> {
    this.run(ms);
    await new Promise<void>((resolve) => world.time.after(ms, resolve));
  }

  never(): Promise<void> {
    this.run("never");
    return new Promise(() => {});
  }

  async plan(...args: unknown[]): Promise<{ id: string; time: number }> {
    return await this.schedule(...args as Parameters<Timed["schedule"]>);
  }

  async every(...args: unknown[]): Promise<{ id: string; time: number }> {
    return await this.scheduleEvery(
      ...args as Parameters<Timed["scheduleEvery"]>,
    );
  }

  async push(...args: unknown[]): Promise<string> {
    return await this.queue(...args as Parameters<Timed["queue"]>);
  }

  /** Sets the state and makes a job, in one turn. */
  both(): void {
    this.setState({ count: 7 });
    void this.schedule(1, "run", "both");
  }

  async rest(): Promise<unknown> {
    return {
      schedules: this.getSchedules(),
      failed: await this.listFailedSchedules(),
      count: this.state.count,
    };
  }
}

let starts = 0;

/** Does not start the first times. */
class Lame extends Timed {
  override onStart(): void {
    if (++starts <= 3) throw new Error(`start ${starts}`);
  }
}

function begin(
  options: HostOptions = {},
  start?: string,
  classes: Record<string, typeof Timed> = { Timed, Lame },
): TimedHost {
  runs = [];
  starts = 0;
  return world = new TimedHost(1, classes, options, start);
}

function timed(name = "a", agent = "Timed") {
  return world.getAgent<Timed>(agent, name);
}

/** When this payload was given, in milliseconds since the start. */
function times(payload: unknown, start = world.ahead): number[] {
  return runs.filter(([, found]) => found === payload)
    .map(([, , at]) => at - start);
}

test("a date in a hundred years waits for it, and no timer is longer than a runtime's", async () => {
  begin();
  const far = new Date(world.wall + 100 * 365 * DAY);
  await world.do(timed().plan(far, "run", "far"));
  await world.do(timed().plan(3_000_000, "run", "34 days"));
  await world.pass(33 * DAY);
  assert.deepEqual(runs, []);
  await world.pass(2 * DAY);
  assert.deepEqual(times("34 days"), [3_000_000 * SECOND]);
  assert.ok(world.longest <= 2 ** 31 - 1);
  assert.equal(times("far").length, 0);
});

test("scheduleEvery() keeps its times, and leaves out what it missed", async () => {
  begin();
  await world.do(timed().every(10, "take", 14 * SECOND));
  await world.pass(60 * SECOND);
  // A call of 14 s misses one in two.
  assert.deepEqual(times(14 * SECOND), [10, 30, 50].map((s) => s * SECOND));
});

test("scheduleEvery() does not wait longer when the clock is set back, in memory or not", async () => {
  for (const idles of [false, true]) {
    begin({ limits: { idleMs: idles ? SECOND : DAY } });
    await world.do(timed().every(600, "run", "every"));
    await world.pass(601 * SECOND);
    world.ahead -= 5 * HOUR;
    await world.pass(600 * SECOND + MINUTE);
    assert.equal(times("every").length, 2, `${idles}`);
    await world.pass(600 * SECOND);
    assert.equal(times("every").length, 3, `${idles}`);
  }
});

test("a clock that is set forward has an interval run once", async () => {
  begin();
  await world.do(timed().every(60, "run", "every"));
  await world.pass(30 * SECOND);
  world.ahead += 3 * DAY;
  await world.pass(MINUTE);
  assert.equal(times("every").length, 1);
  await world.pass(10 * MINUTE);
  assert.equal(times("every").length, 11);
});

test("a clock that is set forward is noticed when the next job is made", async () => {
  begin();
  await world.do(timed().plan(3600, "run", "in an hour"));
  await world.pass(SECOND);
  world.ahead += DAY;
  await world.do(timed("b").plan(0.1, "run", "sign"));
  await world.pass(SECOND);
  assert.equal(times("in an hour").length, 1);
  assert.equal(times("sign").length, 1);
  world.ahead += DAY;
  await world.do(timed().plan(7200, "run", "another"));
  await world.do(timed().plan(0.1, "run", "sign"));
  await world.pass(SECOND);
  assert.equal(times("sign").length, 2);
});

test("a one-shot does not run again when the clock is set back", async () => {
  begin();
  await world.do(timed().plan(10, "run", "once"));
  await world.pass(11 * SECOND);
  world.ahead -= HOUR;
  await world.pass(2 * HOUR);
  assert.equal(times("once").length, 1);
});

test("a host begins with what is overdue, once each", async () => {
  begin();
  await world.do(timed().every(60, "run", "every"));
  await world.do(timed().plan("0 * * * *", "run", "hourly"));
  await world.do(timed().plan(5 * 60, "run", "once"));
  world.restart();
  world.ahead += 10 * HOUR;
  await world.pass(SECOND);
  const found = runs.map(([, payload]) => payload).sort();
  assert.deepEqual(found, ["every", "hourly", "once"]);
});

test("a state and a job of one turn are stored together, or neither", async () => {
  const storage = new MemoryStorage();
  const commit = storage.commit.bind(storage);
  for (const fails of [true, false]) {
    let failing = false;
    storage.commit = (writes) => {
      if (failing) throw new Error("the disk is full");
      commit(writes);
    };
    begin({ storage });
    await world.do(timed().rest());
    failing = fails;
    await world.do(timed().both()).catch(() => {});
    failing = false;
    const { schedules, count } = await world.do(timed().rest()) as {
      schedules: unknown[];
      count: number;
    };
    assert.deepEqual([schedules.length, count], fails ? [0, 0] : [1, 7]);
  }
});

test("what a job sets and that it is done are stored together", async () => {
  const storage = new MemoryStorage();
  const seen: [count: number | undefined, jobs: number][] = [];
  const commit = storage.commit.bind(storage);
  const address = { agent: "Timed", name: "a" };
  storage.commit = (writes) => {
    commit(writes);
    const state = storage.load(address)?.state;
    const count = state && JSON.parse(state).count;
    seen.push([count, storage.jobs(address).length]);
  };
  begin({ storage });
  await world.do(timed().plan(1, "count"));
  await world.pass(2 * SECOND);
  // Made, begun, and done together with the state.
  assert.deepEqual(seen, [[undefined, 1], [undefined, 1], [1, 0]]);
});

test("a job whose process ends each time is given up, and blocks nothing", async () => {
  begin();
  await world.do(timed().push("never", 1));
  await world.do(timed("b").plan(1, "run", "other"));
  await world.do(timed().push("run", "behind"));
  let lives = 0;
  while (lives < 20) {
    await world.pass(5 * SECOND);
    const count = times("never").length;
    world.restart();
    await world.pass(MINUTE);
    if (times("never").length === count) break;
    lives++;
  }
  assert.equal(times("never").length, 5);
  assert.equal(times("other").length, 1);
  assert.ok(times("behind").length >= 1);
  const { failed } = await world.do(timed().rest()) as {
    failed: { error: string }[];
  };
  assert.deepEqual(failed.map(({ error }) => error), [
    "the process ended 5 times while it ran",
  ]);
});

test("a class whose jobs could never run is not served", () => {
  for (const parallelJobs of [0, -1, 1.5, NaN, Infinity]) {
    class Stuck extends Agent {
      static override options = { parallelJobs };
    }
    assert.throws(
      () => createHost({ Stuck }, {}, { upgrade: () => undefined }),
      /Cannot serve agent "Stuck": options.parallelJobs must be a whole number from 1: received/,
    );
  }
});

test("a storage that keeps no jobs says so", async () => {
  const storage = new MemoryStorage();
  const { storage: _, ...plain } = {
    storage,
    load: storage.load.bind(storage),
    commit: storage.commit.bind(storage),
    close: () => {},
  };
  const host = createHost({ Timed }, { storage: plain }, {
    upgrade: () => undefined,
  });
  const agent = host.getAgent<Timed>("Timed", "a");
  await assert.rejects(agent.plan(1, "run"), {
    message: "Cannot schedule: the host's storage keeps no jobs",
  });
  await host.close();
});

test("a storage that takes its time is waited for", async () => {
  const { storage } = begin();
  const { load, commit, jobs, due, close } = {
    load: storage.load.bind(storage),
    commit: storage.commit.bind(storage),
    jobs: storage.jobs!.bind(storage),
    due: storage.due!.bind(storage),
    close: storage.close.bind(storage),
  };
  const later = <T>(work: () => T | Promise<T>) =>
    new Promise<T>((resolve) => world.time.after(70, () => resolve(work())));
  begin({
    storage: {
      load: (address) => later(() => load(address)),
      commit: (writes) => later(() => commit(writes)),
      jobs: (address) => later(() => jobs(address)),
      due: (query) => later(() => due(query)),
      close,
    },
  });
  const made = (payload: unknown, seconds: number) =>
    timed().plan(seconds, "run", payload);
  const two = Promise.all([made("soon", 0.05), made("later", 90)]);
  await world.pass(5 * SECOND);
  await two;
  assert.equal(times("soon").length, 1);
  world.restart();
  await world.pass(100 * SECOND);
  assert.equal(times("later").length, 1);
  assert.equal(times("soon").length, 1);
});

test("failed jobs are bounded: the oldest give way", async () => {
  begin();
  for (let at = 0; at < 130; at++) {
    await world.do(timed().plan(at, "fail", at, { retry: { maxAttempts: 1 } }));
  }
  await world.pass(200 * SECOND);
  const { failed } = await world.do(timed().rest()) as {
    failed: { payload: number }[];
  };
  assert.deepEqual(
    failed.map(({ payload }) => payload),
    Array.from({ length: 100 }, (_, at) => at + 30),
  );
});

test("an instance that does not start is tried again, ever less often, and others are not kept", async () => {
  begin();
  starts = 9;
  await world.do(timed("lame", "Lame").plan(10, "run", "lame"));
  await world.do(timed().plan(11, "run", "well"));
  world.restart();
  starts = 0;
  await world.pass(12 * SECOND);
  assert.equal(times("well").length, 1);
  await world.pass(30 * SECOND);
  assert.equal(starts, 4);
  assert.deepEqual(times("lame").length, 1);
});

test("jobs of a class that is not served wait until it is", async () => {
  begin();
  await world.do(timed().plan(10, "run", "kept"));
  const { storage } = world;
  begin({ storage }, undefined, { Lame });
  world.ahead += MINUTE;
  await world.pass(HOUR);
  assert.deepEqual(runs, []);
  begin({ storage });
  world.ahead += MINUTE;
  await world.pass(SECOND);
  assert.equal(times("kept").length, 1);
});

test("instances that have jobs at once are started some at a time, and leave when others wait", async () => {
  const events: HostEvent[] = [];
  begin({ onEvent: (event) => events.push(event) });
  const { storage } = world;
  const count = 2000;
  const record = {
    type: "delayed",
    callback: "take",
    payload: "300",
    order: 0,
  };
  const job = JSON.stringify({ ...record, created: 0 });
  for (let at = 0; at < count; at++) {
    const address = { agent: "Timed", name: `n${at}` };
    const stored = { id: "j", due: world.wall - at, every: null, job };
    await storage.commit([{ address, jobs: [{ id: "j", job: stored }] }]);
  }
  world.restart();
  await world.pass(50);
  const begun = runs.length;
  assert.ok(begun >= 32 && begun <= 64, `${begun} at once`);
  await world.pass(10 * SECOND);
  assert.equal(runs.length, count);
  assert.equal(new Set(runs.map(([name]) => name)).size, count);
  const evicted = events.filter(({ type }) => type === "evicted").length;
  assert.ok(evicted > count / 2, `${evicted} evicted`);
});

test("close() of a host lets a job end, and begins none", async () => {
  begin();
  await world.do(timed().push("take", 5 * SECOND));
  await world.do(timed().push("run", "behind"));
  await world.pass(SECOND);
  let isClosed = false;
  void world.host.close().then(() => isClosed = true);
  await world.pass(3 * SECOND);
  assert.equal(isClosed, false);
  await world.pass(2 * SECOND);
  assert.equal(isClosed, true);
  assert.equal(times("behind").length, 0);
  world.restart();
  await world.pass(SECOND);
  assert.equal(times("behind").length, 1);
  assert.equal(times(5 * SECOND).length, 1);
});

test("close() of a host does not wait for the next attempt of a job, which is made later", async () => {
  begin();
  const retry = { maxAttempts: 3, baseDelayMs: HOUR, maxDelayMs: DAY };
  await world.do(timed().push("fail", "x", { retry }));
  await world.pass(0);
  assert.equal(times("x").length, 1);
  await world.do(world.host.close());
  world.restart();
  await world.pass(0);
  assert.equal(times("x").length, 2);
});
