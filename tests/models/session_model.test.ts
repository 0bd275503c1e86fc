import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bug, World } from "./session_machine.ts";
import { explore } from "./session_model.ts";

const worlds: Record<string, World> = {
  "a client that sends, 2 breaks": { clients: [2], broadcasts: 1, breaks: 2 },
  "a client that is sent more, 2 breaks": {
    clients: [1],
    broadcasts: 2,
    breaks: 2,
  },
  "a client with an acknowledgement": {
    clients: [2],
    broadcasts: 2,
    breaks: 1,
    acks: 1,
  },
  "a client that may expire": {
    clients: [1],
    broadcasts: 2,
    breaks: 1,
    expiries: 1,
  },
  "somebody who has listened": {
    clients: [1],
    broadcasts: 1,
    breaks: 1,
    replays: 1,
  },
};

/** As the model is the same everywhere, these are explored on one runtime. */
const large: Record<string, World> = {
  "2 clients, a break": { clients: [1, 1], broadcasts: 1, breaks: 1 },
};

const explored = "Deno" in globalThis ? { ...worlds, ...large } : worlds;
for (const [name, world] of Object.entries(explored)) {
  test(`sessions lose nothing, in every order: ${name}`, () => {
    const { states, failure } = explore(world);
    assert.equal(failure, undefined, failure?.trace.join(", "));
    assert(states > 500, `${states} states`);
  });
}

/** Where each of them does harm. */
const bugs: Record<Bug, World> = {
  "acknowledged too early": worlds["a client that is sent more, 2 breaks"],
  "counted twice": worlds["a client that is sent more, 2 breaks"],
  "replay before resume": worlds["a client that sends, 2 breaks"],
  "ghost keeps the id": worlds["a client that sends, 2 breaks"],
  "a ghost is heard": worlds["a client that sends, 2 breaks"],
  "new before missing": worlds["a client that is sent more, 2 breaks"],
  "the used secret stays good": worlds["somebody who has listened"],
  "an expired session goes on": worlds["a client that may expire"],
  "dropped at the first answer": worlds["a client that is sent more, 2 breaks"],
};

for (const [bug, world] of Object.entries(bugs)) {
  test(`the exploration finds the bug "${bug}"`, () => {
    const { failure } = explore({ ...world, bug: bug as Bug });
    assert.notEqual(failure, undefined);
  });
}
