import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { after } from "node:test";
import { start } from "../targets/targets.ts";
import {
  timeClasses,
  TimedAgent,
  TimeSuite,
  timeSuite,
} from "../support/clients/time_client.ts";
import { behaviour, runtime, Suite } from "../support/suite.ts";

const agents = await timeSuite();
const objects = Object.fromEntries(timeClasses.map((name) => [name, name]));
const PLATFORM = "the platform decides when an object leaves memory";

/** A store that outlives its servers. */
class Lives {
  readonly store = mkdtempSync(`${tmpdir()}/roam-waking-`);
  #servers: Suite[] = [];

  constructor() {
    after(async () => {
      for (const { server } of this.#servers) await server.stop();
      rmSync(this.store, { recursive: true, force: true });
    });
  }

  /** A server on the store. The one before must have ended. */
  async next(): Promise<TimeSuite> {
    const server = await start(runtime, {
      entry: "tests/fixtures/time_server.ts",
      objects,
      store: this.store,
    });
    const suite = new Suite(server);
    this.#servers.push(suite);
    return new TimeSuite(suite);
  }
}

behaviour(
  "what is due wakes an instance that is not in memory, after its onStart",
  async () => {
    const agent = agents.agent("TimeAgent");
    const { name } = agent;
    await agent.api("schedule", 3, "ring", "woken");
    await agents.event({ type: "evicted", name });
    const { now, job } = await agent.rung("woken");
    assert.ok(now >= Number(job.time) * 1000);
    const kinds = agents.notes(name).map(([kind]) => kind);
    assert.deepEqual(kinds, ["start", "start", "ring"]);
    // And it leaves again.
    await agents.nth({ type: "evicted", name }, 1);
  },
  { workerd: PLATFORM },
);

behaviour(
  "schedule() of a timer that fires when its instance has left memory is heard",
  async () => {
    const agent = agents.agent("TimeAgent");
    await agent.call("later", 1200, "late");
    await agents.event({ type: "evicted", name: agent.name });
    await agent.noted("timer");
    await agent.rung("late");
    await agent.rung("late, queued");
  },
  { workerd: PLATFORM },
);

behaviour(
  "a running job and keepAlive keep the instance in memory",
  async () => {
    const running = agents.agent("ImpatientAgent");
    await running.api("queue", "hang", "is deaf");
    const held = agents.agent("TimeAgent");
    await held.obey([["hold"], ["hold"]]);
    const idle = agents.agent("TimeAgent");
    await idle.call("marks");
    await agents.event({ type: "evicted", name: idle.name });
    const evicted = () => agents.told("evicted").map(({ name }) => name);
    assert.equal(evicted().includes(running.name), false);
    assert.equal(evicted().includes(held.name), false);
    await held.call("letGo");
    await running.call("release");
    await agents.event({ type: "evicted", name: held.name });
    await agents.event({ type: "evicted", name: running.name });
  },
  { workerd: PLATFORM },
);

/** Kills a server in less than `ms`, when a job of the agent is due; another one is 4 s later. */
async function killedWithJobs(lives: Lives, ms: number): Promise<{
  readonly agent: TimedAgent;
  readonly before: { payload: string }[];
  readonly missed: number;
  readonly late: number;
}> {
  const first = await lives.next();
  const agent = first.agent("TimeAgent");
  const missed = Date.now() + ms;
  const late = missed + 4000;
  await agent.obey([
    ["schedule", { $date: missed }, "ring", "overdue"],
    ["schedule", { $date: late }, "ring", "late"],
    ["scheduleEvery", 1000, "ring", "every"],
    ["schedule", "0 0 1 1 *", "ring", "cron"],
    ["mark", "kept"],
  ]);
  const before = await agent.api("getSchedules");
  await first.suite.server.stop();
  // The machine is slower than that.
  if (Date.now() >= missed) return await killedWithJobs(lives, ms * 2);
  return { agent, before, missed, late };
}

behaviour(
  "jobs outlive kill -9: what is overdue runs, what is not yet due waits",
  async () => {
    const lives = new Lives();
    const { agent, before, missed, late } = await killedWithJobs(lives, 1500);
    // The time it is meant to miss.
    await new Promise((resolve) => setTimeout(resolve, missed - Date.now()));
    const second = await lives.next();
    const again = new TimedAgent(second.suite, "TimeAgent", agent.name);
    await again.rung("overdue");
    const { now } = await again.rung("late");
    assert.ok(now >= late, `${now - late} ms`);
    assert.deepEqual(await again.call("marks"), ["kept"]);
    const payloads = ["every", "cron"];
    const left = await again.api("getSchedules");
    assert.deepEqual(
      left,
      before.filter(({ payload }) => payloads.includes(payload)),
    );
    assert.equal(again.notes("ring").length, 2);
  },
);

behaviour("destroy() in a job leaves nothing that wakes again", async () => {
  const lives = new Lives();
  const first = await lives.next();
  const agent = first.agent("TimeAgent");
  await agent.obey([
    ["schedule", 0, "end"],
    ["schedule", 0.1, "ring", "a ghost"],
    ["scheduleEvery", 0.1, "ring", "a ghost"],
    ["queue", "ring", "a ghost"],
  ]);
  await first.noted("ended", agent.name);
  const other = first.agent("TimeAgent");
  await other.api("schedule", 0.5, "ring", "sign");
  await other.rung("sign");
  assert.deepEqual(agent.notes("ring"), []);
  await first.suite.server.stop();
  const second = await lives.next();
  const sign = second.agent("TimeAgent", "sign");
  await sign.api("schedule", 0.3, "ring", "sign");
  await sign.rung("sign");
  assert.deepEqual(second.notes(agent.name), []);
  const again = new TimedAgent(second.suite, "TimeAgent", agent.name);
  assert.deepEqual(await again.api("getSchedules"), []);
  assert.deepEqual(await again.call("marks"), []);
});

/** The process is killed while a job runs; resolves with the agent on its next server. */
async function killedInAJob() {
  const lives = new Lives();
  const first = await lives.next();
  const agent = first.agent("TimeAgent");
  await agent.api("queue", "slow", { ms: 60_000, text: "cut" });
  await first.noted("slow", agent.name, "cut");
  await first.suite.server.stop();
  const second = await lives.next();
  return new TimedAgent(second.suite, "TimeAgent", agent.name);
}

behaviour(
  "a job that was begun runs again when its process was killed",
  async () => {
    const agent = await killedInAJob();
    // On Workers the next start of the object sets the alarm.
    if (runtime === "workerd") await agent.call("marks");
    await agent.noted("slow", "cut");
  },
);

behaviour(
  "an alarm that was set before a run of jobs rings when that is cut short",
  async () => {
    const agent = await killedInAJob();
    // It rings after 30 s.
    await agent.noted("slow", "cut");
  },
  {
    deno: "alarms are of Workers alone",
    bun: "alarms are of Workers alone",
    node: "alarms are of Workers alone",
  },
);
