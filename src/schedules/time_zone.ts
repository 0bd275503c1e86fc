/** When the clocks of a zone are set. */
export interface ClockChange {
  /** The first millisecond of the new time. */
  readonly at: number;
  /** Milliseconds that local time was ahead of UTC. */
  readonly before: number;
  /** Milliseconds that it is from then on. */
  readonly after: number;
}

/** The clocks of a zone. */
export interface TimeZone {
  /** Milliseconds that local time is ahead of UTC. */
  offset(time: number): number;
  /** The change after `from` and up to `to`; `undefined` where the offset is the same at both. */
  change(from: number, to: number): ClockChange | undefined;
  /** When clocks show `local`: the first time, if they do so twice; when they skip it, the end of what they skip. */
  timeOf(local: number): number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** The zone of this IANA name. Throws a `RangeError` for what is none. */
export function timeZoneOf(name: string): TimeZone {
  if (name === "UTC") return UTC;
  const offset = offsetsOf(name);
  const change = (from: number, to: number): ClockChange | undefined => {
    const before = offset(from);
    if (before === offset(to)) return undefined;
    let [low, high] = [Math.floor(from), Math.ceil(to)];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offset(middle) === before) low = middle;
      else high = middle;
    }
    return { at: high, before, after: offset(high) };
  };
  return {
    offset,
    change,
    timeOf(local) {
      // No zone is a day ahead of UTC, or behind it.
      const found = change(local - DAY_MS, local + DAY_MS);
      if (found === undefined) return local - offset(local);
      const { at, before, after } = found;
      if (local - before < at) return local - before;
      return Math.max(at, local - after);
    },
  };
}

const UTC: TimeZone = {
  offset: () => 0,
  change: () => undefined,
  timeOf: (local) => local,
};

function offsetsOf(name: string): (time: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    throw new RangeError(`there is no time zone ${JSON.stringify(name)}`);
  }
  return (time) => {
    const second = Math.floor(time / 1000) * 1000;
    const shown = format.format(second).match(/\d+/g)!.map(Number);
    const [month, day, year, hour, minute, seconds] = shown;
    return Date.UTC(year, month - 1, day, hour, minute, seconds) - second;
  };
}
