import assert from "node:assert/strict";
import { after, test } from "node:test";
import { missing, tryResume } from "../support/faults/resume_run.ts";
import { seedOf } from "../support/random/seed.ts";
import { runtime } from "../support/suite.ts";
import { start } from "../targets/targets.ts";

const cuts = Number(process.env.ROAM_CUTS ?? 40);
const clients = Number(process.env.ROAM_CLIENTS ?? 4);

const server = await start(runtime, {
  entry: "tests/fixtures/resume_server.ts",
  objects: { ResumeAgent: "ResumeAgent" },
});
after(() => server.stop());
const { host } = server;

test(`${cuts} cuts at any byte, in either direction, stalls and half-open links: nothing is missing, nothing comes twice, all in order, both ways`, async () => {
  const seed = seedOf("resume");
  const reports = await Promise.all(
    Array.from({ length: clients }, (_, at) =>
      tryResume({
        host,
        name: `run-${at}`,
        seed: seed + at,
        cuts: Math.ceil(cuts / clients),
      })),
  );
  const sum = (of: (report: typeof reports[number]) => number) =>
    reports.reduce((all, report) => all + of(report), 0);
  const faults: Record<string, number> = {};
  for (const report of reports) {
    for (const [fault, count] of Object.entries(report.faults)) {
      faults[fault] = (faults[fault] ?? 0) + count;
    }
  }
  console.log(
    `seed ${seed}: ${JSON.stringify(faults)}, ${
      sum(({ resumed }) => resumed)
    } times resumed, ${sum(({ gaps }) => gaps)} gaps (${
      reports.flatMap(({ reasons }) => reasons)
    }); ${sum(({ down }) => down)} messages down, ${sum(({ up }) => up)} up`,
  );
  assert.deepEqual(reports.flatMap(({ problems }) => problems), []);
});

for (const direction of ["down", "up"] as const) {
  test(`a client that loses a message ${direction} is found out`, async () => {
    const { problems } = await tryResume({
      host,
      name: `lossy-${direction}`,
      seed: 1,
      cuts: 3,
      WebSocket: lossy(direction),
    });
    assert.notDeepEqual(problems, []);
    for (const problem of problems) {
      assert.match(problem, new RegExp(`^${direction}: `));
    }
  });
}

test("missing() knows numbers that follow each other from others", () => {
  assert.deepEqual(missing([3, 4, 5, "gap", 9, 10]), []);
  assert.deepEqual(missing([3, 5, 6]), ["5 after 3"]);
  assert.deepEqual(missing([3, 3]), ["3 after 3"]);
  assert.deepEqual(missing([3, 4, 3]), ["3 after 4"]);
});

/** WebSockets of which one loses a message in the middle of a connection, and says nothing. */
function lossy(direction: "down" | "up"): typeof WebSocket {
  let count = 0;
  const isLost = (data: unknown, kind: string) =>
    typeof data === "string" && data.startsWith(kind) && ++count === 5;
  return class extends WebSocket {
    override send(data: string): void {
      if (direction === "up" && isLost(data, "up ")) return;
      super.send(data);
    }
    override set onmessage(listener: (event: MessageEvent) => void) {
      super.onmessage = (event: MessageEvent) => {
        if (direction === "down" && isLost(event.data, "down ")) return;
        listener(event);
      };
    }
  };
}
