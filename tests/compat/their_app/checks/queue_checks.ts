import type { Check } from "../check.ts";
import { type Entry, Reminders } from "../reminders.ts";

/** What an agent does one after another; trying again, and staying in memory. */
export const queueChecks: Check[] = [
  {
    name: "Items of the queue run one after another, in their order",
    async run(app) {
      const reminders = new Reminders(app, "fifo");
      const ids = await reminders.tell(
        ["queue", "slow", "a"],
        ["queue", "slow", "b"],
        ["queue", "slow", "c"],
      );
      return [ids.map((id) => typeof id), await reminders.log(6)];
    },
    expected: [
      ["string", "string", "string"],
      [
        { slow: "a" },
        { slowed: "a" },
        { slow: "b" },
        { slowed: "b" },
        { slow: "c" },
        { slowed: "c" },
      ],
    ],
  },
  {
    name: "A method of the queue gets its payload and its item",
    async run(app) {
      const reminders = new Reminders(app, "item");
      await reminders.tell(["queue", "remind", { a: 1 }]);
      return await reminders.log(1);
    },
    expected: [{
      remind: { a: 1 },
      keys: ["callback", "createdAt", "id", "payload", "retry"],
    }],
  },
  {
    name: "Items that wait are found, replaced and removed",
    async run(app) {
      const reminders = new Reminders(app, "waiting");
      await reminders.tell(["queue", "hold", 0]);
      await reminders.log(1);
      const [, , id] = await reminders.tell(
        ["queue", "remind", { room: "a", n: 1 }],
        ["queue", "remind", { room: "b", n: 2 }],
        ["queue", "remind", { room: "a", n: 3 }, { id: "mine" }],
        ["queue", "again", 0],
      );
      const results = await reminders.tell(
        ["getQueues", "room", "a"],
        ["getQueues", "n", 2],
        ["getQueues", "room", "z"],
        ["getQueue", "unknown"],
        ["queue", "remind", { room: "c", n: 4 }, { id: "mine" }],
        ["getQueue", "mine"],
        ["dequeue", "mine"],
        ["dequeue", "mine"],
        ["dequeueAllByCallback", "remind"],
        ["dequeueAllByCallback", "remind"],
      );
      await reminders.tell(["letGo"]);
      const payloads = (list: Entry[]) => list.map(({ payload }) => payload);
      const [a, b, z, none, again, mine, ...rest] = results;
      return [
        id,
        payloads(a),
        payloads(b),
        z,
        none,
        again,
        mine.payload,
        ...rest,
        await reminders.log(2),
      ];
    },
    expected: [
      "mine",
      [{ room: "a", n: 1 }, { room: "a", n: 3 }],
      [{ room: "b", n: 2 }],
      [],
      null,
      "mine",
      { room: "c", n: 4 },
      true,
      false,
      2,
      0,
      [{ held: true }, { again: 0 }],
    ],
  },
  {
    name: "An item that throws is given up, and later ones go on",
    async run(app) {
      const reminders = new Reminders(app, "item-throws");
      await reminders.tell(["queue", "fail", 99], ["queue", "again", 0]);
      return await reminders.log(4);
    },
    expected: [
      { attempt: 1 },
      { attempt: 2 },
      { onError: "attempt 2" },
      { again: 0 },
    ],
  },
  {
    name: "retry() tries as often as it is told",
    async run(app) {
      return await new Reminders(app, "retry").tell(
        ["tries", 0],
        ["tries", 1],
        ["tries", 9],
        ["tries", 3, { maxAttempts: 5, baseDelayMs: 1 }],
        ["tries", 0, { maxAttempts: 0 }],
        ["tries", 0, { maxAttempts: 2.5 }],
        ["tries", 0, { baseDelayMs: 0 }],
        ["tries", 0, { baseDelayMs: 30 }],
        ["choosy"],
      );
    },
    expected: [
      { seen: [1], result: "yes" },
      { seen: [1, 2], result: "yes" },
      { error: "no 2" },
      { seen: [1, 2, 3, 4], result: "yes" },
      { error: "retry.maxAttempts must be >= 1" },
      { error: "retry.maxAttempts must be an integer" },
      { error: "retry.baseDelayMs must be > 0" },
      { error: "retry.baseDelayMs must be <= retry.maxDelayMs" },
      [["no", 2], ["no", 3]],
    ],
  },
  {
    name: "keepAlive() gives what ends it, and is no schedule",
    async run(app) {
      return await new Reminders(app, "keeps").tell(["keeps"]);
    },
    expected: [["function", 7, 0]],
  },
];
