import assert from "node:assert/strict";
import { test } from "node:test";
import { quoted, RefusalLog } from "../../src/host/refusal_log.ts";

function lines(run: () => void): string[] {
  const { warn } = console;
  const seen: string[] = [];
  console.warn = (text: string) => seen.push(text);
  try {
    run();
  } finally {
    console.warn = warn;
  }
  return seen;
}

test("warn() prints each line once a minute", () => {
  let now = 5;
  const log = new RefusalLog(() => now);
  const seen = lines(() => {
    for (const line of ["a", "b", "a"]) log.warn(line);
    now += 60_000;
    log.warn("a");
  });
  assert.deepEqual(seen, ["a", "b", "a"]);
});

test("warn() falls silent before an attacker fills the log", () => {
  const log = new RefusalLog(() => 0);
  const seen = lines(() => {
    for (let count = 0; count < 1000; count++) log.warn(`line ${count}`);
  });
  assert.equal(seen.length, 20);
});

test("quoted() shows what a terminal or an editor would obey", () => {
  const text = quoted('x\n[info] "fine"\u001b[2J\u009b2J\u202e\u2028\u0000');
  // deno-lint-ignore no-control-regex -- control characters are what it looks for
  assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u202e\u2028]/);
  assert.match(text, /^"x\\n\[info\] \\"fine\\"/);
});

test("quoted() cuts what is long", () => {
  assert.equal(quoted("x".repeat(5000)), JSON.stringify("x".repeat(100) + "…"));
});
