import assert from "node:assert/strict";
import { timeSuite } from "../support/clients/time_client.ts";
import { behaviour } from "../support/suite.ts";

const agents = await timeSuite();

behaviour(
  "schedule() calls the method after its seconds, not before",
  async () => {
    const agent = agents.agent("TimeAgent");
    const before = Date.now();
    const made = await agent.api("schedule", 0.25, "ring", { a: [1, "é"] });
    const { payload, now, job, current } = await agent.rung();
    assert.deepEqual(payload, { a: [1, "é"] });
    assert.ok(now >= before + 250, `${now - before} ms`);
    assert.ok(now < before + 10_000, `${now - before} ms`);
    assert.deepEqual(job.id, made.id);
    assert.deepEqual(current, [true, null, null, false]);
  },
);

behaviour(
  "schedule() calls the method at a Date, at once when that is past",
  async () => {
    const agent = agents.agent("TimeAgent");
    const hour = Date.now() + 3_600_000;
    await agent.api("schedule", { $date: hour }, "ring", "in an hour");
    await agent.api("schedule", { $date: 0 }, "ring", "at once");
    await agent.api("schedule", -5, "ring", "negative");
    await agent.rung("at once");
    await agent.rung("negative");
    const at = Date.now() + 300;
    await agent.api("schedule", { $date: at }, "ring", "later");
    const later = await agent.rung("later");
    assert.ok(later.now >= at, `${later.now - at} ms`);
    assert.equal(agent.notes("ring").length, 3);
  },
);

behaviour(
  "schedule() calls the method whenever a cron expression says so",
  async () => {
    const agent = agents.agent("TimeAgent");
    const { id } = await agent.api("schedule", "* * * * * *", "ring", "cron");
    const first = await agent.rung("cron");
    const second = await agent.rung("cron", 1);
    const times = [first, second].map(({ job }) => Number(job.time));
    assert.ok(times[1] > times[0], `${times}`);
    for (const [at, { now }] of [first, second].entries()) {
      assert.ok(now >= times[at] * 1000, `${now} for ${times[at]}`);
    }
    assert.equal(await agent.api("cancelSchedule", id), true);
  },
);

behaviour("a schedule has the shape of its kind", async () => {
  const agent = agents.agent("TimeAgent");
  const now = Math.floor(Date.now() / 1000);
  const retry = { maxAttempts: 4 };
  const all = [
    await agent.api("schedule", 100, "ring", { a: 1 }, { retry }),
    await agent.api("schedule", { $date: (now + 200) * 1000 }, "ring"),
    await agent.api("schedule", "0 0 1 1 *", "ring", "x"),
    await agent.api("scheduleEvery", 300, "ring", "x"),
    await agent.api("schedule", "0 0 1 1 *", "ring", "y", {
      timeZone: "Europe/Berlin",
    }),
  ];
  const took = Math.ceil(Date.now() / 1000) - now;
  const common = { callback: "ring" };
  const [delayed, scheduled, cron, interval, zoned] = all.map(
    ({ id, time, ...rest }) => {
      assert.match(id, /^[\w-]{9,}$/);
      assert.equal(Number.isInteger(time), true);
      return { ...rest, in: time - now };
    },
  );
  assert.ok(delayed.in >= 100 && delayed.in <= 100 + took, `${delayed.in}`);
  assert.deepEqual({ ...delayed, in: 0 }, {
    ...common,
    payload: { a: 1 },
    retry,
    type: "delayed",
    delayInSeconds: 100,
    in: 0,
  });
  assert.deepEqual(scheduled, { ...common, type: "scheduled", in: 200 });
  assert.deepEqual({ ...cron, in: 0 }, {
    ...common,
    payload: "x",
    type: "cron",
    cron: "0 0 1 1 *",
    in: 0,
  });
  assert.ok(
    interval.in >= 300 && interval.in <= 300 + took,
    `${interval.in}`,
  );
  assert.deepEqual({ ...interval, in: 0 }, {
    ...common,
    payload: "x",
    type: "interval",
    intervalSeconds: 300,
    in: 0,
  });
  // Midnight comes an hour earlier there.
  assert.equal(cron.in - zoned.in, 3600);
  assert.equal(zoned.timeZone, "Europe/Berlin");
  const ids = all.map(({ id }: { id: string }) => id);
  for (const { id } of all) {
    const found = await agent.api("getScheduleById", id);
    assert.deepEqual(found, all.find((each) => each.id === id));
  }
  const listed = await agent.api("listSchedules");
  assert.deepEqual(
    listed.map(({ id }: { id: string }) => id),
    [0, 1, 3, 4, 2].map((at) => ids[at]),
  );
  assert.deepEqual(await agent.api("getSchedules"), listed);
  assert.deepEqual(await agent.api("getSchedule", ids[1]), all[1]);
});

