import assert from "node:assert/strict";
import { test } from "node:test";
import { Activity } from "../../src/runtime/activity.ts";

function watch(): { activity: Activity; told: string[] } {
  const told: string[] = [];
  const activity = new Activity({
    busy: () => told.push("busy"),
    idle: () => told.push("idle"),
  });
  return { activity, told };
}

test("the owner is told of the first reason, and when the last one has gone", () => {
  const { activity, told } = watch();
  assert.equal(activity.isBusy, false);
  activity.begin();
  activity.begin();
  activity.end();
  assert.equal(activity.isBusy, true);
  assert.deepEqual(told, ["busy"]);
  activity.end();
  assert.equal(activity.isBusy, false);
  activity.begin();
  assert.deepEqual(told, ["busy", "idle", "busy"]);
});

test("keep() stays until the promise has settled, and gives what it gives", async () => {
  const { activity, told } = watch();
  const settle = Promise.withResolvers<string>();
  const kept = activity.keep(settle.promise);
  assert.equal(activity.isBusy, true);
  settle.resolve("done");
  assert.equal(await kept, "done");
  const failing = activity.keep(Promise.reject(new Error("no")));
  await assert.rejects(failing, /no/);
  assert.deepEqual(told, ["busy", "idle", "busy", "idle"]);
});
