import assert from "node:assert/strict";
import { test } from "node:test";
import { Cron } from "croner";
import fc from "fast-check";
import { cronOf } from "../../src/schedules/cron.ts";
import { property } from "../support/random/property.ts";

function times(
  expression: string,
  zone: string | undefined,
  from: string,
  count = 3,
): string[] {
  let time = Date.parse(from);
  return Array.from({ length: count }, () => {
    time = cronOf(expression, zone).next(time)!;
    return new Date(time).toISOString().replace(/:00\.000Z$/, "Z");
  });
}

const BERLIN = "Europe/Berlin";
const NEW_YORK = "America/New_York";
/** Its clocks are set by half an hour. */
const LORD_HOWE = "Australia/Lord_Howe";

/** Expression, zone, from when, and what follows. */
const TABLE: [string, string | undefined, string, string[]][] = [
  ["0 9 * * *", undefined, "2026-11-26T09:00:00Z", ["2026-11-27T09:00Z"]],
  ["0 9 * * *", NEW_YORK, "2026-11-26T09:00:00Z", ["2026-11-26T14:00Z"]],
  ["0 9 * * 1-5", undefined, "2026-11-27T09:00:00Z", ["2026-11-30T09:00Z"]],
  ["0 0 * * sun", undefined, "2026-11-27T09:00:00Z", ["2026-11-29T00:00Z"]],
  ["0 0 * * 7", undefined, "2026-11-27T09:00:00Z", ["2026-11-29T00:00Z"]],
  ["0 0 13 * fri", undefined, "2026-11-01T00:00:00Z", [
    "2026-11-06T00:00Z",
    "2026-11-13T00:00Z",
    "2026-11-20T00:00Z",
  ]],
  ["0 0 29 2 *", undefined, "2026-01-01T00:00:00Z", [
    "2028-02-29T00:00Z",
    "2032-02-29T00:00Z",
  ]],
  ["0 0 29 feb ?", undefined, "2096-03-01T00:00:00Z", ["2104-02-29T00:00Z"]],
  ["30/10 8-9 * * *", undefined, "2026-01-01T08:39:00Z", [
    "2026-01-01T08:40Z",
    "2026-01-01T08:50Z",
    "2026-01-01T09:30Z",
  ]],
  ["*/20 * * * * *", undefined, "2026-01-01T00:00:00Z", [
    "2026-01-01T00:00:20.000Z",
    "2026-01-01T00:00:40.000Z",
    "2026-01-01T00:01Z",
  ]],
  ["@hourly", undefined, "2026-01-01T00:00:00Z", ["2026-01-01T01:00Z"]],
  ["@daily", undefined, "2026-01-01T00:00:00Z", ["2026-01-02T00:00Z"]],
  ["@weekly", undefined, "2026-01-01T00:00:00Z", ["2026-01-04T00:00Z"]],
  ["@monthly", undefined, "2026-01-01T00:00:00Z", ["2026-02-01T00:00Z"]],
  ["@yearly", undefined, "2026-01-01T00:00:00Z", ["2027-01-01T00:00Z"]],
  // The clocks are set forward: what is skipped comes at its end, once.
  ["30 2 * * *", BERLIN, "2026-03-28T00:00:00Z", [
    "2026-03-28T01:30Z",
    "2026-03-29T01:00Z",
    "2026-03-30T00:30Z",
  ]],
  ["*/20 2 * * *", BERLIN, "2026-03-28T12:00:00Z", [
    "2026-03-29T01:00Z",
    "2026-03-30T00:00Z",
  ]],
  ["*/20 * * * *", BERLIN, "2026-03-29T00:30:00Z", [
    "2026-03-29T00:40Z",
    "2026-03-29T01:00Z",
    "2026-03-29T01:20Z",
  ]],
  ["30 2 * * *", NEW_YORK, "2026-03-08T00:00:00Z", [
    "2026-03-08T07:00Z",
    "2026-03-09T06:30Z",
  ]],
  ["15 2 * * *", LORD_HOWE, "2026-10-03T00:00:00Z", [
    "2026-10-03T15:30Z",
    "2026-10-04T15:15Z",
  ]],
  // The clocks are set back: what is doubled comes once, unless it follows the time that passes.
  ["30 2 * * *", BERLIN, "2026-10-24T12:00:00Z", [
    "2026-10-25T00:30Z",
    "2026-10-26T01:30Z",
  ]],
  ["30 2 * * *", BERLIN, "2026-10-25T01:10:00Z", ["2026-10-26T01:30Z"]],
  ["0,30 2,3 * * *", BERLIN, "2026-10-25T00:10:00Z", [
    "2026-10-25T00:30Z",
    "2026-10-25T02:00Z",
    "2026-10-25T02:30Z",
  ]],
  ["*/20 * * * *", BERLIN, "2026-10-25T00:30:00Z", [
    "2026-10-25T00:40Z",
    "2026-10-25T01:00Z",
    "2026-10-25T01:20Z",
    "2026-10-25T01:40Z",
    "2026-10-25T02:00Z",
  ]],
  // However every hour is written.
  ...["*", "?", "0-23", "0-11,12-23", "*/1", "0/1", "?/2,1/2"].map((
    hour,
  ): (typeof TABLE)[number] => [
    `0 ${hour} * * *`,
    NEW_YORK,
    "2026-11-01T04:30:00Z",
    ["2026-11-01T05:00Z", "2026-11-01T06:00Z", "2026-11-01T07:00Z"],
  ]),
  ["0 ?/2 * * *", BERLIN, "2026-10-24T21:30:00Z", [
    "2026-10-24T22:00Z",
    "2026-10-25T00:00Z",
    "2026-10-25T01:00Z",
    "2026-10-25T03:00Z",
  ]],
  ["30 1 * * *", NEW_YORK, "2026-10-31T12:00:00Z", [
    "2026-11-01T05:30Z",
    "2026-11-02T06:30Z",
  ]],
  ["45 1 * * *", LORD_HOWE, "2026-04-04T00:00:00Z", [
    "2026-04-04T14:45Z",
    "2026-04-05T15:15Z",
  ]],
];

