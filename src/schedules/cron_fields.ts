/** What a cron expression allows, each as the numbers of one field. */
export interface CronFields {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: ReadonlySet<number>;
  /** From 0. */
  readonly months: ReadonlySet<number>;
  /** From Sunday, 0. */
  readonly weekdays: ReadonlySet<number>;
  /** Days and weekdays are both limited: one of them is enough. */
  readonly eitherDay: boolean;
  /** It says nothing about hours, every one, or every so many: it follows the time that passes. */
  readonly everyHour: boolean;
}

const NICKNAMES: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
  "@minutely": "* * * * *",
};

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const WEEKDAYS = "sun mon tue wed thu fri sat".split(" ");

/** Reads an expression of five or six fields, or a nickname. Throws an `Error` that says which part is wrong. */
export function parseCron(expression: string): CronFields {
  const text = expression.trim().toLowerCase();
  const parts = (Object.hasOwn(NICKNAMES, text) ? NICKNAMES[text] : text)
    .split(/\s+/);
  if (parts.length === 5) parts.unshift("0");
  if (parts.length !== 6) {
    throw new Error(
      `it must have five fields, or six with seconds: received ${
        text === "" ? 0 : parts.length
      }`,
    );
  }
  const [seconds, minutes, hours, days, months, weekdays] = parts;
  const everyDay = field("day", days, 1, 31);
  const everyWeekday = field("weekday", weekdays, 0, 7, WEEKDAYS);
  if (everyWeekday.delete(7)) everyWeekday.add(0);
  const hoursOfDay = sorted(field("hour", hours, 0, 23));
  return {
    seconds: sorted(field("second", seconds, 0, 59)),
    minutes: sorted(field("minute", minutes, 0, 59)),
    hours: hoursOfDay,
    days: everyDay,
    months: shifted(field("month", months, 1, 12, MONTHS)),
    weekdays: everyWeekday,
    eitherDay: everyDay.size < 31 && everyWeekday.size < 7,
    everyHour: /^[*?]/.test(hours) || hoursOfDay.length === 24,
  };
}

/** The numbers that `text`, a list of values, ranges and steps, means. */
function field(
  what: string,
  text: string,
  min: number,
  max: number,
  names: readonly string[] = [],
): Set<number> {
  const found = new Set<number>();
  for (const part of text.split(",")) {
    const match = /^(?:([*?])|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
    if (match === null) throw wrong(what, part, min, max);
    const [, any, from, to, by] = match;
    const first = any ? min : number(from);
    // A single value with a step goes on to the end.
    const last = any || (by && to === undefined) ? max : number(to ?? from);
    const step = by === undefined ? 1 : Number(by);
    const isWithin = first >= min && last <= max && first <= last;
    if (!isWithin || step < 1 || step > max) throw wrong(what, part, min, max);
    for (let value = first; value <= last; value += step) found.add(value);
  }
  return found;

  function number(value: string): number {
    const name = names.indexOf(value);
    if (name >= 0) return name + min;
    return /^\d+$/.test(value) ? Number(value) : NaN;
  }
}

function wrong(what: string, part: string, min: number, max: number): Error {
  return new Error(`"${part}" is no ${what}, which is ${min} to ${max}`);
}

function sorted(values: ReadonlySet<number>): number[] {
  return [...values].sort((a, b) => a - b);
}

function shifted(values: ReadonlySet<number>): ReadonlySet<number> {
  return new Set([...values].map((value) => value - 1));
}
