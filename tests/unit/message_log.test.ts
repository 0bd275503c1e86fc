import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Agent, createHost } from "../../mod.ts";
import { MemoryStorage } from "../../src/durability/memory_storage.ts";
import { mergeWrites } from "../../src/durability/merge_writes.ts";
import { MessageLog } from "../../src/log/message_log.ts";
import type { LogOptions } from "../../src/log/options.ts";
import type { LogClient, LogOwner } from "../../src/log/owner.ts";
import type { Storage, Write } from "../../src/ports/storage.ts";
import { parseCursor } from "../../src/protocol/log_frames.ts";
import { HostServices } from "../../src/runtime/host_services.ts";
import { seedOf } from "../support/random/seed.ts";

const address = { agent: "Room", name: "a" };
const encoder = new TextEncoder();

/** How the storage answers: at once, later, or as a Durable Object's. */
type Kind = "sync" | "later" | "gated";

/** An instance with a log, whose clock, commits and ends a test has in its hands. */
class World {
  wall = 1_000_000;
  log: MessageLog;
  readonly #memory = new MemoryStorage();
  readonly #rules: LogOptions;
  readonly #logBytes: number;
  readonly #kind: Kind;
  #pending: Write | undefined;

  constructor(kind: Kind, rules: LogOptions, logBytes = 1000) {
    this.#kind = kind;
    this.#rules = rules;
    this.#logBytes = logBytes;
    this.log = this.#make();
  }

  async start(): Promise<this> {
    await this.log.start();
    return this;
  }