behaviour(
  "the method gets its payload, and the schedule without another key",
  async () => {
    const agent = agents.agent("TimeAgent");
    const { id } = await agent.api("schedule", 0, "ring", { a: 1 });
    const { job, keys } = await agent.rung();
    assert.equal(job.id, id);
    assert.deepEqual(keys, [
      "callback",
      "delayInSeconds",
      "id",
      "payload",
      "retry",
      "time",
      "type",
    ]);
  },
);

behaviour("a payload travels as JSON, and undefined stays that", async () => {
  const agent = agents.agent("TimeAgent");
  await agent.api("schedule", 0, "ring");
  assert.equal((await agent.rung()).payload, "(undefined)");
  await agent.api("schedule", 0, "ring", { at: { $date: 0 }, none: null });
  assert.deepEqual((await agent.rung(undefined, 1)).payload, {
    at: "1970-01-01T00:00:00.000Z",
    none: null,
  });
  const odd = (name: string) => ({ $odd: name });
  await agent.api("schedule", 0, "ring", {
    list: [odd("undefined")],
    left: odd("undefined"),
    point: odd("point"),
  });
  assert.deepEqual((await agent.rung(undefined, 2)).payload, {
    list: [null],
    point: { x: 1 },
  });
});

/** What JSON would drop, or turn into something else, and how it is called. */
const UNCARRIED = [
  ["map", "Map"],
  ["set", "Set"],
  ["bytes", "Uint8Array"],
  ["bigint", "bigint"],
  ["NaN", "NaN"],
  ["Infinity", "Infinity"],
  ["symbol", "symbol"],
  ["function", "function"],
  ["promise", "Promise"],
];

behaviour(
  "a payload that would come back as something else is refused, and the part named",
  async () => {
    const agent = agents.agent("TimeAgent");
    for (const [odd, kind] of UNCARRIED) {
      const payload = { a: [{ $odd: odd }] };
      const calls: [string, ...unknown[]][] = [
        ["schedule", 9, "ring", payload],
        ["schedule", "@daily", "ring", payload],
        ["scheduleEvery", 9, "ring", payload],
        ["queue", "ring", payload],
      ];
      for (const [method, ...args] of calls) {
        await assert.rejects(agent.api(method, ...args), (error: Error) => {
          const found =
            /Cannot schedule "ring": its payload must be JSON: the part "\.a\[0\]" of it is (?:a )?(\w+)/
              .exec(error.message);
          assert.equal(found?.[1], kind, `${method}: ${error.message}`);
          return true;
        });
      }
      const whole = agent.api("schedule", 9, "ring", { $odd: odd });
      await assert.rejects(whole, /its payload must be JSON: it is /);
    }
    assert.deepEqual(await agent.api("getSchedules"), []);
  },
);

