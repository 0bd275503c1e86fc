import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type { Wrangler } from "../wrangler.ts";
import { checks } from "./checks.ts";
import {
  localEntry,
  migratedSource,
  migratedWrangler,
  workerEntry,
} from "./migration.ts";

const page = await readFile(
  new URL("../../../docs/migrating.md", import.meta.url),
  "utf8",
);

/** The blocks of code in this language, without comments that name a file. */
function blocks(language: string): string[] {
  const found = page.matchAll(
    new RegExp("```" + language + "\\n([\\s\\S]*?)```", "g"),
  );
  return [...found].map(([, code]) => code.replace(/^\/\/ \w+\.ts\n/, ""));
}

/** What stands before and after a change. */
function sides(diff: string): [before: string, after: string] {
  const lines = diff.split("\n");
  const side = (sign: string) =>
    lines.filter((line) => line[0] === " " || line[0] === sign)
      .map((line) => line.slice(1)).join("\n");
  return [side("-"), side("+")];
}

const diffs = blocks("diff").map(sides);
const wranglers = diffs.filter(([before]) => before.includes('"main"'));
const sources = diffs.filter(([before]) => !before.includes('"main"'));

test("docs/migrating.md changes imports as the app that moves does", () => {
  assert.equal(sources.length, 5);
  for (const [before, after] of sources) {
    assert.notEqual(before, after);
    assert.equal(migratedSource(before), after);
  }
});

test("docs/migrating.md changes wrangler.jsonc as the app that moves does", () => {
  const [[before, after]] = wranglers;
  assert.notEqual(before, after);
  assert.equal(migratedWrangler(before), after);
});

test("docs/migrating.md has the entries of the app that moves", () => {
  const wrangler = JSON.parse(wranglers[0][1]) as Wrangler;
  assert.deepEqual(blocks("ts"), [
    workerEntry(wrangler),
    localEntry("deno", wrangler),
  ]);
});

test("docs/migrating.md says all that the app shows otherwise", () => {
  const said = page.replace(/\s+/g, " ");
  const reasons = checks.flatMap(({ here }) => here ? [here.why] : []);
  assert.ok(reasons.length > 0);
  for (const why of reasons) assert.ok(said.includes(`- ${why}.`), why);
});

test("migratedSource() leaves what is not of the SDK as it is", () => {
  const source = `import { Agent } from "./agents.ts";
import type { Env } from "agents-of-mine";
const text = 'from "agents"';
`;
  assert.equal(migratedSource(source), source);
});
