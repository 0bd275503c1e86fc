import fc from "fast-check";
import assert from "node:assert/strict";
import { Caller } from "../support/clients/caller.ts";
import { pollutions } from "../support/random/pollutions.ts";
import { behaviour, suite } from "../support/suite.ts";
import { PATIENCE_MS } from "../support/patience.ts";

const server = await suite();
const seed = Number(process.env.ROAM_SEED) ||
  Math.floor(Math.random() * 2 ** 31);
console.log(`calls_fuzz: seed ${seed}`);

const FRAMES = 100_000;
const PART = 20_000;
const BATCH = 2000;

const methods = fc.oneof(
  fc.constantFrom(
    ...["add", "echo", "fail", "circle", "zod", "zodEach", "valibot", "count"],
    ...["push", "words", "later", "onMessage", "constructor", "__proto__"],
    ...["toString", "then", "", "methods", "current"],
  ),
  fc.string(),
);
const values = fc.oneof(
  { depthSize: "small" },
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    -0,
    1e308,
    2 ** 53,
    "\u0000",
    "\ud800",
    [],
    {},
    null,
  ),
);
const call = fc.record({
  type: fc.constant("rpc"),
  id: fc.oneof(fc.uuid(), fc.string(), fc.constantFrom("", "1", "2")),
  method: methods,
  args: fc.array(values, { maxLength: 40, size: "small" }),
});
const others = fc.oneof(
  fc.record({
    type: fc.constant("roam_cancel"),
    id: fc.oneof(fc.constantFrom("1", "2"), fc.string(), values),
  }),
  fc.record({ type: fc.constant("cf_agent_state"), state: values }),
  fc.record({
    type: fc.constantFrom("rpc", "roam_cancel", "roam_x"),
    id: values,
    method: values,
    args: values,
  }, { requiredKeys: [] }),
);
const evil = fc.constantFrom(
  '{"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  '{"\\u005f_proto__":{"polluted":1}}',
  '[[[{"a":{"__proto__":null}}]]]',
  "[".repeat(5000) + "]".repeat(5000),
);
const frames = fc.oneof(
  { weight: 6, arbitrary: call.map((frame) => JSON.stringify(frame)) },
  { weight: 2, arbitrary: others.map((frame) => JSON.stringify(frame)) },
  {
    weight: 1,
    arbitrary: fc.tuple(methods, evil).map(([method, args]) =>
      `{"args":[${args}],"id":"e","method":${
        JSON.stringify(method)
      },"type":"rpc"}`
    ),
  },
);
/** Cut, doubled, overwritten: what a broken client could send. */
const mutated = fc.tuple(frames, fc.nat(), fc.nat(5), fc.nat(255)).map(
  ([text, where, how, byte]) => {
    const at = where % (text.length + 1);
    switch (how) {
      case 0:
        return text.slice(0, at);
      case 1:
        return text.slice(0, at) + String.fromCharCode(byte) + text.slice(at);
      case 2:
        return text.slice(0, at) + text.slice(at + 1);
      case 3:
        return text.slice(0, at) + text;
      case 4:
        return new TextEncoder().encode(text);
    }
    return text.slice(0, at) + String.fromCharCode(byte) + text.slice(at + 1);
  },
);
const anything = fc.oneof(
  {
    weight: 2,
    arbitrary: frames as fc.Arbitrary<string | Uint8Array<ArrayBuffer>>,
  },
  {
    weight: 1,
    arbitrary: mutated as fc.Arbitrary<string | Uint8Array<ArrayBuffer>>,
  },
);

// In parts, none of which takes so long that it looks like one that hangs.
for (let first = 0; first < FRAMES; first += PART) {
  behaviour(
    `odd frames ${first} to ${
      first + PART
    }: nothing crashes, hangs, or is left behind`,
    async () => {
      for (let sent = first; sent < first + PART; sent += BATCH) {
        await sendOdd(sent / BATCH);
      }
      assert.deepEqual(
        server.server.process.lines.filter((line) =>
          line.startsWith('@@["unhandled"')
        ),
        [],
      );
      assert.ok(server.server.process.isAlive);
    },
  );
}

