import assert from "node:assert/strict";
import { test } from "node:test";
import { bundleProblems, wordsOfServer } from "../../tools/client_bundle.mjs";

const sources: [path: string, source: string][] = [
  ["client.ts", 'export { AgentClient } from "./src/client/client.ts";'],
  ["src/client/client.ts", "export class AgentClient { reconnect() {} }"],
  ["src/protocol/frames.ts", "export const frameOf = JSON.stringify;"],
  ["src/agent/instance.ts", "class Instance { hibernate() { frameOf() } }"],
  ["storage/sqlite.ts", 'const query = "INSERT INTO agents";'],
];
const serverWords = wordsOfServer(sources);

const fine = {
  what: "AgentClient",
  limit: 100,
  bytes: 100,
  parts: { "<stdin>": 0, "client.ts": 0, "src/client/client.ts": 100 },
  text:
    "class a{reconnect(){return JSON.stringify(this)}}export{a as AgentClient}",
};

test("wordsOfServer() has what the client does not say", () => {
  assert.deepEqual([...serverWords], [
    "Instance",
    "hibernate",
    "query",
    "INSERT",
    "agents",
  ]);
});

test("bundleProblems() is content with a client of the size it may have", () => {
  assert.deepEqual(bundleProblems(fine, serverWords), []);
});

test("bundleProblems() says of a bundle that is too large what is in it, the largest first", () => {
  const parts = { "src/protocol/frames.ts": 40, ...fine.parts };
  assert.deepEqual(
    bundleProblems({ ...fine, bytes: 101, parts }, serverWords),
    [
      "AgentClient is too large: 101 bytes, at most 100. Before compression it is made of",
      "    100 src/client/client.ts",
      "     40 src/protocol/frames.ts",
      "      0 <stdin>",
      "      0 client.ts",
    ],
  );
});

for (
  const path of [
    "src/runtime/limits.ts",
    "src/host/host.ts",
    "src/ports/clock.ts",
    "adapters/deno.ts",
    "storage/sqlite.ts",
    "mod.ts",
    "tests/client.ts",
    "node_modules/nanoid/index.js",
  ]
) {
  test(`bundleProblems() names ${path}, also when nothing of it is left`, () => {
    const parts = { ...fine.parts, [path]: 0 };
    assert.deepEqual(bundleProblems({ ...fine, parts }, serverWords), [
      `AgentClient carries ${path}`,
    ]);
  });
}

test("bundleProblems() names the words of the server", () => {
  const text = `${fine.text};"INSERT";x.hibernate()`;
  assert.deepEqual(bundleProblems({ ...fine, text }, serverWords), [
    "AgentClient carries a word of the server: INSERT",
    "AgentClient carries a word of the server: hibernate",
  ]);
});
