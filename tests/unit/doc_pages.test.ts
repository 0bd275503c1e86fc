import assert from "node:assert/strict";
import { test } from "node:test";
import { referenceOf } from "../../tools/docs/reference.mjs";
import { sitePage, sitePath } from "../../tools/docs/site_pages.mjs";
import { troublesOf } from "../../tools/docs/troubles.mjs";
import { llmsFullText, llmsText } from "../../tools/package/llms.mjs";

const pages = ["README.md", "docs/state.md", "docs/calls.md", "PROTOCOL.md"];

test("sitePath() is where a page is on the site", () => {
  assert.deepEqual(pages.map(sitePath), [
    "index.md",
    "state.md",
    "calls.md",
    "protocol.md",
  ]);
});

const links: [from: string, link: string, shown: string][] = [
  ["README.md", "[a](docs/state.md)", "[a](./state.md)"],
  ["docs/state.md", "[a](calls.md#order)", "[a](./calls.md#order)"],
  ["docs/state.md", "[a](../PROTOCOL.md)", "[a](./protocol.md)"],
  ["docs/state.md", "[a](../README.md)", "[a](./index.md)"],
  ["docs/state.md", "[a](#here)", "[a](#here)"],
  ["docs/state.md", "[a](https://example.com)", "[a](https://example.com)"],
  ["docs/state.md", "[a](../src/agent/agent.ts)", "a"],
  ["README.md", "![a](docs/images/a.png)", "![a](./images/a.png)"],
  [
    "docs/state.md",
    "```ts\nf([a](../x.ts));\n```",
    "```ts\nf([a](../x.ts));\n```",
  ],
  ["README.md", "<!-- block run\nhidden();\n-->\n\nshown", "shown"],
];

for (const [from, link, shown] of links) {
  test(`sitePage() makes of ${JSON.stringify(link)} in ${from} what the site has`, () => {
    assert.equal(sitePage(from, link, pages), shown);
  });
}

test("llmsText() lists each page with its first sentence", () => {
  const text = llmsText([
    ["README.md", "# Roam\n\nOne class. More of it.\n"],
    [
      "docs/state.md",
      "# State\n\n```ts\na();\n```\n\n<!-- block -->\n\nA value: it is JSON.\n",
    ],
  ]);
  assert.match(text, /^# Roam\n\n> One class\.$/m);
  assert.match(text, /^- \[State\]\(docs\/state\.md\): A value\.$/m);
});

test("llmsFullText() has all pages, and no comments for checks", () => {
  const text = llmsFullText([
    ["README.md", "# Roam\n"],
    [
      "docs/state.md",
      "# State\n\n<!-- block\nhidden\n-->\n\n```ts\na();\n```\n",
    ],
  ]);
  assert.match(text, /# Roam\n[^]*# State\n[^]*a\(\);/);
  assert.doesNotMatch(text, /hidden/);
});

const documented = {
  module_doc: { doc: "What it is. And more." },
  symbols: [
    {
      name: "Thing",
      declarations: [{
        declarationKind: "export",
        kind: "class",
        jsDoc: { doc: "A {@linkcode Thing} | one.\n\nMore." },
        def: {
          properties: [
            { name: "open", jsDoc: { doc: "Whether it is." } },
            { name: "own", accessibility: "private", jsDoc: { doc: "No." } },
            { name: "untold" },
          ],
          methods: [{
            name: "close",
            kind: "method",
            functionDef: {},
            jsDoc: { doc: "Closes it. Twice does nothing." },
          }],
        },
      }],
    },
    {
      name: "hidden",
      declarations: [{ declarationKind: "private", kind: "function" }],
    },
  ],
};

test("referenceOf() lists what is exported, and the members that are told", () => {
  const page = referenceOf([["@x/y", documented], ["@x/z", documented]]);
  assert.match(page, /^## @x\/y\n\nWhat it is\.$/m);
  assert.match(page, /^\| `Thing` \| class \| A `Thing` \\\| one\. \|$/m);
  assert.match(page, /^\| `open` \| Whether it is\. \|$/m);
  assert.match(page, /^\| `close\(\)` \| Closes it\. \|$/m);
  assert.doesNotMatch(page, /own|untold|hidden/);
  // The members stand once.
  assert.equal(page.split("### Thing").length, 2);
});

const told = `| you see | why |
| --- | --- |
| \`Cannot open the "…": it is closed\` | x |
| \`LOST\` | x |
| 1013 | x |
`;
const sources = ['throw new Error(`Cannot open the "${name}": it is closed`)'];

test("troublesOf() is content with a page that has everything", () => {
  assert.deepEqual(troublesOf(told, ["LOST"], ["1013"], sources), []);
});

test("troublesOf() finds a code, a close code and a message that are wrong", () => {
  assert.deepEqual(
    troublesOf(told, ["LOST", "FOUND"], ["1013", "1001"], ["nothing"]),
    [
      "it has no code FOUND",
      "it has no close code 1001",
      'nothing says "Cannot open the"',
    ],
  );
});