/** Sends a batch over a connection of its own, which still works afterwards. */
async function sendOdd(batch: number): Promise<void> {
  const agent = batch % 2 === 0 ? "calls-agent" : "streams-agent";
  const caller = await Caller.open(server, `/agents/${agent}/fuzzed`);
  // Made once, sent twice: as many frames, in half the time.
  const made = fc.sample(anything, { seed: seed + batch, numRuns: BATCH / 2 });
  for (const frame of [...made, ...made.reverse()]) caller.client.send(frame);
  const probe = caller.start("pollution", [], "probe");
  const answer = await Promise.race([
    probe.done,
    caller.client.closed.then(({ code }) => `closed ${code}`),
    new Promise((resolve) =>
      setTimeout(resolve, PATIENCE_MS, "no answer").unref?.()
    ),
  ]);
  assert.deepEqual(answer, {
    done: true,
    id: "probe",
    result: [[], null],
    success: true,
    type: "rpc",
  }, `seed ${seed}, batch ${batch}`);
  await caller.close();
}

/** Every name that any object of the instance inherits, and odd ones. */
function oddNames(): string[] {
  const inherited = [Object, Function, Array, Promise, Map, Error]
    .flatMap((made) => [made, made.prototype])
    .flatMap((holder) => Object.getOwnPropertyNames(holder));
  const hooks = ["onStart", "onConnect", "onMessage", "onClose", "onError"]
    .concat(["onRequest", "getConnectionTags", "getConnection", "broadcast"])
    .concat(["getConnections", "getCallableMethods", "ctx", "env", "name"])
    .concat(["shouldSendProtocolMessages", "then", "toJSON", "state"])
    .concat(["setState", "#ran", "sideEffect", "field", "notListed", "0"]);
  return [
    ...new Set([
      ...inherited,
      ...hooks,
      ...fc.sample(fc.string(), { seed, numRuns: 2000 }),
    ]),
  ];
}

behaviour("names that are not declared run nothing", async () => {
  const name = server.name("calls");
  const caller = await Caller.open(server, `/agents/calls-agent/${name}`);
  const declared = new Set(
    ((await caller.call("methods")).result as [string][]).map(([name]) => name),
  );
  const names = oddNames().filter((name) => !declared.has(name));
  assert.ok(names.length > 1000);
  for (const method of names) {
    const { success, code, error } = await caller.call(method, 1);
    assert.equal(success, false);
    const what = code === "NOT_CALLABLE" ? "is not callable" : "does not exist";
    assert.equal(error, `Method ${method} ${what}`);
  }
  assert.equal((await caller.call("ran")).result, 0);
  assert.deepEqual(server.notes(name), []);
  await caller.close();
});

behaviour(
  `${pollutions.length} calls that could change what objects inherit are refused`,
  async () => {
    const caller = await Caller.open(
      server,
      `/agents/calls-agent/${server.name("calls")}`,
    );
    for (const payload of pollutions) {
      for (
        const frame of [
          `{"args":[${payload}],"id":"p","method":"echo","type":"rpc"}`,
          `{"extra":${payload},"args":[],"id":"p","method":"echo","type":"rpc"}`,
        ]
      ) {
        const call = caller.expect("p");
        caller.client.send(frame);
        assert.equal((await call.done).code, "INVALID_ARGUMENT", frame);
      }
    }
    assert.deepEqual((await caller.call("pollution")).result, [[], null]);
    await caller.close();
  },
);

behaviour("words that only look like those keys pass", async () => {
  const caller = await Caller.open(
    server,
    `/agents/calls-agent/${server.name("calls")}`,
  );
  const args: unknown[] = [
    "__proto__",
    { constructor: 1, a: "constructor" },
    { constructor: { name: 1 } },
    { prototype: {} },
    { proto: "\u0000" },
  ];
  assert.deepEqual((await caller.call("echo", ...args)).result, args);
  await caller.close();
});
