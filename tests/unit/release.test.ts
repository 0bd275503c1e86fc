import assert from "node:assert/strict";
import { test } from "node:test";
import {
  publishingSteps,
  releaseProblems,
} from "../../tools/release_problems.mjs";

const right = {
  npm: {
    name: "@roam/agents",
    version: "1.2.0",
    license: "MIT",
    repository: { url: "https://example.com/roam.git" },
  },
  jsr: { name: "@roam/agents", version: "1.2.0", license: "MIT" },
  changelog: "# Changelog\n\n## 1.2.0 (2026-01-02)\n\n- News.\n\n## 1.1.0\n",
  starters: { "starters/node/package.json": "^1.2.0" } as Record<
    string,
    string
  >,
};

test("releaseProblems() finds nothing where all places say the same", () => {
  assert.deepEqual(releaseProblems(right), []);
});

test("releaseProblems() finds each place that says something else", () => {
  const wrong: [change: Partial<typeof right>, problem: RegExp][] = [
    [{ jsr: { ...right.jsr, version: "1.1.0" } }, /1\.2\.0.*1\.1\.0/],
    [{ jsr: { ...right.jsr, name: "@roam/other" } }, /name is/],
    [{ changelog: "## Unreleased\n\n- News.\n" }, /"Unreleased"/],
    [{ changelog: "## 1.2.1\n" }, /"1\.2\.1"/],
    [{ changelog: "" }, /"undefined"/],
    [{ starters: { "starters/bun/package.json": "^1.1.0" } }, /starters\/bun/],
    [
      { npm: { ...right.npm, repository: { url: "" } } },
      /no repository/,
    ],
  ];
  for (const [change, problem] of wrong) {
    const problems: string[] = releaseProblems({ ...right, ...change });
    assert.equal(problems.length, 1);
    assert.match(problems[0], problem);
  }
});

test("publishingSteps() names the archive and the version", () => {
  const text: string = publishingSteps(
    "1.2.0",
    "roam-agents-1.2.0.tgz",
  );
  assert.match(text, /npm publish roam-agents-1\.2\.0\.tgz/);
  assert.match(text, /deno publish/);
  assert.match(text, /v1\.2\.0/);
});
