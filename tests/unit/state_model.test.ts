import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bug, World } from "./state_machine.ts";
import { explore } from "./state_model.ts";

const extended = (writes: number) => ({ extended: true, writes });
const base = (writes: number) => ({ extended: false, writes });

const worlds: Record<string, World> = {
  "2 extended clients x 2 writes": { clients: [extended(2), extended(2)] },
  "2 x 2 with a refusal and a cut": {
    clients: [extended(2), extended(2)],
    refuses: true,
    cuts: 1,
  },
  "2 x 2 with a crash": { clients: [extended(2), extended(2)], crashes: 1 },
  "2 x 2 with the loss of the store": {
    clients: [extended(2), extended(2)],
    losses: 1,
  },
  "3 x 1 with a refusal": {
    clients: [extended(1), extended(1), extended(1)],
    refuses: true,
  },
  "2 and 1 with a cut and a loss": {
    clients: [extended(2), extended(1)],
    cuts: 1,
    losses: 1,
  },
  "2 base clients x 2 with a refusal and a cut": {
    clients: [base(2), base(2)],
    refuses: true,
    cuts: 1,
  },
  "2 base clients x 2 with a crash": {
    clients: [base(2), base(2)],
    crashes: 1,
  },
  "3 base clients x 1": { clients: [base(1), base(1), base(1)] },
  "a base and an extended client x 2 with a crash and a refusal": {
    clients: [base(2), extended(2)],
    crashes: 1,
    refuses: true,
  },
};

/** As the model is the same everywhere, these are explored on one runtime. */
const large: Record<string, World> = {
  "2 x 2 with a refusal, a cut and a crash": {
    clients: [extended(2), extended(2)],
    refuses: true,
    cuts: 1,
    crashes: 1,
  },
  "3 x 1 with a refusal and a cut": {
    clients: [extended(1), extended(1), extended(1)],
    refuses: true,
    cuts: 1,
  },
  "3 x 1 with a refusal and a crash": {
    clients: [extended(1), extended(1), extended(1)],
    refuses: true,
    crashes: 1,
  },
  "3 base clients x 1 with a refusal and a cut": {
    clients: [base(1), base(1), base(1)],
    refuses: true,
    cuts: 1,
  },
  "3 base clients x 1 with a refusal and a crash": {
    clients: [base(1), base(1), base(1)],
    refuses: true,
    crashes: 1,
  },
  "a base and an extended client x 2 with a refusal, a cut and a crash": {
    clients: [base(2), extended(2)],
    refuses: true,
    cuts: 1,
    crashes: 1,
  },
};

const explored = "Deno" in globalThis ? { ...worlds, ...large } : worlds;
for (const [name, world] of Object.entries(explored)) {
  test(`the state converges in every order: ${name}`, () => {
    const { states, failure } = explore(world);
    assert.equal(failure, undefined, failure?.trace.join(", "));
    assert(states > 1000, `${states} states`);
  });
}

/** Where each of them does harm. */
const bugs: Record<Bug, World> = {
  "no ack": worlds["2 extended clients x 2 writes"],
  "no rev": worlds["2 extended clients x 2 writes"],
  "ack before apply": worlds["2 x 2 with a crash"],
  "send before commit": worlds["2 x 2 with a crash"],
  "flush before snapshot": worlds["2 x 2 with a refusal and a cut"],
  "exclude the writer": worlds["2 base clients x 2 with a crash"],
  "a correction is not counted": worlds["2 base clients x 2 with a crash"],
  "missing epoch": worlds["2 x 2 with the loss of the store"],
  "no rollback": worlds["2 x 2 with a refusal and a cut"],
  "echo to base only when refused":
    worlds["a base and an extended client x 2 with a crash and a refusal"],
};

for (const [bug, world] of Object.entries(bugs)) {
  test(`the exploration finds the bug "${bug}"`, () => {
    const { failure } = explore({ ...world, bug: bug as Bug });
    assert.notEqual(failure, undefined);
  });
}
