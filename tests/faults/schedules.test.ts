import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { randomOf } from "../support/random/random.ts";
import { seedOf } from "../support/random/seed.ts";
import { runtime } from "../support/suite.ts";
import { type Server, start } from "../targets/targets.ts";

const PER_CYCLE = 100;
const cycles = Number(process.env.ROAM_KILLS ?? 10);

function serve(store: string): Promise<Server> {
  return start(runtime, {
    entry: "tests/fixtures/scheduled_crash_server.ts",
    objects: { Effect: "Effect", Doomed: "Doomed" },
    store,
  });
}

/** Rejects when the agent does. */
async function ask<T>({ host }: Server, path: string): Promise<T> {
  const response = await fetch(`http://${host}/${path}`);
  assert.equal(response.status, 200);
  return await response.json();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function noted(server: Server, kind: string): unknown[] {
  return server.process.lines
    .filter((line) => line.startsWith(`@@["${kind}",`))
    .map((line) => JSON.parse(line.slice(2))[1]);
}

/** What is wrong after so many kills: `counts` is how often each job had its effect, `ran` which ones were seen to run, and `acked` the cycles whose jobs were known to be stored. */
function problemsIn(
  counts: string,
  ran: readonly number[],
  acked: ReadonlySet<number>,
  kills: number,
): string[] {
  const wrong: string[] = [];
  for (let cycle = 0; cycle < kills; cycle++) {
    const part = counts.slice(cycle * PER_CYCLE, (cycle + 1) * PER_CYCLE)
      .padEnd(PER_CYCLE, "0");
    const none = /^0+$/.test(part);
    if (none && !acked.has(cycle)) continue;
    if (!/^1+$/.test(part)) wrong.push(`cycle ${cycle}: ${part}`);
  }
  const extra = ran.length - new Set(ran).size;
  if (extra > kills) wrong.push(`${extra} extra runs, ${kills} kills`);
  return wrong;
}

test(`each of ${PER_CYCLE} jobs has its effect once in ${cycles} times kill -9`, async () => {
  const seed = seedOf("kills of schedules");
  const random = randomOf(seed);
  const store = mkdtempSync(`${tmpdir()}/roam-kills-`);
  const acked = new Set<number>();
  const ran: number[] = [];
  try {
    for (let cycle = 0; cycle < cycles; cycle++) {
      const server = await serve(store);
      const planned = ask(server, `Effect/one/plan?arg=${cycle}`)
        .then(() => acked.add(cycle), () => {});
      // Some are killed while the jobs are made, the others while they run: so many of each, whatever the seed.
      if (cycle % 10 < 7) await planned;
      // The one place where a time is meant: the kill comes at any moment.
      await pause(random() * 300);
      await server.stop();
      await planned;
      ran.push(...noted(server, "ran") as number[]);
    }
    const last = await serve(store);
    let report: { counts: string; left: number };
    do {
      report = await ask(last, "Effect/one/report");
      await pause(50);
    } while (report.left > 0);
    await last.stop();
    ran.push(...noted(last, "ran") as number[]);
    const wrong = problemsIn(report.counts, ran, acked, cycles);
    assert.deepEqual(wrong, [], `seed ${seed}`);
    const extra = ran.length - new Set(ran).size;
    console.log(
      `seed ${seed}: ${ran.length} runs of ${
        new Set(ran).size
      } jobs, ${extra} of them extra, in ${cycles} kills`,
    );
    assert.ok(acked.size > cycles / 3, `${acked.size} cycles`);
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
});

test("the check of the effects finds each fault", () => {
  const ones = "1".repeat(PER_CYCLE);
  const both = new Set([0, 1]);
  assert.deepEqual(problemsIn(ones + ones, [1, 2, 2], both, 2), []);
  assert.deepEqual(problemsIn(ones, [], new Set([0]), 2), []);
  assert.equal(problemsIn(ones, [], both, 2).length, 1);
  assert.equal(problemsIn(`0${ones.slice(1)}`, [], new Set(), 1).length, 1);
  assert.equal(problemsIn(`2${ones.slice(1)}`, [], new Set(), 1).length, 1);
  assert.equal(problemsIn(ones, [7, 7, 7], new Set(), 1).length, 1);
});

test(`destroy() in a job leaves nothing in ${cycles} times kill -9`, async () => {
  const seed = seedOf("kills of destroy");
  const random = randomOf(seed);
  const store = mkdtempSync(`${tmpdir()}/roam-doom-`);
  const doomed = new Set<string>();
  try {
    for (let cycle = 0; cycle < cycles; cycle++) {
      const server = await serve(store);
      const name = `n${cycle}`;
      const begun = ask(server, `Doomed/${name}/doom`)
        .then(() => doomed.add(name), () => {});
      // Some are killed while they are made.
      if (cycle % 10 < 8) await begun;
      await pause(random() * 120);
      await server.stop();
      await begun;
    }
    const last = await serve(store);
    // What was killed in its job more than once rests for some seconds.
    for (const name of doomed) {
      for (let left = 1; left > 0; await pause(20)) {
        // One that is being destroyed has no answer.
        left = await ask<{ left: number }>(last, `Doomed/${name}/report`)
          .then((report) => report.left, () => 1);
      }
    }
    await last.stop();
    const final = await serve(store);
    await ask(final, "Doomed/two/sign");
    await final.process.until(
      (line) => line.startsWith('@@["signed"') ? true : undefined,
      "signed",
    );
    assert.deepEqual(noted(final, "tick"), [], `seed ${seed}`);
    for (const name of doomed) {
      const report = await ask(final, `Doomed/${name}/report`);
      assert.deepEqual(report, { ticks: 0, left: 0 }, `${name}, seed ${seed}`);
    }
    await final.stop();
    assert.ok(doomed.size > cycles / 3);
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
});
