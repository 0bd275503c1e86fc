import assert from "node:assert/strict";
import { test } from "node:test";
import { mergeWrites } from "../../src/durability/merge_writes.ts";
import type { Write } from "../../src/ports/storage.ts";

const address = { agent: "A", name: "a" };
const one = { state: "1", epoch: "e", rev: 1 };
const two = { state: "2", epoch: "e", rev: 2 };

function put(id: string, due: number) {
  return { id, job: { id, due, every: null, job: "{}" } };
}

function merged(...writes: Write[]): Write {
  let result: Write | undefined;
  for (const write of writes) result = mergeWrites(result, write);
  return result!;
}

test("mergeWrites() keeps the last state and all jobs", () => {
  const write = merged(
    { address, snapshot: one },
    { address, jobs: [put("a", 1)] },
    { address, snapshot: two },
    { address, jobs: [put("b", 2)] },
  );
  const jobs = [put("a", 1), put("b", 2)];
  assert.deepEqual(write, { address, snapshot: two, jobs, log: undefined });
});

test("mergeWrites() has one change of each id, the last one", () => {
  const write = merged(
    { address, jobs: [put("a", 1), put("b", 1)] },
    { address, jobs: [put("a", 2)] },
    { address, jobs: [{ id: "b" }, put("c", 1)] },
    { address, jobs: [{ id: "c" }] },
  );
  assert.deepEqual(write.jobs, [put("a", 2), { id: "b" }, { id: "c" }]);
});

test("mergeWrites() forgets what was to be stored when all is removed", () => {
  const all = merged(
    { address, snapshot: one },
    { address, jobs: [put("a", 1)] },
    { address },
  );
  assert.deepEqual(all, { address });
});

test("mergeWrites() keeps a database beside a state, and until all is removed", () => {
  const database = {
    run: () => [],
    transaction: <T>(run: () => T) => run(),
    take: () => undefined,
    close() {},
  };
  const written = [{ address, snapshot: one }, { address, database }];
  for (const writes of [written, written.toReversed()]) {
    const { snapshot, database: kept } = merged(...writes);
    assert.deepEqual([snapshot, kept], [one, database]);
  }
  assert.deepEqual(merged(...written, { address }), { address });
});

test("mergeWrites() leaves what it was given as it is", () => {
  const first = { address, jobs: [put("a", 1)] };
  merged(first, { address, jobs: [put("b", 1)] }, {
    address,
    jobs: [put("c", 1)],
  });
  assert.deepEqual(first.jobs, [put("a", 1)]);
});

test("mergeWrites() appends what was appended later, and keeps what the last one says", () => {
  const entry = (offset: number) => {
    const data = new Uint8Array([offset]);
    return { offset, at: 0, total: offset, isText: false, data };
  };
  const keep = (offsetAbove: number) => ({
    offsetAbove,
    since: 0,
    totalAbove: 0,
  });
  const log = (offset: number) => ({
    epoch: "e",
    entries: [entry(offset)],
    keep: keep(offset - 2),
  });
  const all = merged(
    { address, log: log(1) },
    { address, snapshot: one },
    { address, log: log(2) },
    { address, log: log(3) },
  );
  const entries = [entry(1), entry(2), entry(3)];
  assert.deepEqual(all.log, { epoch: "e", entries, keep: keep(1) });
  assert.deepEqual(all.snapshot, one);
  assert.deepEqual(merged(all, { address }), { address });
});
