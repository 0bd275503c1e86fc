import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { install, jsrFiles, packed, project, run, spoken } from "./project.ts";

const docs = readFileSync(
  new URL("../../docs/testing.md", import.meta.url),
  "utf8",
);
const [, source] = /```ts\n(\/\/ room\.test\.ts\n[\s\S]*?)```/.exec(docs)!;
const NAME = "what one client adds, another one sees after a crash";

const folder = project({
  "package.json": { private: true, type: "module" },
  "room.test.ts": source,
});
await install(folder, await packed(), "vitest@5");

test("docs/testing.md: its test passes with node --test", async () => {
  const said = await run(folder, "node", "--test");
  assert.match(said, new RegExp(`(?:ok 1 -|✔) ${NAME}`));
});

test("docs/testing.md: its test passes with bun test", async () => {
  const said = (await spoken(folder, "bun", "test")).join("\n");
  assert.ok(said.includes(`(pass) ${NAME}`), said);
});

test("docs/testing.md: its test passes with Vitest, also in contexts of their own", async () => {
  const text = source.replace('"node:test"', '"vitest"');
  writeFileSync(join(folder, "room.test.ts"), text);
  for (const pool of ["forks", "threads", "vmThreads"]) {
    const vitest = ["vitest", "run", `--pool=${pool}`];
    assert.match(await run(folder, "npx", ...vitest), /Tests +1 passed/);
  }
});

test("docs/testing.md: its test passes with deno test", async () => {
  const folder = project({
    "deno.json": {
      imports: { "@roam/agents": "jsr:@roam/agents@^0.1.0" },
      links: [jsrFiles()],
    },
    "room.test.ts": source,
  });
  const said = await run(folder, "deno", "test", "-A", "--no-lock");
  assert.ok(said.includes(`${NAME} ... ok`), said);
});