/** What is refused, and in which words. */
const REFUSED: [string, unknown[], RegExp][] = [
  [
    "schedule",
    [1, "nothing"],
    /Unknown scheduled callback "nothing": not registered on this Scheduler/,
  ],
  ["schedule", [1, "state"], /Unknown scheduled callback "state"/],
  ["schedule", [1, "constructor"], /Unknown scheduled callback "constructor"/],
  ["schedule", [1, 7], /Callback must be a string/],
  ["schedule", [{ $date: "never" }, "ring"], /Invalid job time: NaN/],
  [
    "schedule",
    [null, "ring"],
    /Invalid schedule type: null\(object\) trying to schedule ring/,
  ],
  [
    "schedule",
    [{ a: 1 }, "ring"],
    /Invalid schedule type: \{"a":1\}\(object\) trying to schedule ring/,
  ],
  ["schedule", ["never", "ring"], /Invalid cron expression: never/],
  [
    "schedule",
    ["61 * * * *", "ring"],
    /Invalid cron expression: 61 \* \* \* \*: "61" is no minute/,
  ],
  ["schedule", ["0 0 30 2 *", "ring"], /there is no such time to come/],
  [
    "schedule",
    [`${"*,".repeat(500)}* * * * *`, "ring"],
    /Invalid cron expression: it must have at most 1000 characters: received 1009/,
  ],
  [
    "schedule",
    ["* * * * *", "ring", 1, { timeZone: "Mars/Base" }],
    /there is no time zone "Mars\/Base"/,
  ],
  [
    "schedule",
    [5, "ring", 1, { timeZone: "Europe/Berlin" }],
    /timeZone is for cron expressions/,
  ],
  ["schedule", [1e300, "ring"], /Invalid job time: /],
  [
    "schedule",
    [1, "ring", 1, { retry: { maxAttempts: 0 } }],
    /retry.maxAttempts must be >= 1/,
  ],
  [
    "schedule",
    [1, "ring", 1, { retry: { baseDelayMs: 9000 } }],
    /retry.baseDelayMs must be <= retry.maxDelayMs/,
  ],
  [
    "schedule",
    [1, "ring", 1, { id: "" }],
    /its id must be a text of 1 to 256 characters/,
  ],
  [
    "schedule",
    [1, "ring", 1, { id: 7 }],
    /its id must be a text of 1 to 256 characters: received number/,
  ],
  ...["a\u0000b", "\ud800", "\udc00\ud83d"].map((
    id,
  ): [string, unknown[], RegExp] => [
    "schedule",
    [1, "ring", 1, { id }],
    /its id must be a text of 1 to 256 characters: received U\+0000 or lone surrogates/,
  ]),
  ["queue", ["ring", 1, { id: "a\u0000b" }], /received U\+0000 or/],
  ["scheduleEvery", [5, "ring", 1, { id: "\ud800" }], /or lone surrogates/],
  ["scheduleEvery", [0, "ring"], /intervalSeconds must be a positive number/],
  ["scheduleEvery", ["5", "ring"], /intervalSeconds must be a positive number/],
  [
    "scheduleEvery",
    [31 * 24 * 3600, "ring"],
    /intervalSeconds cannot exceed 2592000 seconds \(30 days\)/,
  ],
  ["scheduleEvery", [5, "nothing"], /Unknown scheduled callback "nothing"/],
  ["scheduleCircle", [], /TypeError: /],
  [
    "scheduleBytes",
    [1001],
    /its payload has 1001 bytes as JSON, and limits.jobBytes allows 1000/,
  ],
  [
    "schedule",
    [Date.now(), "ring"],
    /Invalid job time: \d+ seconds from now: give a Date/,
  ],
  ...[
    "cancelSchedule",
    "getScheduleById",
    "retrySchedule",
    "getQueue",
    "dequeue",
  ].flatMap(
    (method): [string, unknown[], RegExp][] =>
      [{ id: "x" }, { $odd: "promise" }].map((id) => [
        method,
        [id],
        /Cannot find a job: give its id, a string/,
      ]),
  ),
  ["queue", ["nothing", 1], /this.nothing is not a function/],
  ["queue", [7, 1], /Callback must be a string/],
  [
    "queue",
    ["ring", 1, { retry: { maxDelayMs: 0 } }],
    /retry.maxDelayMs must be > 0/,
  ],
];

