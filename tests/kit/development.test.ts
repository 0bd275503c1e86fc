import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { isDevelopment } from "../../platform/development.ts";

const NAMES = ["NODE_ENV", "DENO_ENV", "BUN_ENV", "FLY_APP_NAME", "DYNO"];

/** What `isDevelopment()` says in this environment, at a terminal or not. */
function says(env: Record<string, string>, isTerminal: boolean): boolean {
  const before = NAMES.map((name) => [name, process.env[name]] as const);
  for (const name of NAMES) delete process.env[name];
  Object.assign(process.env, env);
  const { Deno } = globalThis as {
    Deno?: { stdout: { isTerminal(): boolean } };
  };
  const [stdout, name] = Deno === undefined
    ? [process.stdout, "isTTY"] as const
    : [Deno.stdout, "isTerminal"] as const;
  const own = Object.getOwnPropertyDescriptor(stdout, name);
  const value = Deno === undefined ? isTerminal : () => isTerminal;
  Object.defineProperty(stdout, name, { value, configurable: true });
  try {
    return isDevelopment();
  } finally {
    if (own !== undefined) Object.defineProperty(stdout, name, own);
    else delete (stdout as unknown as Record<string, unknown>)[name];
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

const CASES: [
  env: Record<string, string>,
  atTerminal: boolean,
  elsewhere: boolean,
][] = [
  [{}, true, false],
  [{ NODE_ENV: "" }, true, false],
  [{ NODE_ENV: "development" }, true, true],
  [{ DENO_ENV: "development" }, true, true],
  [{ NODE_ENV: "production" }, false, false],
  [{ NODE_ENV: "test" }, false, false],
  [{ BUN_ENV: "production" }, false, false],
  [{ NODE_ENV: "development", DENO_ENV: "production" }, false, false],
  [{ FLY_APP_NAME: "app" }, false, false],
  [{ DYNO: "web.1" }, false, false],
];
for (const [env, atTerminal, elsewhere] of CASES) {
  test(`isDevelopment() with ${JSON.stringify(env)} is ${atTerminal} at a terminal, and ${elsewhere} elsewhere`, () => {
    assert.equal(says(env, true), atTerminal);
    assert.equal(says(env, false), elsewhere);
  });
}
