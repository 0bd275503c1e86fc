import { type CronFields, parseCron } from "./cron_fields.ts";
import { type TimeZone, timeZoneOf } from "./time_zone.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** The 29th of February comes again within 8 years. */
const MAX_DAYS = 9 * 366;

/** When an expression is due. */
export interface Cron {
  /** The first time after `after`, both in milliseconds since 1970; `undefined` when there is none. */
  next(after: number): number | undefined;
}

/** Expressions that were read before; most apps have a handful. */
const known = new Map<string, Cron>();
const MAX_KNOWN = 100;

/**
 * Reads a cron expression, whose times are those of `timeZone`. Throws an
 * `Error` for what is none.
 *
 * A time that the zone skips when its clocks are set forward comes at the end
 * of what is skipped. A time that comes twice when they are set back comes
 * once, the first time; but what is due every hour, or every so many, follows
 * the time that passes.
 */
export function cronOf(expression: string, timeZone = "UTC"): Cron {
  const key = `${timeZone}\n${expression}`;
  let cron = known.get(key);
  if (cron === undefined) {
    const fields = parseCron(expression);
    const zone = timeZoneOf(timeZone);
    const next = fields.everyHour ? nextOfPassing : nextOfDay;
    cron = { next: (after) => next(fields, zone, Math.floor(after)) };
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, cron);
  }
  return cron;
}

/** For times of the day. */
function nextOfDay(
  fields: CronFields,
  zone: TimeZone,
  after: number,
): number | undefined {
  const offset = zone.offset(after);
  let local: number | undefined = after + offset;
  // What comes for the second time has been.
  const change = zone.change(after - DAY_MS, after);
  if (change !== undefined && change.before > change.after) {
    local = Math.max(local, change.at + change.before - 1);
  }
  for (;;) {
    local = nextLocal(fields, local);
    if (local === undefined) return undefined;
    const time = zone.timeOf(local);
    if (time > after) return time;
  }
}

/** For what follows the time that passes. */
function nextOfPassing(
  fields: CronFields,
  zone: TimeZone,
  after: number,
): number | undefined {
  let offset = zone.offset(after);
  let from = after;
  for (;;) {
    const local = nextLocal(fields, after + offset);
    if (local === undefined) return undefined;
    const time = local - offset;
    if (zone.offset(time) === offset) return time;
    // From the change on the clocks show something else.
    const change = zone.change(from, time)!;
    from = change.at;
    after = from - 1;
    offset = change.after;
  }
}

/** The next time that the fields allow, as a clock shows it, in milliseconds as if it were UTC. */
function nextLocal(
  { seconds, minutes, hours, days, months, weekdays, eitherDay }: CronFields,
  after: number,
): number | undefined {
  const start = Math.floor(after / 1000) * 1000 + 1000;
  let day = Math.floor(start / DAY_MS) * DAY_MS;
  const within = Math.round((start - day) / 1000);
  let time = firstFrom(within);
  for (let count = 0; count < MAX_DAYS; count++) {
    if (time !== undefined && isDay(day)) return day + time * 1000;
    day += DAY_MS;
    time = firstFrom(0);
  }
  return undefined;

  function isDay(ms: number): boolean {
    const date = new Date(ms);
    if (!months.has(date.getUTCMonth())) return false;
    const isDay = days.has(date.getUTCDate());
    const isWeekday = weekdays.has(date.getUTCDay());
    return eitherDay ? isDay || isWeekday : isDay && isWeekday;
  }

  /** The first second of a day that is allowed, `from` or later. */
  function firstFrom(from: number): number | undefined {
    const hour = Math.floor(from / 3600);
    const minute = Math.floor(from / 60) % 60;
    for (const h of hours) {
      if (h < hour) continue;
      for (const m of minutes) {
        if (h === hour && m < minute) continue;
        const isNow = h === hour && m === minute;
        const s = seconds.find((each) => !isNow || each >= from % 60);
        if (s !== undefined) return h * 3600 + m * 60 + s;
      }
    }
    return undefined;
  }
}