behaviour(
  "what may not be scheduled is refused, and nothing is stored",
  async () => {
    const agent = agents.agent("TimeAgent");
    for (const [method, args, message] of REFUSED) {
      const what = `${method}(${JSON.stringify(args)})`;
      await assert.rejects(agent.api(method, ...args), { message }, what);
    }
    assert.deepEqual(await agent.api("getSchedules"), []);
    assert.deepEqual(await agent.api("getQueues", "a", 1), []);
    await agent.api("scheduleBytes", 1000);
    const { id } = await agent.api("schedule", 99, "ring", 1, { id: "é\n😀" });
    assert.equal((await agent.api("getSchedule", id)).id, "é\n😀");
  },
);

behaviour("limits.jobs bounds the jobs of an instance", async () => {
  const agent = agents.agent("TimeAgent");
  await assert.rejects(agent.api("fill", 121), {
    message: /the instance has 120 jobs, and limits.jobs allows 120/,
  });
  const all = await agent.api("getSchedules");
  assert.equal(all.length, 120);
  await assert.rejects(agent.api("queue", "ring", 1), /limits.jobs/);
  await agent.api("cancelSchedule", all[0].id);
  await agent.api("queue", "ring", "fits");
  await agent.rung("fits");
});

behaviour("schedule() in a constructor says that it is too early", async () => {
  const agent = agents.agent("HastyAgent");
  await agent.call("ring");
  const [error] = await agents.noted("hasty");
  assert.match(String(error), /Cannot schedule in a constructor/);
});

behaviour(
  "what is due at the same time runs in the order in which it was made",
  async () => {
    const agent = agents.agent("TimeAgent");
    const at = { $date: Date.now() + 200 };
    const texts = Array.from({ length: 20 }, (_, number) => `${number}`);
    await agent.obey(texts.map((text) => ["schedule", at, "mark", text]));
    await agents.noted("mark", agent.name, "19");
    assert.deepEqual(await agent.call("marks"), texts);
  },
);

behaviour("an own id replaces the schedule that has it", async () => {
  const agent = agents.agent("TimeAgent");
  const made = await agent.obey([
    ["schedule", 0.2, "ring", "old", { id: "one" }],
    ["schedule", 0.2, "ring", "young", { id: "one" }],
  ]);
  assert.equal(made.id, "one");
  assert.equal((await agent.rung()).payload, "young");
  await agent.api("schedule", 0, "ring", "sign");
  await agent.rung("sign");
  assert.equal(agent.notes("ring").length, 2);
});

behaviour(
  "equal cron expressions and intervals are one, and equal one-shots where asked for",
  async () => {
    const agent = agents.agent("TimeAgent");
    const once = async (...command: [string, ...unknown[]]) => {
      const [a, b] = [await agent.api(...command), await agent.api(...command)];
      return a.id === b.id;
    };
    const options = { idempotent: true };
    assert.equal(await once("schedule", "0 0 1 1 *", "ring", { a: 1 }), true);
    assert.equal(await once("scheduleEvery", 500, "ring", { a: 1 }), true);
    assert.equal(await once("schedule", 500, "ring", { a: 1 }), false);
    assert.equal(await once("schedule", 500, "ring", { b: 1 }, options), true);
    assert.equal(
      await once("schedule", "0 0 1 1 *", "ring", 2, { idempotent: false }),
      false,
    );
    const [first] = [await agent.api("schedule", 50, "ring", "c", options)];
    // The first one wins: the time is not compared.
    const other = await agent.api("schedule", 99, "ring", "c", options);
    assert.deepEqual(other, first);
    const every = await agent.api("scheduleEvery", 501, "ring", { a: 1 });
    assert.equal(every.intervalSeconds, 501);
  },
);

