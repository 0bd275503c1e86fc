import assert from "node:assert/strict";
import { test } from "node:test";
import { bunCounts, junitCounts, standInCounts } from "../../tools/counts.mjs";

const open = (name: string) =>
  `<testcase name="${name}" classname="./a.test.ts" time="0.001" line="3">`;
const passed = (name: string) => `${open(name)}\n</testcase>\n`;
const skipped = (name: string) => `${open(name)}\n<skipped/>\n</testcase>\n`;
const failed = (name: string) =>
  `${open(name)}\n<failure message="x">no</failure>\n</testcase>\n`;

test("junitCounts() counts what passed, failed and was skipped", () => {
  const xml = passed("a") + failed("b") + skipped("c # SKIP why") + passed("d");
  assert.deepEqual(junitCounts(xml), {
    passed: 2,
    failed: 1,
    skips: ["c # SKIP why"],
    failures: [{ name: "b", text: "no" }],
  });
});

test("junitCounts() counts the steps of a group, and not the group", () => {
  const xml = passed("g") + passed("g &gt; a") + passed("g &gt; h") +
    passed("g &gt; h &gt; b");
  assert.deepEqual(junitCounts(xml), {
    passed: 2,
    failed: 0,
    skips: [],
    failures: [],
  });
});

test("junitCounts() counts a group that failed by itself", () => {
  const xml = failed("g") + passed("g &gt; a");
  assert.deepEqual(junitCounts(xml), {
    passed: 1,
    failed: 1,
    skips: [],
    failures: [{ name: "g", text: "no" }],
  });
});

test("junitCounts() counts a failed step once", () => {
  const xml = failed("g") + failed("g &gt; a");
  assert.deepEqual(junitCounts(xml), {
    passed: 0,
    failed: 1,
    skips: [],
    failures: [{ name: "g > a", text: "no" }],
  });
});

test("junitCounts() reads names as they were written", () => {
  const xml = skipped("a &quot;b&quot; &amp;amp; &apos;c&apos; &lt;d");
  assert.deepEqual(junitCounts(xml)?.skips, ["a \"b\" &amp; 'c' <d"]);
});

test("junitCounts() reads what Node says of a failure", () => {
  const xml = `<testsuite name="g" time="0.007">
    <testcase name="a > b" time="0.000084" classname="test" failure="1 > 2">
      <failure type="testCodeFailure" message="1 > 2">
Error: 1 &lt; 2
    at x
      </failure>
    </testcase>
  </testsuite>`;
  assert.deepEqual(junitCounts(xml)?.failures, [
    { name: "a > b", text: "Error: 1 < 2\n    at x" },
  ]);
});

test("junitCounts() has no counts where nothing ran", () => {
  assert.equal(junitCounts("<testsuites></testsuites>"), undefined);
});

test("bunCounts() reads the summary", () => {
  const output = "bun test v1\n\ntests/a.test.ts:\n(pass) a [1.52ms]\n" +
    "(skip) b # SKIP why [0.02ms]\n(todo) c\n" +
    "error: no\n  at x\n(fail) d [3.10ms]\n(fail) e\n" +
    "tests/b.test.ts:\nerror: never\n(fail) f\n\n 12 pass\n 1 skip\n 1 todo\n 3 fail\n" +
    "Ran 17 tests across 1 file.\n";
  assert.deepEqual(bunCounts(output), {
    passed: 12,
    failed: 3,
    skips: ["b # SKIP why", "c"],
    failures: [
      { name: "d", text: "error: no\n  at x" },
      { name: "e", text: "" },
      { name: "f", text: "error: never" },
    ],
  });
});

test("bunCounts() has no counts where nothing ran", () => {
  assert.equal(bunCounts("bun test v1\n\n 0 pass\n 0 fail\n"), undefined);
  assert.equal(bunCounts("error: no tests found"), undefined);
});

test("standInCounts() reads the last line", () => {
  const output = "(skip) a\n(fail) b\nError: x\n  at y\n(fail) c\nError: z\n" +
    "3 passed, 2 failed, 1 skipped\n";
  assert.deepEqual(standInCounts(output), {
    passed: 3,
    failed: 2,
    skips: ["a"],
    failures: [
      { name: "b", text: "Error: x\n  at y" },
      { name: "c", text: "Error: z" },
    ],
  });
});

test("standInCounts() has no counts where it crashed, or nothing ran", () => {
  assert.equal(standInCounts("uncaught exception"), undefined);
  assert.equal(standInCounts("0 passed, 0 failed, 0 skipped\n"), undefined);
});
