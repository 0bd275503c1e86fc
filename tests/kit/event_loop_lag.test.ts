import assert from "node:assert/strict";
import { test } from "node:test";
import { watchEventLoop } from "../../platform/event_loop_lag.ts";

/** Keeps the event loop from turning. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test("watchEventLoop() reports the longest delay since the last report", async () => {
  const reports: number[] = [];
  let told = () => {};
  const stop = watchEventLoop((ms) => {
    reports.push(ms);
    told();
  }, { sampleMs: 10, reportMs: 50 });
  // What holds the process, as the watch does not.
  const hold = setInterval(() => {}, 1000);
  const next = () => new Promise<void>((resolve) => told = resolve);
  block(200);
  await next();
  assert.ok(reports[0] >= 180, `${reports}`);
  // A busy machine may stand still once more.
  do await next(); while (reports.at(-1)! >= reports[0]);
  stop();
  clearInterval(hold);
});
