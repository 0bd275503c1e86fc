import assert from "node:assert/strict";
import { test } from "node:test";
import { Agent } from "../../mod.ts";
import { cronOf } from "../../src/schedules/cron.ts";
import { randomOf } from "../support/random/random.ts";
import { seedOf } from "../support/random/seed.ts";
import { TimedHost } from "../support/simulation/timed_host.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** In parts, since a test may take some seconds only; more of them on the runtime whose clocks are fastest: the code is the same on the others. */
const JUMPS = 500;
const PARTS = globalThis.navigator.userAgent.startsWith("Deno") ? 4 : 1;

/** What is due, and in which zone. */
const PLANS: [expression: string, timeZone: string][] = [
  ["0 * * * *", "Europe/Berlin"],
  ["30 2 * * *", "America/New_York"],
  ["*/7 * * * *", "Australia/Lord_Howe"],
  ["15 9-17/2 * * 1-5", "Europe/Berlin"],
];

interface Run {
  readonly plan: number;
  readonly due: number;
  readonly at: number;
}

let world: TimedHost;
let runs: Run[] = [];

class Punctual extends Agent {
  async plan(): Promise<void> {
    for (const [plan, [expression, timeZone]] of PLANS.entries()) {
      await this.schedule(expression, "run", plan, { timeZone });
    }
  }

  run(plan: number, { time }: { time: number }): void {
    runs.push({ plan, due: time * SECOND, at: world.wall });
  }

  overdue(): unknown[] {
    const end = new Date(world.wall - MINUTE);
    return this.getSchedules({ timeRange: { end } });
  }
}

/** What is wrong with the runs of a stretch in which no clock jumped, and before which all up to `seen` had been due. */
function problems(
  found: readonly Run[],
  last: number[],
  from: number,
  to: number,
  seen: number,
): string[] {
  const wrong: string[] = [];
  const ran = PLANS.map(() => new Set<number>());
  for (const { plan, due, at } of found) {
    const [expression, zone] = PLANS[plan];
    const what = `${expression} in ${zone}, of ${new Date(due).toISOString()}`;
    if (at < due) wrong.push(`${what} ran ${due - at} ms early`);
    if (due <= last[plan]) wrong.push(`${what} ran again`);
    if (cronOf(expression, zone).next(due - 1) !== due) {
      wrong.push(`${what} is never due`);
    }
    last[plan] = Math.max(last[plan], due);
    ran[plan].add(due);
  }
  // What comes for the first time, in a stretch in which the clock was right.
  const start = Math.max(from, seen);
  for (const [plan, [expression, zone]] of PLANS.entries()) {
    const cron = cronOf(expression, zone);
    for (let due = cron.next(start)!; due <= to; due = cron.next(due)!) {
      if (!ran[plan].has(due)) {
        wrong.push(
          `${expression} in ${zone} left out ${new Date(due).toISOString()}`,
        );
      }
    }
  }
  return wrong;
}

for (let part = 1; part <= PARTS; part++) {
  test(
    `cron runs once for each occurrence, and never early, in ${JUMPS} jumps of the clock: ${part}`,
    jump,
  );
}

async function jump(): Promise<void> {
  const seed = seedOf("jumps of the clock");
  const random = randomOf(seed);
  world = new TimedHost(seed, { Punctual }, { limits: { idleMs: 5 * MINUTE } });
  await world.do(world.getAgent<Punctual>("Punctual", "one").plan());
  const last = PLANS.map(() => 0);
  let seen = world.wall;
  let count = 0;
  for (let jump = 0; jump < JUMPS; jump++) {
    const size = [SECOND * 5, HOUR, 3 * DAY][Math.floor(random() * 3)];
    // On average forward, or the same time would come again and again.
    world.ahead += Math.round((random() * 2 - 0.9) * size);
    // Now and then to where it has never been: a walk that stays behind sees nothing new.
    if (jump % 20 === 19) world.ahead += Math.max(0, seen - world.wall) + HOUR;
    if (random() < 0.05) world.restart();
    // The host has noticed the jump by then, and caught up.
    runs = [];
    await world.pass(2 * MINUTE);
    const caughtUp = world.wall;
    const late = runs;
    assert.deepEqual(problems(late, last, caughtUp, caughtUp, caughtUp), []);
    const perPlan = PLANS.map((_, plan) =>
      late.filter((run) => run.plan === plan).length
    );
    // What was missed comes once; and then what is due in these two minutes.
    assert.ok(Math.max(...perPlan) <= 3, `${perPlan}`);
    runs = [];
    await world.pass(Math.round(random() * 30 * MINUTE));
    const found = problems(runs, last, caughtUp, world.wall, seen);
    assert.deepEqual(found, [], `jump ${jump}, seed ${seed}`);
    seen = Math.max(seen, world.wall);
    count += late.length + runs.length;
    if (jump % 500 === 0) {
      const agent = world.getAgent<Punctual>("Punctual", "one");
      assert.deepEqual(await world.do(agent.overdue()), []);
    }
  }
  assert.ok(count >= JUMPS / 20, `${count} runs`);
}

test("the check of the runs finds each fault", () => {
  const hour = Date.parse("2026-01-01T10:00:00Z");
  const [from, to] = [hour - MINUTE, hour + MINUTE];
  const good: Run = { plan: 0, due: hour, at: hour + 1 };
  const last = () => PLANS.map(() => 0);
  const check = (all: Run[], before = last()) =>
    problems(all, before, from, to, from).filter((text) =>
      text.startsWith(PLANS[0][0])
    );
  assert.deepEqual(check([good]), []);
  assert.match(check([{ ...good, at: hour - 1 }])[0], /1 ms early/);
  assert.match(check([good, good])[0], /ran again/);
  assert.match(check([good], [hour, 0, 0, 0])[0], /ran again/);
  assert.match(
    check([good, { ...good, due: hour + SECOND, at: to }])[0],
    /never due/,
  );
  assert.match(check([])[0], /left out/);
});
