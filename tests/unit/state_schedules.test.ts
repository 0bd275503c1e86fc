import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { property } from "../support/random/property.ts";
import { seedOf } from "../support/random/seed.ts";
import type {
  Kind,
  ScheduledClient,
} from "../support/simulation/scheduled_client.ts";
import { type Doc, docOf } from "../support/simulation/document.ts";
import { ScheduledWorld } from "../support/simulation/scheduled_world.ts";

const schedules = Number(globalThis.process?.env?.ROAM_SCHEDULES ?? 10_000);
/** In parts, since a test may take some seconds only. */
const PART = 1000;
const LONGEST = 60;

const steps = {
  "writes": 2,
  "writes what is refused": 1,
  "appends": 2,
  "shortens": 1,
  "ends its turn": 3,
  "has the server write": 3,
  "hears": 3,
  "is heard": 3,
  "connects": 2,
  "is cut": 1,
  "reads nothing": 2,
  "misses a patch": 3,
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
const kind = fc.constantFrom<Kind>(
  "base",
  "reference",
  "old mirror",
  "mirror",
  "mirror",
);
const kinds = fc.array(kind, { minLength: 1, maxLength: 3 });
const schedule = fc.array(step, { maxLength: LONGEST, size: "max" });

for (let first = 1; first <= schedules; first += PART) {
  const last = Math.min(first + PART - 1, schedules);
  property(
    `every client ends at the stored state, whatever the order of events: schedules ${first} to ${last}`,
    fc.tuple(kinds, schedule),
    ([kinds, schedule]) => void run(kinds, schedule),
    last - first + 1,
  );
}

test("a client that was closed as too slow, and has read all else, gets its close frame", () => {
  const slow: [Step, number, number][] = [
    ["writes what is refused", 0, 1],
    ["reads nothing", 0, 1],
    ["is heard", 0, 1],
    ...Array<[Step, number, number]>(2).fill(["time passes", 0, 1]),
    ["has the server write", 0, 1],
    ...Array<[Step, number, number]>(2).fill(["time passes", 0, 1]),
    ["commit", 0, 1],
    ["hears", 0, Infinity],
    ["writes", 0, 1],
    ["reads nothing", 0, 1],
  ];
  run(["base"], slow);
});

const mirrors = fc.array(fc.constant<Kind>("mirror"), {
  minLength: 2,
  maxLength: 3,
});
property(
  "a client that has lost a patch notices, and ends at the stored state on its next connection",
  fc.tuple(mirrors, schedule),
  ([kinds, schedule]) => void run(kinds, schedule, { isLossy: true }),
  PART * 2,
);

test("schedules have patches, clients that come back to what they know, states that wait, and losses", () => {
  const counts = { patches: 0, resumptions: 0, skips: 0, losses: 0 };
  const seed = seedOf("what schedules have");
  const samples = fc.sample(fc.tuple(mirrors, schedule), {
    seed,
    numRuns: PART,
  });
  for (const [kinds, schedule] of samples) {
    const { clients } = run(kinds, schedule, { isLossy: true });
    for (const { patches, resumptions, skips, losses } of clients) {
      counts.patches += patches;
      counts.resumptions += resumptions;
      counts.skips += skips;
      counts.losses += losses;
    }
  }
  for (const [what, count] of Object.entries(counts)) {
    assert(count > 10, `${count} ${what}`);
  }
});

test("a store that hides its failures is found out", () => {
  const careless = fc.property(
    kinds,
    schedule,
    (kinds, schedule) => void run(kinds, schedule, { isCareless: true }),
  );
  assert(
    fc.check(careless, { seed: 1, numRuns: PART, endOnFailure: true }).failed,
  );
});

function run(
  kinds: readonly Kind[],
  schedule: readonly (readonly [Step, number, number])[],
  { isCareless = false, isLossy = false } = {},
): ScheduledWorld {
  const world = new ScheduledWorld(kinds, isCareless);
  let count = 0;
  for (const client of world.clients) world.connect(client);
  for (const [what, who, most] of schedule) {
    const client = world.clients[who % kinds.length];
    if (what === "misses a patch") isLossy && client.miss();
    else act(world, what, client, most, `v${count++}`);
    for (const { seen, revs, dropped } of world.clients) {
      assert(isLossy || !dropped, dropped);
      assert(seen <= world.rev, "a client has seen what is not stored");
      const at = revs.length - 1;
      assert(at < 1 || revs[at] > revs[at - 1], "a revision came twice");
    }
    assertOnce(world.stored);
  }
  rest(world);
  if (isLossy) {
    // The loss of the very last one shows when there is another.
    world.clients[0].events!.receive("last");
    rest(world);
  }
  for (const [at, client] of world.clients.entries()) {
    assert.deepEqual(client.shown, world.stored, kinds[at]);
  }
  assertOnce(world.stored);
  return world;
}

/** What a function appended it appended once. */
function assertOnce({ words }: Doc): void {
  const tags = words.filter((word) => word.startsWith("+"));
  assert.equal(new Set(tags).size, tags.length, String(words));
}

function act(
  world: ScheduledWorld,
  what: Exclude<Step, "misses a patch">,
  client: ScheduledClient,
  most: number,
  value: string,
): void {
  switch (what) {
    case "writes":
      return client.write(docOf(value));
    case "writes what is refused":
      return client.write(docOf(`${value} refused`));
    case "appends":
      return client.append(value);
    case "shortens":
      return client.shorten();
    case "ends its turn":
      return client.flush();
    case "reads nothing":
      return client.stall();
    case "has the server write":
      return client.events?.receive(value);
    case "hears":
      if (client.events === undefined) return;
      client.read(most);
      return drop(client);
    case "is heard":
      if (client.events === undefined) return;
      for (let at = 0; at < most && client.up.length > 0; at++) {
        client.events.receive(client.up.shift()!);
      }
      return drop(client);
    case "connects":
      if (client.events === undefined) world.connect(client);
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

/** The server closed it, or it wants another connection. */
function drop(client: ScheduledClient): void {
  if (client.socket.readyState !== 1 || client.dropped) client.lost();
}

/** Lets everything happen that still can. */
function rest(world: ScheduledWorld): void {
  for (let round = 0; round < 30; round++) {
    for (const client of world.clients) {
      client.flush();
      drop(client);
      if (client.events === undefined) world.connect(client);
      while (client.events !== undefined && client.up.length > 0) {
        client.events.receive(client.up.shift()!);
      }
    }
    world.commit();
    for (const client of world.clients) client.read();
    // Not so long that a state counts as read that was sent meanwhile.
    world.pass(round > 3 ? 300 : 10);
  }
}
