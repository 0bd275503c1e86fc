import assert from "node:assert/strict";
import { test } from "node:test";
import { explore, type Rules } from "./fence_model.ts";

test("whatever happens in whatever order: one node at a time can write a shard, and nobody is lost for nothing", () => {
  const { problem, states } = explore({});
  console.log(`${states} states`);
  assert.equal(problem, undefined);
  assert(states > 10_000);
});

test("the same when a standby takes over that has missed something", () => {
  const { problem, states } = explore({ failover: true });
  console.log(`${states} states`);
  assert.equal(problem, undefined);
});

const MISTAKES: [string, Rules, RegExp][] = [
  ["no lock on the fence", { unlocked: true }, /writes . after/],
  ["no fence", { unfenced: true }, /writes . after/],
  [
    "no new fence for who gains something",
    { keepsFenceAtGain: true, failover: true },
    /can write/,
  ],
  ["statements that overlap", { overlapping: true }, /is lost/],
];

for (const [name, rules, text] of MISTAKES) {
  test(`the model notices: ${name}`, () => {
    const { problem } = explore(rules);
    assert.match(problem?.what ?? "nothing", text);
  });
}
