import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import process from "node:process";
import { test } from "node:test";

const runtime = "Bun" in globalThis
  ? "bun"
  : "Deno" in globalThis
  ? "deno"
  : "node";
/** What runs a file of the checkout there. */
const flags = {
  bun: [],
  deno: ["run", "-A", "--no-lock", "--no-check"],
  node: [
    "--disable-warning=ExperimentalWarning",
    "--import=./tools/node_hooks.mjs",
  ],
};

test("host.close() resolves, also where nothing else keeps the process", async () => {
  const file = "tests/fixtures/closing_script.ts";
  const child = spawn(process.execPath, [...flags[runtime], file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (data) => output += data);
  const status = await new Promise((resolve) => child.once("close", resolve));
  assert.deepEqual([output.trim(), status], ["closed", 0]);
});
