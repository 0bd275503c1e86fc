import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClientFrame } from "../../src/protocol/frames.ts";
import type { Part } from "../../src/runtime/part.ts";
import { Parts, PartTable } from "../../src/runtime/parts.ts";

/** What was told, in order. */
type Log = string[];

class Note implements Part<string> {
  protected readonly log: Log;

  constructor(log: Log) {
    this.log = log;
    this.tell("made");
  }

  greet(client: string): void {
    this.tell(`greet ${client}`);
  }
  frame(client: string, { type }: ClientFrame, text: string): void {
    this.tell(`${type} of ${client}: ${text}`);
  }
  closed(client: string): void {
    this.tell(`closed ${client}`);
  }
  evict(why: string): void {
    this.tell(`evict: ${why}`);
  }
  destroy(): void {
    this.tell("destroy");
  }

  protected tell(what: string): void {
    this.log.push(`${this.constructor.name} ${what}`);
  }
}

class StatePart extends Note {
  static readonly frames = ["cf_agent_state"] as const;
  start(): void {
    this.tell("start");
  }
}

class CallsPart extends Note {
  static readonly frames = ["rpc", "roam_cancel"] as const;
}

class Slow extends Note {
  async start(): Promise<void> {
    this.tell("start");
    await Promise.resolve();
    this.tell("started");
  }
}

/** Wants to know of nothing. */
class Quiet implements Part {}

function open(...types: ConstructorParameters<typeof PartTable<Log>>[0]) {
  const log: Log = [];
  return { log, parts: new Parts<Log, string>(log, new PartTable(types)) };
}

test("a part is made when it is first asked for, once, and hears nothing before", () => {
  const { log, parts } = open(StatePart, CallsPart, Quiet);
  parts.greet("a");
  parts.closed("a");
  assert.deepEqual(log, []);
  const calls = parts.get(CallsPart);
  assert.equal(parts.get(CallsPart), calls);
  assert.ok(parts.get(Quiet) instanceof Quiet);
  assert.deepEqual(log, ["CallsPart made"]);
});

test("frames go to the part that wants them, which is made for the first one", () => {
  const { log, parts } = open(StatePart, CallsPart);
  parts.frame("a", { type: "roam_cancel", id: "1" }, "one");
  parts.frame("b", { type: "cf_agent_state", state: 1 }, "two");
  assert.deepEqual(log, [
    "CallsPart made",
    "CallsPart roam_cancel of a: one",
    "StatePart made",
    "StatePart cf_agent_state of b: two",
  ]);
});

test("two parts that want the same frames can't be listed", () => {
  assert.throws(
    () => new PartTable([StatePart, CallsPart, class extends StatePart {}]),
    new TypeError('Cannot list parts: two want frames "cf_agent_state"'),
  );
});

test("start() makes those that take part in it, and starts one after the other", async () => {
  const { log, parts } = open(CallsPart, Slow, StatePart);
  const done = parts.start();
  assert.deepEqual(log, ["Slow made", "Slow start"]);
  await done;
  assert.deepEqual(log.slice(2), [
    "Slow started",
    "StatePart made",
    "StatePart start",
  ]);
});

test("start() makes no part that is not for this instance", () => {
  class Picky extends Note {
    static isFor(log: Log): boolean {
      return log.length > 0;
    }
    start(): void {
      this.tell("start");
    }
  }
  const { log, parts } = open(Picky, StatePart);
  parts.start();
  assert.deepEqual(log, ["StatePart made", "StatePart start"]);
  parts.start();
  assert.deepEqual(log.slice(2), [
    "Picky made",
    "Picky start",
    "StatePart start",
  ]);
});

test("start() that waits for nothing is no promise, and throws what a part throws", () => {
  assert.equal(open(StatePart, CallsPart).parts.start(), undefined);
  class Broken extends StatePart {
    override start(): void {
      throw new Error("damaged");
    }
  }
  assert.throws(() => open(Broken).parts.start(), /damaged/);
});

test("what happens is told to all parts that are there, in the order they were made", () => {
  const { log, parts } = open(StatePart, CallsPart, Quiet);
  for (const type of [StatePart, Quiet, CallsPart]) parts.get(type);
  log.length = 0;
  parts.greet("a");
  parts.closed("a");
  parts.evict("it is time");
  parts.destroy();
  const both = (what: string) => [`StatePart ${what}`, `CallsPart ${what}`];
  assert.deepEqual(
    log,
    ["greet a", "closed a", "evict: it is time", "destroy"].flatMap(both),
  );
});

test("a part that is made too late is evicted at once, for the first reason", () => {
  const { log, parts } = open(StatePart, CallsPart);
  parts.evict("destroyed");
  parts.evict("left memory");
  parts.get(CallsPart);
  assert.deepEqual(log, ["CallsPart made", "CallsPart evict: destroyed"]);
});
