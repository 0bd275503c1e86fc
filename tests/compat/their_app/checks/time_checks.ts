import type { Check } from "../check.ts";
import { type Entry, Reminders, shown } from "../reminders.ts";

const seconds = () => Math.floor(Date.now() / 1000);

/** What an agent does later. */
export const timeChecks: Check[] = [
  {
    name: "A schedule has the shape of its kind",
    async run(app) {
      const reminders = new Reminders(app, "shapes");
      const now = seconds();
      const results = await reminders.tell(
        ["schedule", 100, "remind", { a: 1 }, { retry: { maxAttempts: 4 } }],
        ["schedule", { date: (now + 200) * 1000 }, "remind", "x"],
        ["scheduleEvery", 300, "remind"],
      );
      const [cron] = await reminders.tell(
        ["schedule", "0 0 1 1 *", "remind", "x"],
      );
      const { in: _in, ...rest } = shown(cron, now) as Entry;
      return [...results.map((each) => shown(each, now)), rest];
    },
    expected: [
      {
        callback: "remind",
        payload: { a: 1 },
        retry: { maxAttempts: 4 },
        type: "delayed",
        delayInSeconds: 100,
        id: "string",
        in: 100,
      },
      {
        callback: "remind",
        payload: "x",
        type: "scheduled",
        id: "string",
        in: 200,
      },
      {
        callback: "remind",
        type: "interval",
        intervalSeconds: 300,
        id: "string",
        in: 300,
      },
      {
        callback: "remind",
        payload: "x",
        type: "cron",
        cron: "0 0 1 1 *",
        id: "string",
      },
    ],
  },
  {
    name: "What may not be scheduled is refused in these words",
    async run(app) {
      const results = await new Reminders(app, "refused").tell(
        ["schedule", 1, "nothing"],
        ["schedule", 1, 7],
        ["schedule", null, "remind"],
        ["schedule", { a: 1 }, "remind"],
        ["schedule", 1, "remind", 1, { retry: { maxAttempts: 0 } }],
        ["schedule", 1, "remind", 1, { retry: { maxAttempts: 1.5 } }],
        ["schedule", 1, "remind", 1, { retry: { baseDelayMs: -1 } }],
        ["schedule", 1, "remind", 1, { retry: { baseDelayMs: 50 } }],
        ["schedule", { date: "never" }, "remind"],
        ["scheduleEvery", 0, "remind"],
        ["scheduleEvery", 2592001, "remind"],
        ["scheduleEvery", 5, "nothing"],
        ["queue", "nothing", 1],
        ["queue", "remind", 1, { retry: { maxDelayMs: 0 } }],
        ["getSchedules"],
      );
      const [cron, circle] = await new Reminders(app, "refused").tell(
        ["schedule", "61 * * * *", "remind"],
        ["circle"],
      );
      return [
        ...results,
        typeof cron.error,
        /circular|cyclic|contains itself/.test(circle.error),
      ];
    },
    expected: [
      {
        error:
          'Unknown scheduled callback "nothing": not registered on this Scheduler',
      },
      { error: "Callback must be a string" },
      {
        error: "Invalid schedule type: null(object) trying to schedule remind",
      },
      {
        error:
          'Invalid schedule type: {"a":1}(object) trying to schedule remind',
      },
      { error: "retry.maxAttempts must be >= 1" },
      { error: "retry.maxAttempts must be an integer" },
      { error: "retry.baseDelayMs must be > 0" },
      { error: "retry.baseDelayMs must be <= retry.maxDelayMs" },
      { error: "Invalid job time: NaN" },
      { error: "intervalSeconds must be a positive number" },
      { error: "intervalSeconds cannot exceed 2592000 seconds (30 days)" },
      {
        error:
          'Unknown scheduled callback "nothing": not registered on this Scheduler',
      },
      { error: "this.nothing is not a function" },
      { error: "retry.maxDelayMs must be > 0" },
      [],
      "string",
      true,
    ],
  },
  {
    name: "A method gets its payload and its schedule, also for what is past",
    async run(app) {
      const reminders = new Reminders(app, "called");
      await reminders.tell(["schedule", 0, "remind", { a: 1 }]);
      await reminders.log(1);
      await reminders.tell(["schedule", -5, "remind", "negative"]);
      await reminders.log(2);
      await reminders.tell(["schedule", { date: 1000 }, "remind"]);
      return await reminders.log(3);
    },
    expected: [
      {
        remind: { a: 1 },
        keys: [
          "callback",
          "delayInSeconds",
          "id",
          "payload",
          "retry",
          "time",
          "type",
        ],
      },
      {
        remind: "negative",
        keys: [
          "callback",
          "delayInSeconds",
          "id",
          "payload",
          "retry",
          "time",
          "type",
        ],
      },
      { keys: ["callback", "id", "payload", "retry", "time", "type"] },
    ],
  },
  {
    name: "Lists are in the order of the times, and take criteria",
    async run(app) {
      const reminders = new Reminders(app, "lists");
      const now = seconds();
      await reminders.tell(
        ["schedule", 500, "remind", "c"],
        ["schedule", 100, "remind", "a"],
        ["schedule", { date: (now + 300) * 1000 }, "remind", "b"],
        ["scheduleEvery", 700, "remind", "d"],
      );
      const lists = await reminders.tell(
        ["listSchedules"],
        ["getSchedules"],
        ["listSchedules", { type: "delayed" }],
        ["listSchedules", { id: "unknown" }],
      );
      return lists.map((list) => list.map(({ payload }: Entry) => payload));
    },
    expected: [["a", "b", "c", "d"], ["a", "b", "c", "d"], ["a", "c"], []],
  },
  {
    name: "A schedule is found and cancelled by its id, once",
    async run(app) {
      const reminders = new Reminders(app, "found");
      const [{ id }] = await reminders.tell(["schedule", 100, "remind", "x"]);
      const results = await reminders.tell(
        ["getScheduleById", id],
        ["getSchedule", id],
        ["cancelSchedule", id],
        ["cancelSchedule", id],
        ["getScheduleById", id],
      );
      return results.map((each) => each?.payload ?? each);
    },
    expected: ["x", "x", true, false, null],
  },
  {
    name: "What repeats is one, and one-shots are where they are asked to be",
    async run(app) {
      const reminders = new Reminders(app, "once");
      const once = { idempotent: true };
      const made = await reminders.tell(
        ["schedule", "0 0 1 1 *", "remind", "a"],
        ["schedule", "0 0 1 1 *", "remind", "a"],
        ["scheduleEvery", 500, "remind", "a"],
        ["scheduleEvery", 500, "remind", "a"],
        ["scheduleEvery", 501, "remind", "a"],
        ["schedule", 500, "remind", "a"],
        ["schedule", 500, "remind", "a"],
        ["schedule", 500, "remind", "b", once],
        ["schedule", 900, "remind", "b", once],
        ["schedule", "0 0 1 1 *", "remind", "a", { idempotent: false }],
      );
      const ids = made.map(({ id }) => id);
      return ids.map((id) => ids.indexOf(id));
    },
    expected: [0, 0, 2, 2, 4, 5, 6, 7, 7, 9],
  },
  {
    name:
      "A method that throws is called again, then given up, and the next job runs",
    async run(app) {
      const reminders = new Reminders(app, "throws");
      await reminders.tell(["schedule", 0, "fail", 99]);
      await reminders.log(3);
      await reminders.tell(["schedule", 0, "remind", "next"]);
      const log = await reminders.log(4);
      const [left] = await reminders.tell(["getSchedules"]);
      return [log.map(({ keys: _keys, ...entry }) => entry), left];
    },
    expected: [
      [
        { attempt: 1 },
        { attempt: 2 },
        { onError: "attempt 2" },
        { remind: "next" },
      ],
      [],
    ],
  },
  {
    name: "A method may schedule itself",
    async run(app) {
      const reminders = new Reminders(app, "again");
      await reminders.tell(["schedule", 0, "again", 3]);
      return await reminders.log(4);
    },
    expected: [{ again: 3 }, { again: 2 }, { again: 1 }, { again: 0 }],
  },
  {
    name: "onAlarm() comes after the jobs, without arguments",
    async run(app) {
      const reminders = new Reminders(app, "alarm");
      await reminders.tell(["schedule", 0, "again", 0]);
      const [first, second] = await reminders.log(2);
      return [first, second];
    },
    expected: [{ again: 0 }, { alarm: 0 }],
  },
  {
    name:
      "A job that runs is found until it ends, and cancelling it lets it run",
    async run(app) {
      const reminders = new Reminders(app, "running");
      const [{ id }] = await reminders.tell(["schedule", 0, "hold"]);
      await reminders.log(1);
      const results = await reminders.tell(
        ["getScheduleById", id],
        ["cancelSchedule", id],
        ["getScheduleById", id],
        ["letGo"],
        ["schedule", 0, "remind", "next"],
      );
      const log = await reminders.log(2);
      return [
        results.slice(0, 3).map((each) => each?.type ?? each),
        log.length,
      ];
    },
    expected: [["delayed", true, null], 2],
  },
  {
    name: "An interval comes for the first time when it has passed once",
    async run(app) {
      const reminders = new Reminders(app, "every");
      const [{ id }] = await reminders.tell(["scheduleEvery", 1, "again", 0]);
      const log = await reminders.log(2);
      await reminders.tell(["cancelSchedule", id]);
      return log.slice(0, 2);
    },
    expected: [{ again: 0 }, { again: 0 }],
  },
];