behaviour("cancelSchedule() removes a schedule, once", async () => {
  const agent = agents.agent("TimeAgent");
  const id = "one";
  const isCancelled = await agent.obey([
    ["schedule", 0.15, "ring", "never", { id }],
    ["cancelSchedule", id],
  ]);
  assert.equal(isCancelled, true);
  assert.equal(await agent.api("cancelSchedule", id), false);
  assert.equal(await agent.api("getScheduleById", id), null);
  await agent.api("schedule", 0.3, "ring", "sign");
  await agent.rung("sign");
  assert.equal(agent.notes("ring").length, 1);
});

behaviour(
  "listSchedules() takes criteria, all of which have to fit",
  async () => {
    const agent = agents.agent("TimeAgent");
    const base = Math.floor(Date.now() / 1000) * 1000 + 1_000_000;
    for (const seconds of [0, 10, 20]) {
      const when = { $date: base + seconds * 1000 + 500 };
      await agent.api("schedule", when, "ring", seconds);
    }
    await agent.api("scheduleEvery", 1000, "ring", "every");
    const payloads = async (criteria: unknown) => {
      const found = await agent.api("listSchedules", criteria);
      return found.map(({ payload }: { payload: unknown }) => payload);
    };
    const range = (start: number, end: number) => ({
      start: { $date: base + start * 1000 },
      end: { $date: base + end * 1000 },
    });
    assert.deepEqual(await payloads({ type: "scheduled" }), [0, 10, 20]);
    const type = "scheduled";
    assert.deepEqual(await payloads({ type, timeRange: range(0, 10) }), [
      0,
      10,
    ]);
    assert.deepEqual(await payloads({ type, timeRange: range(1, 9) }), []);
    assert.deepEqual(await payloads({ id: "unknown" }), []);
  },
);

behaviour(
  "a method that throws is called again, then given up: onError once, the job kept",
  async () => {
    const agent = agents.agent("TimeAgent");
    const { id } = await agent.api("schedule", 0, "fail", 99);
    await agents.noted("error", agent.name, "Error: attempt 2");
    const failed = await agent.api("listFailedSchedules");
    assert.equal(failed.length, 1);
    const { failedAt, ...rest } = failed[0];
    assert.ok(Math.abs(failedAt - Date.now() / 1000) < 60);
    assert.deepEqual(rest, {
      id,
      callback: "fail",
      payload: 99,
      type: "delayed",
      error: "attempt 2",
      attempts: 2,
    });
    assert.deepEqual(await agent.api("getSchedules"), []);
    assert.equal(await agent.api("getScheduleById", id), null);
    assert.deepEqual(agent.notes("attempt").length, 2);
    assert.equal(agent.notes("error").length, 1);
    await agents.event({ type: "schedule", status: "failed", id });

    assert.equal(await agent.api("retrySchedule", "unknown"), false);
    assert.equal(await agent.api("retrySchedule", id), true);
    await agents.noted("error", agent.name, "Error: attempt 4");
    assert.equal(await agent.api("cancelSchedule", id), true);
    assert.deepEqual(await agent.api("listFailedSchedules"), []);
  },
);

behaviour("a method that throws once has done its job", async () => {
  const agent = agents.agent("TimeAgent");
  const { id } = await agent.api("schedule", 0, "fail", 1);
  await agents.event({ type: "schedule", status: "done", id });
  assert.deepEqual(agent.notes("attempt"), [["attempt", 1], ["attempt", 2]]);
  assert.deepEqual(agent.notes("error"), []);
  assert.deepEqual(await agent.api("listFailedSchedules"), []);
});

behaviour(
  "a job that fails neither blocks the others nor comes back",
  async () => {
    const agent = agents.agent("TimeAgent");
    await agent.obey([
      ["schedule", 0, "fail", 99, { retry: { maxAttempts: 1 } }],
      ["queue", "fail", 99, { retry: { maxAttempts: 1 } }],
      ["queue", "ring", "after"],
    ]);
    await agent.rung("after");
    assert.equal(agent.notes("attempt").length, 2);
    assert.equal((await agent.api("listFailedSchedules")).length, 2);
    await agent.api("schedule", 0.1, "ring", "sign");
    await agent.rung("sign");
    assert.equal(agent.notes("attempt").length, 2);
  },
);

