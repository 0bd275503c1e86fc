import assert from "node:assert/strict";
import { test } from "node:test";
import { missingReasons, skipReasons } from "../../tools/skips.mjs";

test("skipReasons() finds the reasons of one line and of several", () => {
  const source = `behaviour("x", run, { bun: "slow", workerd: "cannot" });
const elsewhere = {
  deno: "stays",
  hop: "far",
  bun: "stays",
};
start({ deno: startDeno });`;
  assert.deepEqual(skipReasons(source), ["slow", "cannot", "stays", "far"]);
});

test("missingReasons() names what the table does not have", () => {
  assert.deepEqual(missingReasons(["slow", "cannot"], "| it cannot |"), [
    "slow",
  ]);
});