for (const [expression, zone, from, expected] of TABLE) {
  test(`cron "${expression}" ${zone ?? "UTC"} from ${from}`, () => {
    const found = times(expression, zone, from, expected.length);
    assert.deepEqual(found, expected);
  });
}

/** Expressions that are none, and what the error says. */
const REFUSED: [string, RegExp][] = [
  ["", /five fields, or six with seconds: received 0/],
  ["x", /received 1/],
  ["* * * *", /received 4/],
  ["* * * * * * *", /received 7/],
  ["60 * * * *", /"60" is no minute, which is 0 to 59/],
  ["* 24 * * *", /no hour/],
  ["* * 0 * *", /no day/],
  ["* * 32 * *", /no day/],
  ["* * * 13 *", /no month/],
  ["* * * foo *", /no month/],
  ["* * * * 8", /no weekday/],
  ["*/0 * * * *", /no minute/],
  ["*/61 * * * *", /no minute/],
  ["5-1 * * * *", /no minute/],
  ["1,,2 * * * *", /no minute/],
  ["-1 * * * *", /no minute/],
  ["1.5 * * * *", /no minute/],
  ["1e1 * * * *", /no minute/],
  ["0x1 * * * *", /no minute/],
  ["L * * * *", /no minute/],
  ["0 0 L * *", /no day/],
  ["@reboot", /received 1/],
  ["@constructor", /received 1/],
  ["2026-11-27T10:00:00", /received 1/],
];

for (const [expression, message] of REFUSED) {
  test(`cron refuses "${expression}"`, () => {
    assert.throws(() => cronOf(expression), message);
  });
}

test("cron refuses a time zone that there is not", () => {
  assert.throws(
    () => cronOf("* * * * *", "Mars/Olympus"),
    /there is no time zone "Mars\/Olympus"/,
  );
});

test("cron finds nothing where there is nothing", () => {
  assert.equal(cronOf("0 0 31 2 *").next(0), undefined);
  assert.equal(cronOf("0 0 30 feb *", BERLIN).next(Date.now()), undefined);
});

const ZONES = [
  "UTC",
  BERLIN,
  NEW_YORK,
  LORD_HOWE,
  "Asia/Kolkata",
  "Pacific/Apia",
  "America/St_Johns",
];

function part(min: number, max: number): fc.Arbitrary<string> {
  const value = fc.integer({ min, max });
  return fc.oneof(
    { weight: 3, arbitrary: value.map(String) },
    { weight: 2, arbitrary: fc.constant("*") },
    fc.tuple(value, value).map(([a, b]) =>
      `${Math.min(a, b)}-${Math.max(a, b)}`
    ),
    fc.integer({ min: 1, max: Math.max(1, Math.floor(max / 2)) })
      .map((step) => `*/${step}`),
    fc.uniqueArray(value, { minLength: 2, maxLength: 4 }).map(String),
  );
}

/** Of a day or weekday: whether it is `*`, or allows less. They differ about what else allows all. */
function limits(part: string): boolean {
  return part === "*" || !/^(\*\/1|1-31|0-6)$/.test(part);
}

const expressions = fc.record({
  minute: part(0, 59),
  hour: fc.oneof(part(0, 23), fc.constantFrom("1", "2", "3")),
  day: fc.oneof(fc.constant("*"), part(1, 31)).filter(limits),
  month: fc.oneof(fc.constant("*"), fc.constant("*"), part(1, 12)),
  weekday: fc.oneof(fc.constant("*"), part(0, 6)).filter(limits),
}).map(({ minute, hour, day, month, weekday }) =>
  `${minute} ${hour} ${day} ${month} ${weekday}`
);

