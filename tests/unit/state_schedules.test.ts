import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { property } from "../support/property.ts";
import type { Kind, ScheduledClient } from "../support/scheduled_client.ts";
import { ScheduledWorld } from "../support/scheduled_world.ts";

const schedules = Number(globalThis.process?.env?.ROAM_SCHEDULES ?? 10_000);
/** In parts, since a test may take some seconds only. */
const PART = 1000;
const LONGEST = 60;

const steps = {
  "writes": 2,
  "writes what is refused": 1,
  "appends": 2,
  "has the server write": 1,
  "hears": 3,
  "is heard": 3,
  "connects": 2,
  "is cut": 1,
  "commit": 2,
  "failing commit": 1,
  "time passes": 1,
  "crash": 1,
};
type Step = keyof typeof steps;

const step = fc.tuple(
  fc.constantFrom(
    ...Object.entries(steps).flatMap(([name, weight]) =>
      Array<Step>(weight).fill(name as Step)
    ),
  ),
  fc.nat({ max: 2 }),
  // Of frames: most often all of those that are there.
  fc.constantFrom(1, 2, Infinity, Infinity),
);
const kind = fc.constantFrom<Kind>("base", "reference", "mirror");
const kinds = fc.array(kind, { minLength: 1, maxLength: 3 });
const schedule = fc.array(step, { maxLength: LONGEST, size: "max" });

for (let first = 1; first <= schedules; first += PART) {
  const last = Math.min(first + PART - 1, schedules);
  property(
    `every client ends at the stored state, whatever the order of events: schedules ${first} to ${last}`,
    fc.tuple(kinds, schedule),
    ([kinds, schedule]) => run(kinds, schedule),
    last - first + 1,
  );
}

test("a store that hides its failures is found out", () => {
  const careless = fc.property(
    kinds,
    schedule,
    (kinds, schedule) => run(kinds, schedule, true),
  );
  assert(
    fc.check(careless, { seed: 1, numRuns: PART, endOnFailure: true }).failed,
  );
});

function run(
  kinds: readonly Kind[],
  schedule: readonly (readonly [Step, number, number])[],
  isCareless = false,
): void {
  const world = new ScheduledWorld(kinds, isCareless);
  const isExtended = kinds.map((kind) => kind !== "base");
  let count = 0;
  for (const [at, client] of world.clients.entries()) {
    world.connect(client, isExtended[at]);
  }
  for (const [what, who, most] of schedule) {
    const at = who % kinds.length;
    act(world, what, world.clients[at], isExtended[at], most, `v${count++}`);
    for (const { seen, revs } of world.clients) {
      assert(seen <= world.rev, "a client has seen what is not stored");
      const at = revs.length - 1;
      assert(at < 1 || revs[at] > revs[at - 1], "a revision came twice");
    }
    assertOnce(world.stored);
  }
  rest(world, isExtended);
  for (const [at, client] of world.clients.entries()) {
    assert.equal(client.shown, world.stored, kinds[at]);
  }
  assertOnce(world.stored);
}

/** What a function appended it appended once. */
function assertOnce(state: string): void {
  const tags = state.match(/\+v\d+/g) ?? [];
  assert.equal(new Set(tags).size, tags.length, state);
}

function act(
  world: ScheduledWorld,
  what: Step,
  client: ScheduledClient,
  isExtended: boolean,
  most: number,
  value: string,
): void {
  switch (what) {
    case "writes":
      return client.write(value);
    case "writes what is refused":
      return client.write(`${value} refused`);
    case "appends":
      return client.append(value);
    case "has the server write":
      return client.events?.receive(value);
    case "hears":
      if (client.events === undefined) return;
      for (let at = 0; at < most && client.hasNews; at++) client.take();
      return drop(client);
    case "is heard":
      if (client.events === undefined) return;
      for (let at = 0; at < most && client.up.length > 0; at++) {
        client.events.receive(client.up.shift()!);
      }
      return drop(client);
    case "connects":
      if (client.events === undefined) world.connect(client, isExtended);
      return;
    case "is cut":
      return client.lost();
    case "commit":
      return world.commit();
    case "failing commit":
      return world.fail();
    case "time passes":
      return world.pass(300);
    case "crash":
      return world.crash();
  }
}

/** The server closed it. */
function drop(client: ScheduledClient): void {
  if (client.socket.readyState !== 1) client.lost();
}

/** Lets everything happen that still can. */
function rest(world: ScheduledWorld, isExtended: readonly boolean[]): void {
  for (let round = 0; round < 30; round++) {
    for (const [at, client] of world.clients.entries()) {
      drop(client);
      if (client.events === undefined) world.connect(client, isExtended[at]);
      while (client.events !== undefined && client.up.length > 0) {
        client.events.receive(client.up.shift()!);
      }
    }
    world.commit();
    for (const client of world.clients) while (client.hasNews) client.take();
    // Not so long that a state counts as read that was sent meanwhile.
    if (round > 3) world.pass(300);
  }
}
