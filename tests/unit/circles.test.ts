import assert from "node:assert/strict";
import { test } from "node:test";
import { findCircles } from "../../tools/circles.mjs";

const names = { "@roam/agents": "./mod.ts", "@roam/agents/deno": "./deno.ts" };

function circlesIn(files: Record<string, string>): string[] {
  const circles = findCircles(new Map(Object.entries(files)), names);
  return circles.map((circle) => circle!.join(" "));
}

/** Each is one circle. */
const circles: [title: string, files: Record<string, string>, found: string][] =
  [
    ["two files", {
      "a.ts": 'import { b } from "./b.ts";',
      "b.ts": 'import { a } from "./a.ts";',
    }, "a.ts b.ts a.ts"],
    ["types only", {
      "a.ts": 'import type { B } from "./b.ts";',
      "b.ts": 'import { type A } from "./a.ts";',
    }, "a.ts b.ts a.ts"],
    ["a re-export", {
      "src/a.ts": 'export * from "./room/b.ts";',
      "src/room/b.ts": 'export type { A } from "../a.ts";',
    }, "src/a.ts src/room/b.ts src/a.ts"],
    ["a re-export under a name", {
      "a.ts": 'export * as b from "./b.ts";',
      "b.ts": 'import "./a.ts";',
    }, "a.ts b.ts a.ts"],
    ["an import over several lines, behind a comment", {
      "a.ts": '/* import x */ import {\n  b,\n  c, // too\n} from "./b.ts";',
      "b.ts": 'import * as a from "./a.ts";',
    }, "a.ts b.ts a.ts"],
    ["an import that is called", {
      "a.mjs": 'const { b } = await import("./b.mjs");',
      "b.mjs": 'import a from "./a.mjs";',
    }, "a.mjs b.mjs a.mjs"],
    ["a type that is imported where it stands", {
      "a.ts": 'let b: import("./b.ts").B;',
      "b.ts": 'import type { A } from "./a.ts";',
    }, "a.ts b.ts a.ts"],
    ["imports without an ending", {
      "app/a.ts": 'import { B } from "./b";',
      "app/b/index.ts": 'import { C } from "../c";',
      "app/c.tsx": 'import { A } from "./a";',
    }, "app/a.ts app/b/index.ts app/c.tsx app/a.ts"],
    ["the library's own names", {
      "mod.ts": 'export { a } from "./src/a.ts";',
      "src/a.ts": 'import type { X } from "@roam/agents";',
    }, "mod.ts src/a.ts mod.ts"],
    ["a file that imports itself", {
      "a.ts": 'import type { A } from "./a.ts";',
    }, "a.ts a.ts"],
    ["a long one", {
      "a.ts": 'import "./b.ts";',
      "b.ts": 'import "./c.ts";',
      "c.ts": 'import "./d.ts";',
      "d.ts": 'import "./a.ts";',
    }, "a.ts b.ts c.ts d.ts a.ts"],
    ["the shortest of several that hang together", {
      "a.ts": 'import "./b.ts";',
      "b.ts": 'import "./c.ts"; import "./d.ts";',
      "c.ts": 'import "./a.ts";',
      "d.ts": 'import "./b.ts";',
    }, "b.ts d.ts b.ts"],
    ["one behind files that are in none", {
      "main.ts": 'import "./a.ts"; import "./leaf.ts";',
      "a.ts": 'import "./leaf.ts"; import "./b.ts";',
      "b.ts": 'import "./leaf.ts"; import "./a.ts";',
      "leaf.ts": "export const leaf = 1;",
    }, "a.ts b.ts a.ts"],
  ];

for (const [title, files, found] of circles) {
  test(`findCircles() finds ${title}`, () => {
    assert.deepEqual(circlesIn(files), [found]);
  });
}

test("findCircles() finds each of two that have nothing to do with each other", () => {
  const found = circlesIn({
    "a.ts": 'import "./b.ts";',
    "b.ts": 'import "./a.ts";',
    "c.ts": 'import "./d.ts"; import "./a.ts";',
    "d.ts": 'import "./c.ts";',
  });
  assert.deepEqual(found.sort(), ["a.ts b.ts a.ts", "c.ts d.ts c.ts"]);
});

test("findCircles() is content with what is none", () => {
  assert.deepEqual(
    circlesIn({
      // Two ways to one file.
      "a.ts": 'import "./b.ts"; import "./c.ts";',
      "b.ts": 'import "./d.ts";',
      "c.ts": 'import "./d.ts";',
      // Only looks like one.
      "d.ts": "// import './a.ts'\nconst text = 'import \"./a.ts\"';",
      // The same name in another folder.
      "room/d.ts": 'import "../a.ts";',
      // Files that are not there, and packages.
      "e.ts": 'import "./gone.ts"; import "hono"; import "node:fs";',
    }),
    [],
  );
});
