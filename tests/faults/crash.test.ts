import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { Load } from "../support/crash_load.ts";
import { type Entry, problemsIn } from "../support/crash_log.ts";
import { runtime } from "../support/suite.ts";
import { start } from "../targets/targets.ts";

const cycles = Number(process.env.ROAM_CYCLES ?? 100);

test(`nothing that was acknowledged is lost in ${cycles} times kill -9`, async () => {
  const seed = Number(process.env.ROAM_SEED) ||
    Math.floor(Math.random() * 2 ** 31);
  const random = numbers(seed);
  const store = mkdtempSync(`${tmpdir()}/roam-crash-`);
  const load = new Load();
  try {
    for (let cycle = 0; cycle < cycles; cycle++) {
      const server = await start(runtime, {
        entry: "tests/fixtures/crash_server.ts",
        objects: { KeptAgent: "KeptAgent" },
        store,
      });
      await load.begin(server.host);
      // The one place where a time is meant: the kill comes at any moment.
      await new Promise((resolve) => setTimeout(resolve, 5 + random() * 100));
      await server.stop();
      await load.end();
      if (cycle % 100 !== 99 && cycle !== cycles - 1) continue;
      assert.deepEqual(problemsIn(load.log), [], `seed ${seed}`);
    }
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
  console.log(
    `seed ${seed}: ${load.acknowledged} acknowledged writes, ${load.log.length} entries, 0 lost`,
  );
  assert(load.acknowledged > cycles, `${load.acknowledged} writes`);
});

const good: Entry[] = [
  { kind: "sent", agent: "a", value: "1" },
  { kind: "sent", agent: "a", value: "2" },
  { kind: "seen", agent: "a", epoch: "e", rev: 1, value: "1" },
  { kind: "seen", agent: "a", epoch: "e", rev: 2, value: "2" },
  { kind: "killed" },
  { kind: "found", agent: "a", epoch: "e", rev: 2, value: "2" },
];

test("the checker of the log finds nothing in a good one", () => {
  assert.deepEqual(problemsIn(good), []);
});

const forged: Record<string, Entry> = {
  "an older revision": {
    kind: "found",
    agent: "a",
    epoch: "e",
    rev: 1,
    value: "1",
  },
  "another value of a revision": {
    kind: "found",
    agent: "a",
    epoch: "e",
    rev: 2,
    value: "1",
  },
  "a value that nobody wrote": {
    kind: "found",
    agent: "a",
    epoch: "e",
    rev: 3,
    value: "3",
  },
  "another epoch": {
    kind: "found",
    agent: "a",
    epoch: "f",
    rev: 2,
    value: "2",
  },
  "no state": {
    kind: "found",
    agent: "a",
    epoch: "e",
    rev: 0,
    value: undefined,
  },
};

for (const [name, entry] of Object.entries(forged)) {
  test(`the checker of the log finds ${name}`, () => {
    assert.equal(problemsIn([...good.slice(0, -1), entry]).length, 1);
  });
}

/** Numbers from 0 to 1 that a seed decides. */
function numbers(seed: number): () => number {
  let state = seed || 1;
  return () => (state = state * 48271 % 0x7fffffff) / 0x7fffffff;
}
