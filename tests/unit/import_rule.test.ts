import assert from "node:assert/strict";
import { test } from "node:test";
import { brokenRules, forbiddenWords } from "../../tools/rules.mjs";

const fine: [path: string, source: string][] = [
  ["src/protocol/a.ts", 'import { b } from "./b.ts";'],
  ["src/protocol/a.ts", 'import type { S } from "../ports/socket.ts";'],
  ["src/protocol/a.ts", 'export type { S } from "../ports/socket.ts";'],
  ["src/protocol/a.ts", 'import { type S } from "../ports/socket.ts";'],
  ["src/agent/a.ts", 'import { f } from "../protocol/frames.ts";'],
  ["src/agent/a.ts", 'import { f } from "../ports/x.ts";'],
  ["src/host/a.ts", 'import { A } from "../agent/agent.ts";'],
  ["src/agent/a.ts", 'import { C } from "../calls/calls.ts";'],
  ["src/calls/a.ts", 'import { C } from "../connections/connection.ts";'],
  ["src/state/a.ts", 'import { P } from "../durability/pending_writes.ts";'],
  ["src/connections/a.ts", 'import { D } from "../runtime/deadlines.ts";'],
  ["src/client/a.ts", 'import { f } from "../protocol/frames.ts";'],
  ["src/client/a.ts", 'import type { C } from "../ports/clock.ts";'],
  ["adapters/deno.ts", 'import { h } from "../src/host/host.ts";'],
  ["adapters/deno.ts", 'import { s } from "../storage/sqlite.ts";'],
  ["adapters/deno.ts", 'import { x } from "node:async_hooks"; Deno.serve();'],
  ["storage/sqlite.ts", 'const x = await import("node:sqlite");'],
  ["storage/sqlite.ts", 'import type { S } from "../src/ports/storage.ts";'],
  ["mod.ts", 'export { A } from "./src/agent/agent.ts";'],
  ["hono.ts", 'import { x } from "hono/ws";'],
  ["react.ts", 'import { useState } from "react";'],
  ["react.ts", 'import { AgentClient } from "./src/client/client.ts";'],
  ["client.ts", 'export { AgentClient } from "./src/client/client.ts";'],
  ["tests/suite/a.test.ts", 'import { test } from "node:test";'],
  // What only looks like it.
  ["src/agent/a.ts", '// import x from "node:fs"; Deno.exit()'],
  ["src/agent/a.ts", '/* import x from\n"npm:y" */'],
  ["src/agent/a.ts", "const a = 'import \"x\"; process.exit';"],
  ["src/agent/a.ts", "const a = `${b} Deno.x import 'y'`;"],
  ["src/agent/a.ts", "const a = /\"/; const b = 1; // import 'x'"],
  ["src/agent/a.ts", "const a = x.process.y, b = { Bun: 1 }, c = aDeno.x;"],
  ["src/agent/a.ts", "const url = import.meta.url;"],
  ["src/agent/a.ts", 'export const a = "node:fs";'],
];

for (const [path, source] of fine) {
  test(`brokenRules() is content with ${source} in ${path}`, () => {
    assert.deepEqual(brokenRules(path, source), []);
  });
}

