import assert from "node:assert/strict";
import { test } from "node:test";
import { createMetrics } from "../../metrics.ts";
import { Counter, Histogram } from "../../metrics/series.ts";

test("Histogram counts each value in all buckets that hold it", () => {
  const sizes = new Histogram({ name: "size", help: "Sizes." }, [1, 10]);
  for (const value of [0.5, 1, 2, 10, 11]) sizes.observe(value);
  assert.equal(
    `${sizes}`,
    "# HELP size Sizes.\n# TYPE size histogram\n" +
      'size_bucket{le="1"} 2\nsize_bucket{le="10"} 4\n' +
      'size_bucket{le="+Inf"} 5\nsize_sum 24.5\nsize_count 5\n',
  );
});

test("labels are escaped", () => {
  const counter = new Counter({ name: "c", help: "C.", labels: ["l"] });
  counter.add(1, 'a"b\\c\nd');
  assert.ok(`${counter}`.endsWith('c{l="a\\"b\\\\c\\nd"} 1\n'));
});

test("a metric has at most 1,001 series, whatever its labels are", () => {
  const counter = new Counter({ name: "c", help: "C.", labels: ["l"] });
  for (let n = 0; n < 5000; n++) counter.add(1, `${n}`);
  for (let n = 0; n < 5000; n++) counter.add(1, `${n}`);
  const lines = `${counter}`.trimEnd().split("\n").slice(2);
  assert.equal(lines.length, 1001);
  assert.equal(lines.at(-1), 'c{l="other"} 8000');
});

test("an instance that never started and leaves is not counted", () => {
  const { onEvent, text } = createMetrics();
  const told = (type: "started" | "evicted", name: string) =>
    onEvent({ type, agent: "A", name });
  told("started", "one");
  told("started", "two");
  told("started", "one");
  told("evicted", "three");
  told("evicted", "one");
  assert.match(text(), /^roam_agent_instances\{agent="A"\} 1$/m);
});

test("the time of jobs is counted where it is known, and the lag of the event loop", () => {
  const { onEvent, text } = createMetrics();
  const job = {
    type: "schedule",
    kind: "queue",
    agent: "A",
    name: "n",
    id: "i",
    callback: "c",
  } as const;
  onEvent({ ...job, status: "started", attempt: 1 });
  onEvent({ ...job, status: "done", ms: 2000 });
  onEvent({ type: "lag", ms: 250 });
  const all = text();
  const done = 'agent="A",kind="queue",status="done"';
  for (
    const line of [
      `roam_agent_jobs_total{agent="A",kind="queue",status="started"} 1`,
      `roam_agent_job_duration_seconds_sum{${done}} 2`,
      `roam_agent_job_duration_seconds_count{${done}} 1`,
      "roam_host_event_loop_lag_seconds_sum 0.25",
    ]
  ) assert.ok(all.includes(`${line}\n`), line);
  assert.ok(
    !all.includes(
      'duration_seconds_count{agent="A",kind="queue",status="started"}',
    ),
  );
});

test("close codes of applications count together", () => {
  const { onEvent, text } = createMetrics();
  const event = { agent: "A", name: "n", connection: "c" };
  for (const code of [4000, 4999, 3999, 1000, undefined]) {
    onEvent({ type: "disconnected", ...event, code, wasAccepted: false });
  }
  const codes = [
    ...text().matchAll(/closed_total\{agent="A",code="(\w+)"\} (\d)/g),
  ];
  assert.deepEqual(codes.map(([, code, n]) => [code, n]), [
    ["4xxx", "2"],
    ["3xxx", "1"],
    ["1000", "1"],
    ["1005", "1"],
  ]);
});
