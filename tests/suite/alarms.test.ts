import assert from "node:assert/strict";
import { timeSuite } from "../support/clients/time_client.ts";
import { behaviour, hibernated } from "../support/suite.ts";

const agents = await timeSuite();
const ELSEWHERE = {
  deno: "alarms are of Workers alone",
  bun: "alarms are of Workers alone",
  node: "alarms are of Workers alone",
};

behaviour("what is due wakes an object that hibernates", async () => {
  const agent = agents.agent("TimeAgent");
  await agent.api("schedule", 13, "ring", "woken");
  await hibernated();
  const { current } = await agent.rung("woken");
  assert.deepEqual(current, [true, null, null, false]);
  assert.deepEqual(
    agents.notes(agent.name).map(([kind]) => kind),
    ["start", "start", "ring"],
  );
}, ELSEWHERE);

behaviour(
  "keepAlive keeps an object awake, and ends with its last disposer",
  async () => {
    const agent = agents.agent("AlarmAgent");
    await agent.obey([["hold"], ["hold"]]);
    await hibernated();
    assert.ok(agent.notes("alarm").length > 5);
    assert.equal(agent.notes("start").length, 1);
    await agent.call("letGo");
    const alarms = agent.notes("alarm").length;
    await agent.api("schedule", 0.7, "ring", "sign");
    await agent.rung("sign");
    // One for the sign, and one that was on its way.
    const more = agent.notes("alarm").length - alarms;
    assert.ok(more <= 3, `${more} more`);
  },
  ELSEWHERE,
);

behaviour("a job that hangs keeps an object awake until it ends", async () => {
  const agent = agents.agent("AlarmAgent");
  await agent.api("schedule", 0, "hang", "is deaf");
  await agent.noted("aborted", "TimeoutError");
  await hibernated();
  assert.equal(agent.notes("start").length, 1);
  assert.ok(agent.notes("alarm").length > 5);
  await agent.call("release");
  await agent.noted("released");
}, ELSEWHERE);
