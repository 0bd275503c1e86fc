import assert from "node:assert/strict";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { Load } from "../support/faults/crash_load.ts";
import { type Entry, problemsIn } from "../support/faults/crash_log.ts";
import { randomOf } from "../support/random/random.ts";
import { seedOf } from "../support/random/seed.ts";
import { runtime } from "../support/suite.ts";
import { start } from "../targets/targets.ts";

const all = Number(process.env.ROAM_CYCLES ?? 100);
/** Tests, none of which looks like one that hangs. */
const parts: number[] = all <= 100 ? Array(10).fill(all / 10) : [all];

for (const [at, cycles] of parts.entries()) {
  test(`nothing that was acknowledged is lost in ${cycles} times kill -9: ${at}`, () =>
    crash(cycles));
}

async function crash(cycles: number): Promise<void> {
  const seed = seedOf("crashes");
  const random = randomOf(seed);
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
      // A slow machine stores nothing in the time below; some are killed at their first writes all the same.
      if (cycle % 5 > 0) await load.until(2);
      // The one place where a time is meant: the kill comes at any moment.
      await new Promise((resolve) => setTimeout(resolve, 5 + random() * 100));
      await server.stop();
      await load.end();
      if (cycle % 100 !== 99 && cycle !== cycles - 1) continue;
      assert.deepEqual(problemsIn(load.log), [], `seed ${seed}`);
    }
    const files = globSync(`${store}/**/*.sqlite`);
    assert(files.length > 0);
    for (const file of files) assert.equal(integrity(file), "ok", file);
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
  console.log(
    `seed ${seed}: ${load.acknowledged} acknowledged writes, ${load.log.length} entries, 0 lost`,
  );
  assert(load.acknowledged > cycles, `${load.acknowledged} writes`);
}

const at = (by: number, rev: number, value?: string, epoch = "e") => ({
  by,
  agent: "a",
  epoch,
  rev,
  value: value as string,
});
const good: Entry[] = [
  { kind: "sent", agent: "a", value: "1" },
  { kind: "sent", agent: "a", value: "2" },
  { kind: "seen", ...at(0, 1, "1") },
  { kind: "seen", ...at(0, 2, "2") },
  // Frames to two clients may overtake each other.
  { kind: "seen", ...at(1, 1, "1") },
  { kind: "killed" },
  { kind: "found", ...at(2, 2, "2") },
];

test("the checker of the log finds nothing in a good one", () => {
  assert.deepEqual(problemsIn(good), []);
});

const forged: Record<string, Entry> = {
  "an older revision": { kind: "found", ...at(2, 1, "1") },
  "another value of a revision": { kind: "found", ...at(2, 2, "1") },
  "a value that nobody wrote": { kind: "found", ...at(2, 3, "3") },
  "another epoch": { kind: "found", ...at(2, 2, "2", "f") },
  "no state": { kind: "found", ...at(2, 0) },
  "revisions out of order": { kind: "seen", ...at(0, 2, "2") },
};

for (const [name, entry] of Object.entries(forged)) {
  test(`the checker of the log finds ${name}`, () => {
    assert.equal(problemsIn([...good.slice(0, -1), entry]).length, 1);
  });
}

function integrity(file: string): unknown {
  const database = new DatabaseSync(file);
  const row = database.prepare("PRAGMA integrity_check(1)").get();
  database.close();
  return Object.values(row!)[0];
}
