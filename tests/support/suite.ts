import { after, test } from "node:test";
import {
  type Runtime,
  type Server,
  start,
  type StartOptions,
  type Target,
} from "../targets/targets.ts";
import { startHop } from "../targets/hop.ts";
import type { ServerOutput } from "../targets/target.ts";
import { TestClient } from "./clients/client.ts";

/** What this run of the suite is about. */
export const target = (process.env.ROAM_TARGET ?? "deno") as Target;
/** The runtime that the servers are on; what is in memory is on that of the tests. */
export const runtime: Runtime = target === "memory"
  ? "deno"
  : target.replace("+1 hop", "") as Runtime;
/** Whether clients are connected to another process than the one that has the instances. */
export const hops = target.endsWith("+1 hop");

/** The classes of the fixture, which are Durable Objects on Workers. */
export const classes = [
  "HooksAgent",
  "CommandAgent",
  "EchoAgent",
  "AIAssistant",
  "SerialAgent",
  "OldErrorsAgent",
  "CallsAgent",
  "StreamsAgent",
  "SerialCallsAgent",
  "RingAgent",
  "SeedAgent",
  "StateAgent",
  "PlainStateAgent",
  "TwoHooksAgent",
  "OwnHooksAgent",
];

let count = 0;

/** A server of the suite's fixture, and what a test asks it. */
export class Suite {
  readonly server: Server<ServerOutput>;

  constructor(server: Server<ServerOutput>) {
    this.server = server;
  }

  /** A name that no other test has. */
  name(prefix = "test"): string {
    return `${prefix}-${count++}`;
  }

  url(path: string): string {
    return `http://${this.server.host}${path}`;
  }

  connect(
    path: string,
    headers?: Record<string, string>,
    protocols?: string[],
  ): TestClient {
    return new TestClient(
      `ws://${this.server.host}${path}`,
      headers,
      protocols,
    );
  }

  /** Connects and waits until the connection is accepted. */
  async open(
    path: string,
    headers?: Record<string, string>,
  ): Promise<TestClient> {
    const client = this.connect(path, headers);
    await client.opened;
    return client;
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(this.url(path), init);
  }

  /** Lets the `onStart` go on that waits in the `HooksAgent` of this name, by way of another one. */
  async release(name: string): Promise<void> {
    const response = await this.fetch(
      `/agents/hooks-agent/releaser?start=${name}`,
    );
    await response.body?.cancel();
  }

  /** The first note of this kind that says all of `facts`, which may leave some at the end out. */
  noted(kind: string, ...facts: unknown[]): Promise<unknown[]> {
    const wanted = JSON.stringify([kind, ...facts]).slice(0, -1);
    return this.server.process.until((line) => {
      if (!line.startsWith(`@@${wanted}`)) return undefined;
      return JSON.parse(line.slice(2)).slice(1);
    }, wanted);
  }

  /** The first event that has all these properties, or the one after so many that have them. */
  event(
    properties: Record<string, unknown>,
    after = 0,
  ): Promise<Record<string, unknown>> {
    let left = after;
    return this.server.process.until((line) => {
      const event = eventIn(line);
      if (!event || !matches(event, properties)) return undefined;
      return left-- === 0 ? event : undefined;
    }, `event ${after} ${JSON.stringify(properties)}`);
  }

  /** How many such events there have been. */
  events(properties: Record<string, unknown>): number {
    return this.server.process.lines.filter((line) => {
      const event = eventIn(line);
      return event !== undefined && matches(event, properties);
    }).length;
  }

  /** The first line of the log with all these texts in it. */
  logged(...texts: string[]): Promise<string> {
    return this.server.process.until(
      (line) => isLogged(line, texts) ? line : undefined,
      texts.join(", "),
    );
  }

  /** All such lines so far. */
  log(...texts: string[]): string[] {
    return this.server.process.lines.filter((line) => isLogged(line, texts));
  }

  /** The notes so far about an instance, in order: kind and facts after its name. */
  notes(name: string): unknown[][] {
    return this.server.process.lines
      .filter((line) => line.startsWith("@@["))
      .map((line) => JSON.parse(line.slice(2)))
      .filter(([, about]) => about === name)
      .map(([kind, , ...facts]) => [kind, ...facts]);
  }
}

/** Starts a server for the tests of one file: the suite's fixture, with one of its sets of options, or another one. What it exports are names, or classes by the names of their bindings. */
export async function suite(
  profile = "default",
  entry = "tests/fixtures/server.ts",
  exported: readonly string[] | Readonly<Record<string, string>> = classes,
  options: Partial<StartOptions> = {},
): Promise<Suite> {
  const objects = Array.isArray(exported)
    ? Object.fromEntries(exported.map((name) => [name, name]))
    : exported as Readonly<Record<string, string>>;
  const server = target === "memory"
    ? await (await import("../targets/memory.ts")).startInMemory(entry, profile)
    : await (hops ? startHop : start)(runtime, {
      ...options,
      entry,
      profile,
      objects,
    });
  after(() => server.stop());
  return new Suite(server);
}

/** A behaviour: its name and, where a runtime can't have it, why; `hop` where another process has the instances. */
export function behaviour(
  name: string,
  run: () => Promise<void>,
  skips: Partial<Record<Target | "hop", string>> = {},
): void {
  const isOnWire = target === "memory" && /\bRawClient\b/.test(`${run}`);
  const reason = skips[target] ?? skips[runtime] ??
    (hops ? skips.hop : undefined) ??
    (isOnWire ? "in memory nothing is on a wire" : undefined);
  if (reason !== undefined) {
    test(`${name} # SKIP ${reason}`, { skip: reason }, () => {});
  } else test(name, run);
}

/** workerd lets an object go that had nothing to do for about 10 seconds; nothing tells when. */
export function hibernated(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 11_500));
}

function isLogged(line: string, texts: readonly string[]): boolean {
  return !line.startsWith("@@") && texts.every((text) => line.includes(text));
}

function eventIn(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('@@["event",')) return undefined;
  return JSON.parse(line.slice(2))[1];
}

function matches(
  event: Record<string, unknown>,
  properties: Record<string, unknown>,
): boolean {
  return Object.entries(properties).every(([key, value]) =>
    event[key] === value
  );
}
