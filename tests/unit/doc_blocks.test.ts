import assert from "node:assert/strict";
import { test } from "node:test";
import { blocksOf, filesOf } from "../../tools/docs/blocks.mjs";

const fence = (language: string, ...lines: string[]) =>
  ["```" + language, ...lines, "```"].join("\n");

test("blocksOf() finds the blocks of TypeScript, at their lines", () => {
  const page = [
    "# Page",
    fence("sh", "npm install"),
    fence("ts", "// main.ts", "export const one = 1;"),
    fence("tsx", "<p />"),
    fence("js", "nothing"),
  ].join("\n");
  const [first, second, ...others] = blocksOf(page);
  assert.deepEqual(others, []);
  assert.equal(first.name, "main.ts");
  assert.equal(first.line, 6);
  assert.equal(first.source.split("\n")[6], "export const one = 1;");
  assert.equal(second.jsx, true);
  assert.equal(second.name, undefined);
});

test("blocksOf() puts what the comment has before its block", () => {
  const page = `<!-- block run\nimport "a";\n-->\n\n${fence("ts", "a();")}`;
  const [block] = blocksOf(page);
  assert.equal(block.runs, true);
  assert.deepEqual(block.source.split("\n"), [
    "",
    'import "a";',
    "",
    "",
    "",
    "a();",
  ]);
});

test("blocksOf() takes a comment with a name as a block itself", () => {
  const page = `<!-- block agents.ts\nexport const a = 1;\n-->\n\n${
    fence("ts", 'import { a } from "./agents.ts";')
  }`;
  const [hidden, shown] = filesOf(blocksOf(page));
  assert.equal(hidden.file, "1.ts");
  assert.match(shown.text, /from ".\/1.ts"/);
});

for (
  const [what, page, problem] of [
    ["a fence without an end", "text\n```ts\na();", /line 2: it has no end/],
    ["a comment without an end", "<!-- block\na();", /line 1: it has no end/],
    [
      "a comment without a block",
      "<!-- block run -->\n\ntext",
      /line 1: no block/,
    ],
    [
      "two comments and one block",
      `<!-- block -->\n<!-- block -->\n${fence("ts", "a();")}`,
      /line 1: no block/,
    ],
    [
      "an unknown word",
      `<!-- block runs -->\n${fence("ts")}`,
      /"runs" means nothing/,
    ],
    [
      "an import of a block that comes later",
      `${fence("ts", 'import "./a.ts";')}\n${fence("ts", "// a.ts")}`,
      /line 2: no block before it is .\/a.ts/,
    ],
  ] as const
) {
  test(`the blocks of a page with ${what} are refused`, () => {
    assert.throws(() => filesOf(blocksOf(page)), problem);
  });
}
