import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const FILES = [
  "src/client/address.ts",
  "src/client/agent_fetch.ts",
  "src/client/backoff.ts",
  "src/client/calls.ts",
  "src/client/options.ts",
  "src/client/use_agent_options.ts",
  "src/host/host.ts",
  "src/host/router.ts",
  "src/host/rules.ts",
  "src/host/serve.ts",
];

/** The names of optional members of option interfaces that can't be given `undefined`. */
function refusingUndefined(source: string): string[] {
  const found: string[] = [];
  const interfaces = source.matchAll(
    /^export interface \w*Options\b[^{]*\{\n([^]*?)^\}/gm,
  );
  for (const [, body] of interfaces) {
    const members = body.replace(/\/\*\*[^]*?\*\//g, "")
      .matchAll(/^ {2}(?:readonly )?(\w+)\?:([^]*?);$/gm);
    for (const [, name, type] of members) {
      if (!/\| undefined$/.test(type.trimEnd())) found.push(name);
    }
  }
  return found;
}

for (const file of FILES) {
  test(`An option may be given as undefined, also where exactOptionalPropertyTypes is on: ${file}`, () => {
    const source = readFileSync(new URL(`../../${file}`, import.meta.url));
    assert.deepEqual(refusingUndefined(source.toString()), []);
  });
}

test("An option that refuses undefined is found", () => {
  const forged =
    "export interface XOptions {\n  a?: string | undefined;\n  b?: string;\n  c?: () => void;\n}\n";
  assert.deepEqual(refusingUndefined(forged), ["b", "c"]);
});
