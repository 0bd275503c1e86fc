import assert from "node:assert/strict";
import { test } from "node:test";
import { DurableAlarm, keptName } from "../../adapters/durable_alarm.ts";
import type { ObjectStorage } from "../../storage/object_storage.ts";

/** What an object stores, and what its alarm was told. */
function objectStorage(kept: Record<string, unknown> = {}) {
  const told: (number | undefined)[] = [];
  const storage = {
    kv: {
      get: (key: string) => kept[key],
      put(key: string, value: unknown) {
        kept[key] = value;
      },
    },
    setAlarm(time: number) {
      told.push(time);
      return Promise.resolve();
    },
    deleteAlarm() {
      told.push(undefined);
      return Promise.resolve();
    },
  };
  return { told, kept, storage: storage as unknown as ObjectStorage };
}

const ADDRESS = { agent: "Chat", name: "ada" };

test("DurableAlarm is set once for each time, and not to one that is past", () => {
  const { storage, told } = objectStorage();
  const alarm = new DurableAlarm(storage, "ada");
  const later = Date.now() + 60_000;
  alarm.wakeAt(ADDRESS, later);
  alarm.wakeAt(ADDRESS, later);
  alarm.wakeAt(ADDRESS, later + 1);
  alarm.wakeAt(ADDRESS, undefined);
  alarm.wakeAt(ADDRESS, undefined);
  assert.deepEqual(told, [later, later + 1, undefined]);
  const before = Date.now();
  alarm.wakeAt(ADDRESS, 5);
  assert.ok(told[3]! >= before);
});

test("an object that was reached by its name knows it when an alarm does not tell", () => {
  const { storage, kept } = objectStorage();
  assert.equal(keptName(storage), undefined);
  new DurableAlarm(storage, undefined).wakeAt(ADDRESS, Date.now());
  assert.deepEqual(kept, {});
  new DurableAlarm(storage, "ada").wakeAt(ADDRESS, Date.now());
  assert.equal(keptName(storage), "ada");
  // As Cloudflare's SDK has kept it.
  assert.equal(keptName(objectStorage({ __ps_name: "bob" }).storage), "bob");
});

test("DurableAlarm is set to what comes first, a job or the end of a connection", () => {
  const { storage, told } = objectStorage();
  const now = Date.now();
  const alarm = new DurableAlarm(storage, "ada", () => now + 50_000);
  // Which jobs are stored is not known yet.
  alarm.expireAt(now + 60_000);
  assert.deepEqual(told.splice(0), [now + 50_000]);
  alarm.expireAt(now + 40_000);
  alarm.wakeAt(ADDRESS, now + 45_000);
  assert.deepEqual(told.splice(0), [now + 40_000]);
  alarm.expireAt(Infinity);
  assert.deepEqual(told.splice(0), [now + 45_000]);
  alarm.wakeAt(ADDRESS, undefined);
  assert.deepEqual(told.splice(0), [undefined]);
});

test("DurableAlarm that is set for a connection already is not set again, and not put off for a job", () => {
  const { storage, told } = objectStorage();
  const now = Date.now();
  const alarm = new DurableAlarm(storage, "ada");
  alarm.expireAt(now + 40_000, true);
  assert.deepEqual(told, []);
  alarm.wakeAt(ADDRESS, now + 60_000);
  assert.deepEqual(told, [now + 40_000]);
});
