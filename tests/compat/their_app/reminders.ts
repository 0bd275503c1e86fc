import assert from "node:assert/strict";
import type { App } from "./check.ts";
import { PATIENCE_MS } from "../../support/patience.ts";

export type Entry = Record<string, unknown>;

/** An agent that is told what to do later. */
export class Reminders {
  #app: App;
  #path: string;

  constructor(app: App, name: string) {
    this.#app = app;
    this.#path = `/agents/reminders/${name}`;
  }

  /** Has it call methods, one after another, and returns what they return. */
  async tell(
    ...commands: [method: string, ...args: unknown[]][]
    // deno-lint-ignore no-explicit-any -- of many kinds
  ): Promise<any[]> {
    const [status, results] = await this.#app.fetch(this.#path, {
      method: "POST",
      body: JSON.stringify(commands),
    });
    assert.equal(status, 200, JSON.stringify(results));
    // deno-lint-ignore no-explicit-any -- the same
    return results as any[];
  }

  /** What it has done, when there are so many entries. */
  async log(count: number): Promise<Entry[]> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const [, log] = await this.#app.fetch(this.#path);
      const entries = log as Entry[];
      if (entries.length >= count) return entries;
      if (Date.now() > end) {
        throw new Error(`${count} entries are awaited: ${JSON.stringify(log)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** What a schedule shows, without what differs each time: `in` are the seconds from `now`, rounded to ten. */
export function shown(schedule: Entry | null, now: number): unknown {
  if (schedule === null || "error" in schedule) return schedule;
  const { id, time, ...rest } = schedule;
  return {
    ...rest,
    id: typeof id,
    in: Math.round((Number(time) - now) / 10) * 10,
  };
}
