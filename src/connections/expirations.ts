import type { HostServices } from "../runtime/host_services.ts";

/** Times are rounded up to this, so that few timers serve many. */
const STEP_MS = 250;
/** The clock on the wall is looked at so often while something waits, in case it is set. */
const MAX_SLEEP_MS = 60_000;

/** Something that ends at a time. */
export interface Expiring {
  /** That time has come. */
  timeUp(): void;
}

/**
 * Connections that end at a time on the clock on the wall: one timer for all
 * of a host; where a timer would keep it from hibernating, its alarm.
 */
export class Expirations {
  #host: HostServices;
  #due = new Map<number, Set<Expiring>>();
  #armed = Infinity;
  #cancel: (() => void) | undefined;

  constructor(host: HostServices) {
    this.#host = host;
  }

  /** Has `item` expire at `time`, in milliseconds since 1970, and never before. */
  add(item: Expiring, time: number): void {
    const due = stepOf(time);
    const items = this.#due.get(due);
    if (items !== undefined) items.add(item);
    else this.#due.set(due, new Set([item]));
    if (due < this.#armed) this.#arm(due);
  }

  /** The same for what was added before the host left memory: its alarm is set. */
  restore(item: Expiring, time: number): void {
    if (this.#host.wakeAt === undefined) return this.add(item, time);
    const armed = Math.min(this.#armed, stepOf(time));
    this.#armed = 0;
    this.add(item, time);
    this.#armed = armed;
    this.#host.wakeAt(armed, true);
  }

  /** Takes back what was added with that time. */
  delete(item: Expiring, time: number): void {
    const due = stepOf(time);
    const items = this.#due.get(due);
    if (items?.delete(item) && items.size === 0) this.#due.delete(due);
    if (this.#due.size === 0) this.#arm(Infinity);
  }

  /** Expires what is due. */
  run(): void {
    const now = this.#host.wall();
    if (now < this.#armed) return;
    for (const [due, items] of [...this.#due]) {
      if (due > now) continue;
      this.#due.delete(due);
      for (const item of items) item.timeUp();
    }
    this.#arm(Math.min(Infinity, ...this.#due.keys()));
  }

  #arm(due: number): void {
    if (due === this.#armed && due === Infinity) return;
    this.#armed = due;
    const { wakeAt, after, wall } = this.#host;
    if (wakeAt !== undefined) return wakeAt(due);
    this.#cancel?.();
    this.#cancel = undefined;
    if (due === Infinity) return;
    const wait = Math.min(Math.max(0, due - wall()), MAX_SLEEP_MS);
    this.#cancel = after(wait, () => {
      this.#cancel = undefined;
      if (this.#host.wall() < due) this.#arm(due);
      else this.run();
    });
  }
}

/** Those of the host. */
export const expirations = (host: HostServices): Expirations =>
  new Expirations(host);

function stepOf(time: number): number {
  return Math.ceil(time / STEP_MS) * STEP_MS;
}

/** The milliseconds since 1970 that `date` means; `undefined` for never. Throws for what can't be meant. */
export function expiryOf(date: Date | number | null): number | undefined {
  if (date === null || date === Infinity) return undefined;
  const time = date instanceof Date ? date.getTime() : date;
  const what = "Cannot set when a connection expires:";
  if (typeof time !== "number" || Number.isNaN(time)) {
    throw new TypeError(
      `${what} it must be a Date, milliseconds since 1970, or null: received ${
        date instanceof Date ? "an invalid Date" : typeof date
      }`,
    );
  }
  // A clock that shows 1973 is not set.
  if (time > 1e8 && time < 1e11) {
    throw new RangeError(
      `${what} ${time} is in seconds, and milliseconds are needed: exp * 1000`,
    );
  }
  return time;
}
