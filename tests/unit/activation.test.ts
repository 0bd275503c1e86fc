import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { seedOf } from "../support/random/seed.ts";
import {
  ActivationWorld,
  most,
  steps,
} from "../support/simulation/activation_world.ts";

const total = Number(globalThis.process?.env?.ROAM_STEPS ?? 100_000);
/** In parts, since a test may take some seconds only. */
const PART = 10_000;
const LENGTH = 50;

const schedule = fc.array(
  fc.tuple(fc.constantFrom(...steps), fc.nat({ max: most })),
  { minLength: LENGTH, maxLength: LENGTH },
);

async function run(schedule: [typeof steps[number], number][], leaky = false) {
  const world = new ActivationWorld(leaky);
  for (const [what, at] of schedule) await world.act(what, at);
  await world.check();
}

for (let done = 0; done < total; done += PART) {
  test(
    `a name has one instance at a time, no connection is lost, and what one of the past writes reaches the present one: steps ${
      done + 1
    } to ${done + PART}`,
    async () => {
      const property = fc.asyncProperty(schedule, (schedule) => run(schedule));
      await fc.assert(property, {
        seed: seedOf("activation"),
        numRuns: PART / LENGTH,
      });
    },
  );
}

test("a second instance of a name is found out", async () => {
  const property = fc.asyncProperty(
    schedule,
    (schedule) => run(schedule, true),
  );
  const options = { seed: 1, numRuns: 20, endOnFailure: true };
  assert((await fc.check(property, options)).failed);
});
