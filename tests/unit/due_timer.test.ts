import assert from "node:assert/strict";
import { test } from "node:test";
import { DueTimer } from "../../src/schedules/due_timer.ts";
import { VirtualTime } from "../support/simulation/virtual_time.ts";

const ADDRESS = { agent: "Timed", name: "a" };

for (const ms of [0, 1000]) {
  test(`what becomes due again while an instance takes ${ms} ms is seen to after that`, async () => {
    const time = new VirtualTime(1);
    const wakes: (() => void)[] = [];
    const timer = new DueTimer({
      storage: { due: () => [] },
      now: () => time.time,
      steady: () => time.time,
      after: (ms, run) => time.after(ms, run),
      wake: () => new Promise((resolve) => wakes.push(() => resolve(true))),
    });
    timer.notice(ADDRESS, 0);
    assert.equal(wakes.length, 1);
    await time.run(ms);
    timer.notice(ADDRESS, 0);
    assert.equal(wakes.length, 1);
    wakes[0]();
    await time.run(ms);
    assert.equal(wakes.length, 2);
    wakes[1]();
    await time.run(ms + 1000);
    assert.equal(wakes.length, 2);
    timer.stop();
  });
}
