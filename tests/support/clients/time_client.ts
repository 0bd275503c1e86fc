import { type Suite, suite } from "../suite.ts";

/** The classes of the fixture. */
export const timeClasses = [
  "TimeAgent",
  "ParallelAgent",
  "SerialTimeAgent",
  "ImpatientAgent",
  "AlarmAgent",
  "PilingAgent",
  "HastyAgent",
];

/** How a method was called. */
export interface Ring {
  readonly payload: unknown;
  readonly job: Record<string, unknown>;
  readonly keys: string[];
  readonly now: number;
  readonly current: unknown[];
}

/** An agent of the fixture with schedules, on the server that a test runs. */
export class TimedAgent {
  readonly agent: string;
  readonly name: string;
  #suite: Suite;

  constructor(suite: Suite, agent: string, name: string) {
    this.#suite = suite;
    this.agent = agent;
    this.name = name;
  }

  /** Calls one of its own methods. */
  // deno-lint-ignore no-explicit-any -- what it returns is of many kinds
  async call(method: string, ...args: unknown[]): Promise<any> {
    const path = `/call/${this.agent}/${
      encodeURIComponent(this.name)
    }/${method}`;
    const body = JSON.stringify(args);
    const response = await this.#suite.fetch(path, { method: "POST", body });
    const { result, error } = await response.json();
    if (error !== undefined) throw new Error(error);
    return result;
  }

  /** Calls any methods, one after another. */
  // deno-lint-ignore no-explicit-any -- the same
  obey(commands: [method: string, ...args: unknown[]][]): Promise<any> {
    return this.call("obey", commands);
  }

  /** Calls a method that is inherited from `Agent`. */
  // deno-lint-ignore no-explicit-any -- the same
  api(method: string, ...args: unknown[]): Promise<any> {
    return this.obey([[method, ...args]]);
  }

  /** How `ring` was called: for the first time, or so many times later; with this payload, if one is given. */
  async rung(payload?: unknown, later = 0): Promise<Ring> {
    let left = later;
    return await this.#suite.server.process.until((line) => {
      if (!line.startsWith("@@[")) return undefined;
      const [kind, name, found, ring] = JSON.parse(line.slice(2));
      if (kind !== "ring" || name !== this.name) return undefined;
      if (payload !== undefined && found !== payload) return undefined;
      return left-- === 0 ? { ...ring, payload: found } : undefined;
    }, `ring ${this.name} ${payload ?? ""}`);
  }

  /** The first note of this kind about it that says these facts. */
  noted(kind: string, ...facts: unknown[]): Promise<unknown[]> {
    return this.#suite.noted(kind, this.name, ...facts);
  }

  /** The notes of this kind about it. */
  notes(kind: string): unknown[][] {
    return this.#suite.notes(this.name).filter(([found]) => found === kind);
  }
}

/** The suite of the fixture with schedules. */
export class TimeSuite {
  readonly suite: Suite;

  constructor(suite: Suite) {
    this.suite = suite;
  }

  agent(agent: string, prefix = "time"): TimedAgent {
    return new TimedAgent(this.suite, agent, this.suite.name(prefix));
  }

  noted(kind: string, ...facts: unknown[]): Promise<unknown[]> {
    return this.suite.noted(kind, ...facts);
  }

  event(properties: Record<string, unknown>): Promise<Record<string, unknown>> {
    return this.suite.event(properties);
  }

  notes(name: string): unknown[][] {
    return this.suite.notes(name);
  }

  /** The events of this type so far. */
  told(type: string): Record<string, unknown>[] {
    return this.suite.server.process.lines
      .filter((line) => line.startsWith('@@["event",'))
      .map((line) => JSON.parse(line.slice(2))[1])
      .filter((event) => event.type === type);
  }

  /** The event of a job that has these properties and comes after so many others that do. */
  nth(properties: Record<string, unknown>, before: number) {
    return this.suite.event({ type: "schedule", ...properties }, before);
  }
}

/** Starts the server of the fixture. */
export async function timeSuite(
  profile?: string,
  options: { store?: string } = {},
): Promise<TimeSuite> {
  const entry = "tests/fixtures/time_server.ts";
  return new TimeSuite(await suite(profile, entry, timeClasses, options));
}
