import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Job, jobOf, stored } from "../../src/schedules/job.ts";
import { JobTable } from "../../src/schedules/job_table.ts";
import { property } from "../support/random/property.ts";

let order = 0;

function job(id: string, due: number | null): Job {
  return {
    id,
    due,
    every: null,
    type: "delayed",
    callback: "run",
    order: order++,
    created: 0,
    starts: 0,
    failed: undefined,
  };
}

function drain(table: JobTable): string[] {
  const ids: string[] = [];
  for (let first = table.first; first !== undefined; first = table.first) {
    ids.push(first.id);
    table.hold(first);
  }
  return ids;
}

test("JobTable has jobs of the same time in the order in which they were made", () => {
  const table = new JobTable();
  for (const id of ["a", "b", "c"]) table.put(job(id, 7));
  table.put(job("early", 6));
  table.put(job("never", null));
  assert.deepEqual(drain(table), ["early", "a", "b", "c"]);
  assert.equal(table.size, 5);
});

test("JobTable puts a job in place of the one with its id", () => {
  const table = new JobTable();
  const [old, young] = [job("a", 1), job("a", 5)];
  table.put(old);
  table.put(job("b", 3));
  assert.equal(table.put(young), old);
  assert.equal(table.has(old), false);
  assert.equal(table.has(young), true);
  // What happens to the old one later is no concern of the young one.
  table.remove(old);
  assert.deepEqual(drain(table), ["b", "a"]);
});

test("a job comes back from a storage as it was", () => {
  const kept = {
    ...job("a", 17),
    payload: '{"x":1}',
    retry: { maxAttempts: 2 },
    starts: 3,
    failed: { error: "no", attempts: 2, at: 5 },
  };
  const running = { ...kept, run: new AbortController(), steadyDue: 3 };
  assert.deepEqual(jobOf(stored(running)), kept);
});

property(
  "JobTable gives what is due in order, whatever happened before",
  fc.array(
    fc.record({
      id: fc.integer({ min: 0, max: 20 }).map(String),
      due: fc.option(fc.integer({ min: 0, max: 10 })),
      removes: fc.boolean(),
    }),
    { maxLength: 60 },
  ),
  (steps) => {
    const table = new JobTable();
    const model = new Map<string, Job>();
    for (const { id, due, removes } of steps) {
      const known = table.get(id);
      if (removes && known !== undefined) {
        table.remove(known);
        model.delete(id);
      } else {
        const made = job(id, due);
        table.put(made);
        model.set(id, made);
      }
    }
    const expected = [...model.values()].filter(({ due }) => due !== null)
      .sort((a, b) => a.due! - b.due! || a.order - b.order);
    assert.deepEqual(drain(table), expected.map(({ id }) => id));
  },
);