const bad: [path: string, source: string, rule: RegExp][] = [
  // A floor imports what is below it: not what is above, nor beside.
  [
    "src/runtime/a.ts",
    'import type { L } from "../connections/link.ts";',
    /src\/runtime may not import src\/connections/,
  ],
  [
    "src/connections/a.ts",
    'import type { O } from "../durability/outbox.ts";',
    /src\/connections may not import src\/durability/,
  ],
  [
    "src/durability/a.ts",
    'import type { L } from "../connections/link.ts";',
    /src\/durability may not import src\/connections/,
  ],
  [
    "src/state/a.ts",
    'import type { C } from "../calls/call.ts";',
    /src\/state may not import src\/calls/,
  ],
  [
    "src/calls/a.ts",
    'import type { I } from "../agent/instance.ts";',
    /src\/calls may not import src\/agent/,
  ],
  [
    "src/agent/a.ts",
    'import type { H } from "../host/host.ts";',
    /src\/agent may not import src\/host/,
  ],
  [
    "src/ports/a.ts",
    'import type { F } from "../protocol/f.ts";',
    /src\/ports may not import src\/protocol/,
  ],
  [
    "src/protocol/a.ts",
    'import { s } from "../ports/socket.ts";',
    /types only from src\/ports/,
  ],
  [
    "src/protocol/a.ts",
    'import { type S, s } from "../ports/x.ts";',
    /types only/,
  ],
  [
    "src/protocol/a.ts",
    'import S, { type T } from "../ports/x.ts";',
    /types only/,
  ],
  ["src/protocol/a.ts", 'import {} from "../ports/x.ts";', /types only/],
  [
    "src/protocol/a.ts",
    'import type { A } from "../agent/agent.ts";',
    /may not import src\/agent/,
  ],
  [
    "src/agent/a.ts",
    'import { H } from "../host/host.ts";',
    /may not import src\/host/,
  ],
  [
    "src/agent/a.ts",
    'export * from "../host/host.ts";',
    /may not import src\/host/,
  ],
  [
    "src/agent/a.ts",
    'import "../client/client.ts";',
    /may not import src\/client/,
  ],
  [
    "src/agent/a.ts",
    'import {\n  x,\n} from "../host/host.ts";',
    /may not import src\/host/,
  ],
  [
    "src/host/a.ts",
    'import x from "../../adapters/deno.ts";',
    /may not import adapters/,
  ],
  [
    "src/host/a.ts",
    'import x from "../client/client.ts";',
    /may not import src\/client/,
  ],
  [
    "src/host/a.ts",
    'const x = await import("../client/client.ts");',
    /may not import src\/client/,
  ],
  [
    "src/host/a.ts",
    'let x: import("../client/client.ts").X;',
    /may not import src\/client/,
  ],
  ["src/host/a.ts", "await import(name);", /has to name its module/],
  ["src/host/a.ts", "await import(`./x.ts`);", /has to name its module/],
  [
    "src/host/a.ts",
    'import x from "../../tests/x.ts";',
    /may not import "..\/..\/tests\/x.ts"/,
  ],
  [
    "src/client/a.ts",
    'import { A } from "../agent/agent.ts";',
    /may not import src\/agent/,
  ],
  [
    "src/client/a.ts",
    'import type { A } from "../host/host.ts";',
    /may not import src\/host/,
  ],
  ["src/client/a.ts", 'import { c } from "../ports/clock.ts";', /types only/],
  ["src/client/a.ts", 'import "../../mod.ts";', /may not import mod.ts/],
  ["src/other/a.ts", 'import "./b.ts";', /none of the rooms/],
  [
    "adapters/deno.ts",
    'import "../src/client/client.ts";',
    /may not import src\/client/,
  ],
  ["adapters/deno.ts", 'import "../mod.ts";', /may not import mod.ts/],
  ["adapters/bun.ts", 'import { Hono } from "hono";', /may not import "hono"/],
  [
    "storage/sqlite.ts",
    'import "../src/agent/agent.ts";',
    /may not import src\/agent/,
  ],
  [
    "storage/sqlite.ts",
    'import "better-sqlite3";',
    /may not import "better-sqlite3"/,
  ],
  [
    "mod.ts",
    'export * from "./src/client/client.ts";',
    /may not import src\/client/,
  ],
  ["mod.ts", 'import "hono";', /may not import "hono"/],
  ["client.ts", 'import "./src/agent/agent.ts";', /may not import src\/agent/],
  ["client.ts", 'import "react";', /may not import "react"/],
  ["react.ts", 'import "hono";', /may not import "hono"/],
  ["react.ts", 'import "react-dom";', /may not import "react-dom"/],
  ["hono.ts", 'import "react";', /may not import "react"/],
  ["src/agent/a.ts", 'import "node:fs";', /may not import "node:fs"/],
  [
    "src/agent/a.ts",
    'import x from "cloudflare:workers";',
    /cloudflare:workers/,
  ],
  ["src/agent/a.ts", 'import type { X } from "npm:x";', /npm:x/],
  ["src/agent/a.ts", 'import "lodash";', /may not import "lodash"/],
  ["src/agent/a.ts", 'import "@std/assert";', /may not import "@std\/assert"/],
  [
    "src/agent/a.ts",
    'import "@roam/agents";',
    /may not import "@roam\/agents"/,
  ],
  [
    "src/agent/a.ts",
    'import "https://x.example/y.ts";',
    /may not import "https/,
  ],
  ["src/agent/a.ts", "Deno.exit(1);", /web standards only, not Deno/],
  ["src/agent/a.ts", "globalThis.Bun?.gc();", /not Bun/],
  ["src/agent/a.ts", "globalThis?.process.exit();", /not process/],
  ["src/agent/a.ts", "const { env } = process;", /not process/],
  ["src/agent/a.ts", "const a = `${Deno.pid}`;", /not Deno/],
  ["src/agent/a.ts", "const a = `${{ x: `${1}` }} ${Bun.x}`;", /not Bun/],
  ["src/agent/a.ts", "const a = b / 2; process.exit(); // /", /not process/],
  ["src/agent/a.ts", "const a = /[/'`]/; Bun.gc();", /not Bun/],
  ["src/agent/a.ts", 'const a = "\\""; Bun.gc();', /not Bun/],
  ["src/agent/a.ts", 'const fs = require("fs");', /not require/],
  ["src/agent/a.ts", "Buffer.from(x);", /not Buffer/],
];

for (const [path, source, rule] of bad) {
  test(`brokenRules() finds ${source} in ${path}`, () => {
    const found = brokenRules(path, source);
    assert.equal(found.length, 1, JSON.stringify(found));
    assert.match(found[0].rule, rule);
  });
}

test("brokenRules() says the line, past comments and texts of several lines", () => {
  const source = [
    "/* one",
    "   two */",
    "const a = `three",
    "four ${b}",
    "five`;",
    'import "node:fs";',
    "Deno.exit();",
  ].join("\n");
  assert.deepEqual(brokenRules("src/host/a.ts", source).map((x) => x.line), [
    6,
    7,
  ]);
});

const machine = [
  "cd /work" + "/main",
  'const x = "/root' + '/x";',
  "see /home" + "/somebody/notes",
  "https://registry.example" + ".org/x",
  "npm config set registry https://registry.npm" + "js.org",
  "www.npm" + "js.com/package/x",
  "npm.j" + "sr.io",
];

for (const source of machine) {
  test(`forbiddenWords() finds ${source.replace(/[/.]/g, " ")}`, () => {
    const found = forbiddenWords(`first\n${source}`);
    assert.equal(found[0]?.line, 2);
  });
}

for (
  const source of [
    "./work/x",
    "a/work/b",
    "workplace",
    "/workers/",
    "the IANA registry",
    "omit-lockfile-registry-resolved=true",
    "https://example.com/agents/chat/root/",
    "/rooted/",
  ]
) {
  test(`forbiddenWords() is content with ${source}`, () => {
    assert.deepEqual(forbiddenWords(source), []);
  });
}
