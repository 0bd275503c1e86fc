import assert from "node:assert/strict";
import { test } from "node:test";
import { nearMiss } from "../../src/runtime/near_miss.ts";

const words = ["onMessage", "onStart", "onStateChanged", "env", "cors"];

const cases: [written: string, meant: string | undefined][] = [
  ["onMesage", "onMessage"],
  ["onMessages", "onMessage"],
  ["onMassage", "onMessage"],
  ["onMessaeg", "onMessage"],
  ["onmessage", "onMessage"],
  ["onStateChange", "onStateChanged"],
  ["onSateChangd", "onStateChanged"],
  ["CORS", "cors"],
  ["nev", "env"],
  ["onMessage", undefined],
  ["onStop", undefined],
  ["onRestart", undefined],
  ["onMessagePosted", undefined],
  ["environment", undefined],
  ["", undefined],
  ["m".repeat(100_000), undefined],
];
for (const [written, meant] of cases) {
  test(`nearMiss() takes ${JSON.stringify(written.slice(0, 20))} for ${meant}`, () => {
    assert.equal(nearMiss(written, words), meant);
  });
}

test("nearMiss() takes the nearest of several", () => {
  assert.equal(nearMiss("onStar", ["onStark", "onStart"]), "onStark");
  assert.equal(
    nearMiss("shouldConectReadonl", [
      "shouldConnectReadOnly",
      "shouldConectReadonly",
    ]),
    "shouldConectReadonly",
  );
});