  commit(): void {
    if (this.#pending) this.#memory.commit([this.#pending]);
    this.#pending = undefined;
  }

  /** The process ends; what was not stored is gone. */
  async restart(): Promise<void> {
    this.#pending = undefined;
    this.log = this.#make();
    await this.start();
  }

  /** Offsets after that one, or `undefined`. */
  after(offset?: number): number[] | undefined {
    const found = offset === undefined
      ? this.log.history(undefined)
      : this.log.history(`${this.epoch}:${offset}`);
    return found?.map(({ cursor }) => parseCursor(cursor)!.offset);
  }

  get epoch(): string {
    const [newest] = this.log.history(undefined)!.slice(-1);
    return newest ? newest.cursor.split(":")[0] : "";
  }

  #make(): MessageLog {
    const memory = this.#memory;
    const later = this.#kind === "later";
    const storage: Storage = {
      gated: this.#kind === "gated",
      load: () => undefined,
      commit: () => {},
      logHead: (of) => {
        const head = memory.logHead(of);
        return later ? Promise.resolve(head) : head;
      },
      history: (of, after) => {
        const found = memory.history(of, after);
        return later ? Promise.resolve(found) : found;
      },
      close: () => {},
    };
    const pending = () => this.#pending;
    const owner: LogOwner = {
      address,
      hasLog: true,
      kind: { agentClass: { options: { log: this.#rules } } },
      host: new HostServices({
        limits: { logBytes: this.#logBytes },
        clock: {
          now: () => 0,
          wall: () => this.wall,
          every: () => () => {},
        },
      }),
      storage,
      get outbox() {
        return pending();
      },
      writes: {
        saveLog: (log) => {
          if (this.#kind === "gated") memory.commit([{ address, log }]);
          else this.#pending = mergeWrites(this.#pending, { address, log });
        },
      },
      connections: { link: () => undefined, links: () => [] },
    };
    return new MessageLog(owner);
  }
}

const KINDS: readonly Kind[] = ["sync", "later", "gated"];

for (const kind of KINDS) {
  test(`a log has the newest messages only (${kind})`, async () => {
    const world = await new World(kind, { messages: 3 }).start();
    for (let at = 1; at <= 5; at++) world.log.append(`${at}`, undefined);
    for (let round = 0; round < 2; round++) {
      assert.deepEqual(world.after(), [3, 4, 5]);
      assert.deepEqual(world.after(2), [3, 4, 5]);
      assert.equal(world.after(1), undefined);
      assert.equal(world.after(0), undefined);
      world.commit();
      await world.restart();
    }
  });

  test(`a message is in the log for its time, and the newest place is known for ever (${kind})`, async () => {
    const world = await new World(kind, { ms: 1000 }).start();
    world.log.append("1", undefined);
    world.commit();
    world.wall += 600;
    world.log.append("2", undefined);
    world.commit();
    world.wall += 400;
    assert.deepEqual(world.after(), [1, 2]);
    const { epoch } = world;
    world.wall += 1;
    assert.deepEqual(world.after(), [2]);
    assert.equal(world.after(0), undefined);
    world.wall += 1_000_000;
    await world.restart();
    assert.deepEqual(world.log.history(undefined), []);
    assert.deepEqual(world.log.history(`${epoch}:2`), []);
    assert.equal(world.log.history(`${epoch}:1`), undefined);
    world.log.append("3", undefined);
    assert.deepEqual(world.after(2), [3]);
  });

  test(`a clock that is set back keeps messages no longer than the bound on their number (${kind})`, async () => {
    const world = await new World(kind, { ms: 1000, messages: 4 }).start();
    world.log.append("1", undefined);
    world.wall -= 500_000;
    for (let at = 2; at <= 4; at++) world.log.append(`${at}`, undefined);
    assert.deepEqual(world.after(0), [1, 2, 3, 4]);
    const times = world.log.history(undefined)!.map(({ at }) => at);
    assert.deepEqual(times, Array(4).fill(1_000_000));
    world.log.append("5", undefined);
    assert.deepEqual(world.after(), [2, 3, 4, 5]);
  });

  test(`a message goes when logBytes have come after it (${kind})`, async () => {
    const world = await new World(kind, {}, 10).start();
    world.log.append("12345", undefined);
    world.log.append("é789", undefined);
    assert.deepEqual(world.after(), [1, 2]);
    // The ids that are kept with it count.
    world.log.append("1", ["abcd"]);
    assert.deepEqual(world.after(), [2, 3]);
    world.log.append(new Uint8Array(10), undefined);
    assert.deepEqual(world.after(), [4]);
    assert.throws(
      () => world.log.append("12345678901", undefined),
      /^RangeError: Cannot broadcast: limits.logBytes lets the log have 10 bytes: received 11$/,
    );
    assert.deepEqual(world.after(), [4]);
  });

  test(`what was not stored is gone with the process, and its places are taken anew (${kind})`, async () => {
    const world = await new World(kind, {}).start();
    world.log.append("1", undefined);
    world.commit();
    world.log.append("2", undefined);
    assert.deepEqual(world.after(), [1, 2]);
    await world.restart();
    assert.deepEqual(world.after(), kind === "gated" ? [1, 2] : [1]);
  });
}

/** What a world does. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ append: fc.nat(400) }) },
  { weight: 3, arbitrary: fc.constant("commit" as const) },
  { weight: 1, arbitrary: fc.constant("restart" as const) },
  {
    weight: 2,
    arbitrary: fc.record({ wait: fc.integer({ min: -50, max: 300 }) }),
  },
);

for (const kind of KINDS) {
  test(`whatever happens, a reader gets all that came after its cursor, or nothing (${kind})`, async () => {
    const rules = fc.record({
      messages: fc.integer({ min: 1, max: 12 }),
      ms: fc.integer({ min: 1, max: 1000 }),
    });
    await fc.assert(
      fc.asyncProperty(rules, fc.array(step, { maxLength: 40 }), async (
        { messages, ms },
        steps,
      ) => {
        const world = await new World(kind, { messages, ms }).start();
        let all: { at: number; size: number }[] = [];
        let stored = 0;
        let epoch = "";
        for (const each of steps) {
          if (each === "commit") {
            world.commit();
            stored = all.length;
          } else if (each === "restart") {
            await world.restart();
            if (kind !== "gated") all = all.slice(0, stored);
          } else if ("wait" in each) world.wall += each.wait;
          else {
            const size = Math.max(1, each.append);
            const at = Math.max(all.at(-1)?.at ?? 0, world.wall);
            world.log.append("x".repeat(each.append), undefined);
            all.push({ at, size });
            epoch = world.epoch;
          }
          const now = Math.max(all.at(-1)?.at ?? 0, world.wall);
          // The last of those that are gone.
          let gone = Math.max(0, all.length - messages);
          let behind = 0;
          for (let place = all.length; place > gone; place--) {
            const { at, size } = all[place - 1];
            if (at < now - ms || behind >= 1000) gone = place;
            behind += size;
          }
          for (let from = 0; from <= all.length; from++) {
            const found = world.log.history(`${epoch}:${from}`);
            const expected = from < gone
              ? undefined
              : all.slice(from).map((_, at) => `${epoch}:${from + at + 1}`);
            // A log that was never stored has no epoch any more.
            if (all.length === 0 && epoch !== "") continue;
            assert.deepEqual(found?.map(({ cursor }) => cursor), expected);
          }
        }
      }),
      { seed: seedOf(`log (${kind})`), numRuns: 1000 },
    );
  });
}

test("startOf() knows no cursor that is none, and whatever stands in a query is no error", async () => {
  const world = await new World("sync", {}).start();
  world.log.append("1", undefined);
  const { epoch } = world;
  const start = (asked: string) => {
    const client: LogClient = {
      id: "c",
      uri: `ws://host/agents/room/a?_roam=1&_log=${asked}`,
      wishedId: undefined,
      extended: true,
      logOffset: undefined,
      send() {},
      write() {},
      cut() {},
    };
    return world.log.startOf(client);
  };
  // Opened before the log was loaded, when there was nothing in it.
  assert.deepEqual(start(":0"), {
    cursor: `${epoch}:0`,
    gap: undefined,
    missed: [],
  });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.string().map((text) => `${epoch}:${text}`),
        fc.string().map((text) => `${epoch}%3A${text}`),
        fc.integer().map((offset) => `${epoch}:${offset}`),
        fc.bigInt().map((offset) => `${epoch}:${offset}`),
      ).filter((asked) => !/^$|[&#]/.test(asked)),
      (asked) => {
        const { cursor, gap, missed } = start(asked);
        assert.deepEqual(missed, []);
        assert.equal(cursor, `${epoch}:0`);
        const offset = /^(.*?)(?::|%3A)0{1,16}$/i.exec(asked);
        const isKnown = offset !== null && ["", epoch].includes(offset[1]);
        assert.equal(gap, isKnown ? undefined : "unknown cursor");
      },
    ),
    { seed: seedOf("cursors"), numRuns: 3000 },
  );
});

test("a class with options.log that can't be meant is refused", () => {
  const refused: [unknown, RegExp][] = [
    [true, /it must be \{ messages, ms \}: received true$/],
    [{ messages: 0 }, /messages must be a whole number, at least 1/],
    [{ messages: 1.5 }, /messages must be a whole number/],
    [{ ms: -1 }, /ms must be a whole number of milliseconds, at least 1/],
    [{ ms: Infinity }, /ms must be a whole number/],
    [{ message: 1 }, /it has messages and ms only/],
  ];
  for (const [log, message] of refused) {
    class Room extends Agent {
      static override options = { log: log as LogOptions };
    }
    assert.throws(
      () => createHost({ Room }, {}, { upgrade: () => undefined }),
      (error: Error) =>
        error instanceof TypeError && message.test(error.message) &&
        error.message.startsWith(
          'Cannot serve agent "Room": static options.log',
        ),
    );
  }
});

test("a class with a log does not start where the storage keeps none, and one without does", async () => {
  class Room extends Agent {
    static override options = { log: {} };
    hello() {
      return "hello";
    }
  }
  class Plain extends Agent {
    hello() {
      return "hello";
    }
    override onError() {}
  }
  const errors: string[] = [];
  class Watched extends Room {
    override onError(_: unknown, error: unknown) {
      errors.push((error as Error).message);
    }
  }
  const storage: Storage = {
    load: () => undefined,
    commit: () => {},
    close: () => {},
  };
  const host = createHost({ Watched, Plain }, { storage }, {
    upgrade: () => undefined,
  });
  await assert.rejects(host.getAgent<Watched>("Watched", "a").hello());
  assert.deepEqual(errors, [
    "Cannot start Watched: static options.log needs a storage that keeps logs, and the host's keeps none",
  ]);
  assert.equal(await host.getAgent<Plain>("Plain", "a").hello(), "hello");
  await host.close();
});

test("messages of a log are the bytes that they were, whatever is done to the buffer", async () => {
  const world = await new World("sync", {}).start();
  const bytes = encoder.encode("before");
  world.log.append(bytes, undefined);
  bytes.set(encoder.encode("after!"));
  const [item] = world.log.history(undefined)!;
  assert.equal(item.type, "message");
  if (item.type !== "message") return;
  assert.deepEqual(
    new Uint8Array(item.message as ArrayBuffer),
    encoder.encode("before"),
  );
});