behaviour("scheduleEvery() goes on after a method that throws", async () => {
  const agent = agents.agent("TimeAgent");
  const { id } = await agent.api("scheduleEvery", 0.1, "fail", 2, {
    retry: { maxAttempts: 1 },
  });
  await agents.noted("attempt", agent.name, 4);
  assert.equal(agent.notes("error").length, 2);
  assert.deepEqual(await agent.api("listFailedSchedules"), []);
  await agent.api("cancelSchedule", id);
});

behaviour(
  "scheduleEvery() keeps its times however long a call takes",
  async () => {
    const agent = agents.agent("TimeAgent");
    const work = { ms: 700, text: "x" };
    const { id } = await agent.api("scheduleEvery", 1, "slow", work);
    // What waited a second after each call would never begin before that.
    let between = Infinity;
    for (let at = 1; at <= 10 && between >= 1000; at++) {
      await agents.nth({ status: "done", id }, at);
      const [, , , begun] = agent.notes("slow")[at];
      const [, , ended] = agent.notes("slowed")[at - 1];
      between = Number(begun) - Number(ended);
    }
    assert.ok(between < 1000, `${between} ms between two calls`);
    await agent.api("cancelSchedule", id);
  },
);

behaviour("a job may schedule itself", async () => {
  const agent = agents.agent("TimeAgent");
  await agent.api("schedule", 0, "again", 5);
  await agents.noted("again", agent.name, 0);
  assert.equal(agent.notes("again").length, 6);
});

behaviour(
  "cancelSchedule() aborts the signal of a job that runs, and forgets it",
  async () => {
    const agent = agents.agent("TimeAgent");
    const { id } = await agent.api("schedule", 0, "hang", "listens");
    await agents.noted("hanging", agent.name);
    assert.equal((await agent.api("getScheduleById", id)).id, id);
    assert.equal(await agent.api("cancelSchedule", id), true);
    await agents.noted("aborted", agent.name, "AbortError");
    assert.equal(await agent.api("getScheduleById", id), null);
    await agent.api("schedule", 0, "ring", "next");
    await agent.rung("next");
    assert.deepEqual(await agent.api("listFailedSchedules"), []);
    assert.equal(agent.notes("hanging").length, 1);
  },
);

behaviour(
  "a job that hangs has its signal aborted, and others do not wait for it",
  async () => {
    const agent = agents.agent("ImpatientAgent");
    await agent.obey([
      ["schedule", 0, "hang", "is deaf"],
      ["schedule", 0, "ring", "next"],
    ]);
    await agents.noted("hanging", agent.name);
    await agents.noted("aborted", agent.name, "TimeoutError");
    await agent.rung("next");
    await agent.call("release");
    await agents.noted("released", agent.name);
  },
);

behaviour(
  "a job whose method heeds the signal fails when it hangs",
  async () => {
    const agent = agents.agent("ImpatientAgent");
    const { id } = await agent.api("schedule", 0, "hang", "listens");
    await agents.event({ type: "schedule", status: "hung", id });
    await agents.event({ type: "schedule", status: "failed", id });
    const [failed] = await agent.api("listFailedSchedules");
    assert.equal(failed.id, id);
    assert.match(failed.error, /has not ended for 0.3 s/);
  },
);

behaviour("an interval whose run hangs is started again", async () => {
  const agent = agents.agent("ImpatientAgent");
  const { id } = await agent.api("scheduleEvery", 0.2, "hang", "is deaf");
  await agents.nth({ status: "started", id }, 1);
  await agent.api("cancelSchedule", id);
});

behaviour("jobs run one after another, messages in between", async () => {
  const agent = agents.agent("TimeAgent");
  await agent.obey(["a", "b", "c"].map((text) => [
    "schedule",
    0,
    "slow",
    { ms: 50, text },
  ]));
  await agents.noted("slow", agent.name, "a");
  await agent.call("marks");
  await agents.noted("slowed", agent.name, "c");
  assert.deepEqual(
    agent.notes("slow").map(([, text, running]) => [text, running]),
    [["a", 1], ["b", 1], ["c", 1]],
  );
});

