import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bug, World } from "./state_machine.ts";
import { explore } from "./state_model.ts";

const extended = (writes: number) => ({ extended: true, writes });
const base = (writes: number) => ({ extended: false, writes });
/** A client that writes functions of the state. */
const deriving = (writes: number) => ({
  extended: true,
  writes,
  derives: true,
});

/** One that takes patches. */
const patching = (writes: number, slow = false) => ({
  ...deriving(writes),
  patches: true,
  slow,
});

const worlds: Record<string, World> = {
  "2 clients with patches x 2": { clients: [patching(2), patching(2)] },
  "2 clients with patches x 2 with 2 cuts": {
    clients: [patching(2), patching(2)],
    cuts: 2,
  },
  "2 and 1 with patches, a crash and a loss": {
    clients: [patching(2), patching(1)],
    crashes: 1,
    losses: 1,
  },
  "2 and 3 with patches of which one gets lost": {
    clients: [patching(2), patching(3)],
    gaps: 1,
  },
  "a slow client with patches and one that writes 3": {
    clients: [patching(1, true), patching(3)],
    cuts: 1,
  },
  "one with patches and one without, a cut and a crash": {
    clients: [patching(2), deriving(2)],
    cuts: 1,
    crashes: 1,
  },
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
  "2 deriving clients x 2 with a cut and a slow first state": {
    clients: [deriving(2), deriving(2)],
    cuts: 1,
  },
  "a deriving and an extended client with a crash": {
    clients: [deriving(2), extended(1)],
    crashes: 1,
  },
  "2 x 2 with a write that is too large and a cut": {
    clients: [extended(2), extended(2)],
    large: true,
    cuts: 1,
  },
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
  "a late state counts as none":
    worlds["2 deriving clients x 2 with a cut and a slow first state"],
  "the large write is sent again":
    worlds["2 x 2 with a write that is too large and a cut"],
  "a patch of the wrong base": worlds["2 clients with patches x 2"],
  "a lost splice": worlds["2 clients with patches x 2 with 2 cuts"],
  "a gap is not noticed": worlds["2 and 3 with patches of which one gets lost"],
  "a patch before an acknowledgement": worlds["2 clients with patches x 2"],
  "a version of another epoch":
    worlds["2 and 1 with patches, a crash and a loss"],
};

for (const [bug, world] of Object.entries(bugs)) {
  test(`the exploration finds the bug "${bug}"`, () => {
    const { failure } = explore({ ...world, bug: bug as Bug });
    assert.notEqual(failure, undefined);
  });
}
