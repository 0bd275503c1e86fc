import assert from "node:assert/strict";
import { timeSuite } from "../support/clients/time_client.ts";
import { behaviour } from "../support/suite.ts";

const agents = await timeSuite();

behaviour(
  "queue() calls methods one after another, in the order of the items",
  async () => {
    const agent = agents.agent("TimeAgent");
    const texts = Array.from({ length: 15 }, (_, at) => `${at}`);
    await agent.obey(texts.map((text) => ["queue", "mark", text]));
    await agents.noted("mark", agent.name, "14");
    assert.deepEqual(await agent.call("marks"), texts);
  },
);

behaviour("the method gets the payload and its item", async () => {
  const agent = agents.agent("TimeAgent");
  const before = Math.floor(Date.now() / 1000);
  const retry = { maxAttempts: 5 };
  const id = await agent.api("queue", "ring", { a: 1 }, { retry });
  assert.match(id, /^[\w-]{9,}$/);
  const { payload, job, keys, current } = await agent.rung();
  assert.deepEqual(payload, { a: 1 });
  assert.deepEqual(keys, ["callback", "createdAt", "id", "payload", "retry"]);
  const { createdAt, ...rest } = job;
  const made = Number(createdAt);
  assert.ok(made >= before && made <= Date.now() / 1000, `${made}`);
  assert.deepEqual(rest, { id, callback: "ring", payload: true, retry });
  assert.deepEqual(current, [true, null, null, false]);
});

/** Has a job run that the items of the queue wait for, until `release` is called. */
async function blocked() {
  const agent = agents.agent("TimeAgent");
  await agent.api("queue", "hang", "first");
  await agents.noted("hanging", agent.name, "first");
  return agent;
}

behaviour("getQueue() and getQueues() find items that wait", async () => {
  const agent = await blocked();
  const ids = [];
  for (const room of ["a", "b", "a"]) {
    ids.push(await agent.api("queue", "ring", { room, n: ids.length }));
  }
  await agent.api("queue", "ring", "no object");
  const item = await agent.api("getQueue", ids[1]);
  assert.deepEqual(
    { ...item, createdAt: 0 },
    {
      id: ids[1],
      callback: "ring",
      payload: { room: "b", n: 1 },
      createdAt: 0,
    },
  );
  const found = await agent.api("getQueues", "room", "a");
  assert.deepEqual(found.map(({ id }: { id: string }) => id), [ids[0], ids[2]]);
  assert.equal((await agent.api("getQueues", "n", 1)).length, 1);
  assert.deepEqual(await agent.api("getQueues", "length", 9), []);
  assert.equal(await agent.api("getQueue", "unknown"), null);
  // The lists of schedules do not have them.
  assert.deepEqual(await agent.api("getSchedules"), []);
  await agent.call("release");
});

behaviour("dequeue() and its kin remove items, and say how many", async () => {
  const agent = await blocked();
  const id = await agent.api("queue", "ring", 1);
  assert.equal(await agent.api("dequeue", id), true);
  assert.equal(await agent.api("dequeue", id), false);
  await agent.obey([
    ["queue", "ring", 2],
    ["queue", "mark", "x"],
    ["queue", "ring", 3],
  ]);
  assert.equal(await agent.api("dequeueAllByCallback", "ring"), 2);
  assert.equal(await agent.api("dequeueAllByCallback", "ring"), 0);
  // The one that runs is an item too, as long as it does.
  assert.equal(await agent.api("dequeueAll"), 2);
  await agent.call("release");
  await agent.api("queue", "ring", "sign");
  await agent.rung("sign");
  assert.equal(agent.notes("ring").length, 1);
  assert.equal(agent.notes("mark").length, 0);
});

behaviour("an item with the id of one that waits takes its place", async () => {
  const agent = await blocked();
  await agent.obey([
    ["queue", "mark", "old", { id: "one" }],
    ["queue", "mark", "other"],
    ["queue", "mark", "young", { id: "one" }],
  ]);
  await agent.call("release");
  await agents.noted("mark", agent.name, "other");
  assert.deepEqual(await agent.call("marks"), ["young", "other"]);
  const { id } = await agent.api("schedule", 100, "ring", "x");
  await assert.rejects(
    agent.api("queue", "ring", 1, { id }),
    /is that of a schedule/,
  );
});

behaviour("an item that fails is kept, and later ones go on", async () => {
  const agent = agents.agent("TimeAgent");
  await agent.obey([
    ["queue", "fail", 99],
    ["queue", "ring", "next"],
  ]);
  await agent.rung("next");
  assert.equal(agent.notes("attempt").length, 2);
  assert.equal(agent.notes("error").length, 1);
  const [failed] = await agent.api("listFailedSchedules");
  assert.equal(failed.type, "queue");
  assert.equal(failed.error, "attempt 2");
  assert.equal(await agent.api("getQueue", failed.id), null);
  await agent.api("retrySchedule", failed.id);
  await agents.noted("error", agent.name, "Error: attempt 4");
});

behaviour("schedules and items of the queue take turns", async () => {
  const agent = agents.agent("TimeAgent");
  await agent.obey([
    ["schedule", 0, "slow", { ms: 60, text: "a" }],
    ["queue", "slow", { ms: 1, text: "b" }],
    ["schedule", 0, "slow", { ms: 1, text: "c" }],
  ]);
  await agents.noted("slowed", agent.name, "c");
  assert.deepEqual(
    agent.notes("slow").map(([, text, running]) => [text, running]),
    [["a", 1], ["b", 1], ["c", 1]],
  );
});

behaviour(
  "retry() calls until it succeeds, and rejects with the last error",
  async () => {
    const agent = agents.agent("TimeAgent");
    assert.deepEqual(await agent.call("tryThings", 1), {
      seen: [1, 2],
      result: "done",
    });
    assert.deepEqual(await agent.call("tryThings", 9), {
      seen: [1, 2],
      result: "Error: attempt 2",
    });
  },
);

behaviour("keepAliveWhile() resolves with what its work does", async () => {
  const agent = agents.agent("TimeAgent");
  assert.deepEqual(await agent.call("holdWhile"), [1, "Error: no"]);
});