behaviour(
  "static options.parallelJobs lets jobs run beside each other, so many",
  async () => {
    const agent = agents.agent("ParallelAgent");
    await agent.obey(["a", "b", "c", "d"].map((text) => [
      "queue",
      "slow",
      { ms: 100, text },
    ]));
    await agents.noted("slowed", agent.name, "d");
    const running = agent.notes("slow").map(([, , running]) => running);
    assert.equal(Math.max(...running as number[]), 3);
  },
);

behaviour("jobs of a serial agent wait for its handlers", async () => {
  const agent = agents.agent("SerialTimeAgent");
  await agent.obey([
    ["queue", "slow", { ms: 50, text: "a" }],
    ["queue", "slow", { ms: 1, text: "b" }],
  ]);
  await agents.noted("slowed", agent.name, "b");
  assert.deepEqual(agent.notes("slow").map(([, , count]) => count), [1, 1]);
});

behaviour(
  "a job that onAlarm() makes late, and that is due, runs",
  async () => {
    const agent = agents.agent("AlarmAgent", "schedules");
    await agent.api("schedule", 0, "ring", "first");
    await agent.rung("from the alarm");
  },
);

behaviour(
  "onAlarm() is called without arguments after the jobs that were due",
  async () => {
    const agent = agents.agent("AlarmAgent");
    await agent.obey([
      ["schedule", 0, "mark", "a"],
      ["schedule", 0, "mark", "b"],
    ]);
    await agents.noted("alarm", agent.name, 0);
    const kinds = agents.notes(agent.name).map(([kind]) => kind);
    const [first] = kinds.slice(kinds.indexOf("mark") + 1);
    assert.ok(["mark", "alarm"].includes(String(first)));
    const throws = agents.agent("AlarmAgent", "throws");
    await throws.api("schedule", 0, "mark", "c");
    await agents.noted("error", throws.name, "Error: alarm");
    await throws.api("schedule", 0, "ring", "goes on");
    await throws.rung("goes on");
  },
);

behaviour(
  "one-shots that pile up in onStart are refused at 100, with the cure",
  async () => {
    assert.equal(await agents.agent("PilingAgent", "ids").call("count"), 1);
    const idempotent = agents.agent("PilingAgent", "idempotent");
    assert.equal(await idempotent.call("count"), 1);
    assert.equal(await agents.agent("PilingAgent", "piles").call("count"), 100);
    const agent = agents.agent("PilingAgent", "too-many");
    await assert.rejects(agent.call("count"), /did not start/);
    const [, error] = await agents.noted("error", agent.name);
    assert.match(
      String(error),
      /100 jobs that call "ring" wait already.*Give it an id, or \{ idempotent: true \}/,
    );
  },
);

behaviour("events tell what happens to a job", async () => {
  const agent = agents.agent("TimeAgent");
  const { id } = await agent.api("schedule", 0, "fail", 1);
  const { ms } = await agents.event({ type: "schedule", status: "done", id });
  assert.ok(Number(ms) >= 0, `${ms}`);
  const gone = await agent.api("schedule", 100, "ring");
  await agent.api("cancelSchedule", gone.id);
  await agents.nth({ status: "cancelled", id: gone.id }, 0);
  const told = agents.told("schedule").filter((event) =>
    event.id === id || event.id === gone.id
  );
  const { name } = agent;
  const common = { type: "schedule", agent: "TimeAgent", name };
  const one = { ...common, id, callback: "fail", kind: "schedule" };
  const other = { ...common, ...one, id: gone.id, callback: "ring" };
  assert.deepEqual(told, [
    { ...one, status: "created" },
    { ...one, status: "started", attempt: 1 },
    { ...one, status: "retried", attempt: 2 },
    { ...one, status: "done", ms },
    { ...other, status: "created" },
    { ...other, status: "cancelled" },
  ]);
});