const DAY = 24 * 60 * 60 * 1000;

const formats = new Map(ZONES.map((zone) => [
  zone,
  new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    timeZoneName: "longOffset",
  }),
]));
const offsets = new Map<string, number>();

/** How far local time is ahead of UTC, found out in another way than the library does. */
function offset(zone: string, time: number): number {
  // All changes are at a full half hour.
  const half = Math.floor(time / 1_800_000);
  const key = `${zone} ${half}`;
  let known = offsets.get(key);
  if (known === undefined) {
    const text = formats.get(zone)!.format(half * 1_800_000);
    const [, sign, hours, minutes] = /GMT([+-])(\d+):(\d+)/.exec(text) ??
      ["", "+", "0", "0"];
    known = Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) *
      60_000;
    offsets.set(key, known);
  }
  return known;
}

/** On the days when clocks are set they have rules of their own, which the next property is about. */
property(
  "cron agrees with croner, but for the days when clocks are set",
  fc.record({
    expression: expressions,
    zone: fc.constantFrom(...ZONES),
    from: fc.integer({
      min: Date.parse("2024-01-01") / 1000,
      max: Date.parse("2030-01-01") / 1000,
    }),
  }),
  ({ expression, zone, from }) => {
    const theirs = new Cron(expression, { timezone: zone, paused: true });
    let time = from * 1000;
    for (let step = 0; step < 5; step++) {
      const expected = theirs.nextRun(new Date(time))?.getTime();
      const found = cronOf(expression, zone).next(time);
      for (const near of [time, expected, found]) {
        if (near === undefined) continue;
        const [before, after] = [near - 2 * DAY, near + 2 * DAY];
        if (offset(zone, before) !== offset(zone, after)) return;
      }
      assert.equal(
        found && new Date(found).toISOString(),
        expected && new Date(expected).toISOString(),
        `${expression} in ${zone} after ${new Date(time).toISOString()}`,
      );
      if (found === undefined) return;
      time = found;
    }
  },
  3000,
);

/** When clocks are set, within a minute. */
const CHANGES: [string, string][] = [
  [BERLIN, "2026-03-29T01:00:00Z"],
  [BERLIN, "2026-10-25T01:00:00Z"],
  [NEW_YORK, "2026-03-08T07:00:00Z"],
  [NEW_YORK, "2026-11-01T06:00:00Z"],
  [LORD_HOWE, "2026-10-03T15:30:00Z"],
  [LORD_HOWE, "2026-04-04T15:00:00Z"],
  ["America/St_Johns", "2026-03-08T05:30:00Z"],
  ["America/St_Johns", "2026-11-01T04:30:00Z"],
];

/** Every minute of these days that is due, from the rules alone: what clocks show at each minute, and whether they skip it. */
function dueMinutes(
  expression: string,
  zone: string,
  from: number,
  to: number,
): number[] {
  const plain = new Cron(expression, { timezone: "UTC", paused: true });
  const followsTime = expression.split(" ")[1].startsWith("*");
  const due = new Set<number>();
  /** What clocks have shown already. */
  let latest = -Infinity;
  for (let time = from - DAY; time < to; time += 60_000) {
    const local = time + offset(zone, time);
    const isNew = local > latest;
    if (followsTime || isNew) {
      // What they skip comes now.
      const first = followsTime || latest === -Infinity
        ? local
        : latest + 60_000;
      for (let shown = first; shown <= local; shown += 60_000) {
        if (plain.match(new Date(shown))) due.add(time);
      }
    }
    latest = Math.max(latest, local);
  }
  return [...due].filter((time) => time >= from);
}

property(
  "cron does what its rules say on the days when clocks are set",
  fc.record({
    expression: fc.tuple(
      part(0, 59),
      fc.oneof(
        fc.constantFrom("*", "*/2", "1", "2", "1,2", "1-3", "0"),
        part(0, 5),
      ),
    ).map(([minute, hour]) => `${minute} ${hour} * * *`),
    change: fc.constantFrom(...CHANGES),
  }),
  ({ expression, change: [zone, at] }) => {
    const from = Date.parse(at) - DAY;
    const to = Date.parse(at) + DAY;
    const found: number[] = [];
    for (
      let time = from - 1;
      (time = cronOf(expression, zone).next(time)!) < to;
    ) {
      found.push(time);
    }
    const expected = dueMinutes(expression, zone, from, to);
    const shown = (all: number[]) =>
      all.map((time) => new Date(time).toISOString());
    assert.deepEqual(shown(found), shown(expected));
  },
  100,
);
