import assert from "node:assert/strict";
import { Caller } from "../support/clients/caller.ts";
import { callsOf } from "../support/clients/calls_agent.ts";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite();
const calls = callsOf(server);

const results: [method: string, args: unknown[], result: string][] = [
  ["add", [1, 2], '"result":3,'],
  ["later", ["x"], '"result":"x",'],
  ["nothing", [], ""],
  ["nothingLater", [], ""],
  ["none", [], '"result":null,'],
  ["echo", [], '"result":[],'],
  [
    "echo",
    [{ a: [1, { b: null }] }, "\u2028"],
    `"result":${JSON.stringify([{ a: [1, { b: null }] }, "\u2028"])},`,
  ],
  ["thenable", [], '"result":"odd",'],
  ["inherited", [], '"result":"of the base",'],
  ["overridden", [], '"result":"of the subclass",'],
];
for (const [method, args, result] of results) {
  calls(
    `${method}(${JSON.stringify(args).slice(1, -1)}) is answered with exactly ${
      result || "no result"
    }`,
    async (caller) => {
      const call = caller.start(method, args, "7");
      await call.done;
      assert.deepEqual(call.texts, [
        `{"done":true,"id":"7",${result}"success":true,"type":"rpc"}`,
      ]);
    },
  );
}

calls(
  "a decorated method is callable, also by a subclass",
  async (caller, name) => {
    assert.equal((await caller.call("decorated")).result, `decorated ${name}`);
  },
);

calls("answers come when they are ready, in whatever order", async (caller) => {
  const slow = caller.start("later", ["slow", 1000], "slow");
  const fast = caller.start("add", [1, 1], "fast");
  await Promise.all([slow.done, fast.done]);
  assert.deepEqual(caller.log, ["fast", "slow"]);
});

calls("what a call broadcasts comes before its result", async (caller) => {
  const call = caller.start("tell", ["news"], "told");
  await call.done;
  assert.deepEqual(caller.log, ["news", "told"]);
});

calls(
  "a call whose id is empty or odd is answered under it",
  async (caller) => {
    for (const id of ["", '"}\u0000\ud800', "__proto__", "x".repeat(1000)]) {
      assert.equal((await caller.start("add", [1, 2], id).done).result, 3);
    }
  },
);

const failures: [
  method: string,
  args: unknown[],
  error: string,
  code: string,
][] = [
  ["missing", [], "Method missing does not exist", "NOT_FOUND"],
  ["notListed", [], "Method notListed is not callable", "NOT_CALLABLE"],
  ["closedAgain", [], "Method closedAgain is not callable", "NOT_CALLABLE"],
  ["sideEffect", [], "Method sideEffect does not exist", "NOT_FOUND"],
  ["field", [], "Method field does not exist", "NOT_FOUND"],
  ["secret", [], "Method secret does not exist", "NOT_FOUND"],
  ["fail", ["plain"], "it went wrong", "FAILED"],
  ["fail", ["reject"], "it went wrong later", "FAILED"],
  ["fail", ["code"], "no such file", "ENOENT"],
  ["fail", ["meant"], "nothing left", "SOLD_OUT"],
  ["fail", ["a text"], "Unknown error occurred", "FAILED"],
  ["fail", ["thrower"], "Unknown error occurred", "FAILED"],
  ["failOddly", [], "Unknown error occurred", "FAILED"],
  [
    "echo",
    Array(33).fill(0),
    "Too many arguments: at most 32: received 33",
    "INVALID_ARGUMENT",
  ],
];
for (const [method, args, error, code] of failures) {
  calls(
    `${method}(${
      JSON.stringify(args).slice(1, -1).slice(0, 20)
    }) fails with "${error}"`,
    async (caller) => {
      const call = caller.start(method, args, "8");
      await call.done;
      assert.deepEqual(call.texts, [
        `{"error":${
          JSON.stringify(error)
        },"id":"8","success":false,"type":"rpc","code":"${code}"}`,
      ]);
      // The connection and the instance live on.
      assert.equal((await caller.call("add", 1, 2)).result, 3);
    },
  );
}

behaviour(
  "a client without the extensions is told what failed, and not one key more",
  async () => {
    const path = `/agents/calls-agent/${server.name("calls")}`;
    const caller = new Caller(await server.open(path));
    const invalid: typeof failures = [["zod", [{}], "", "INVALID_ARGUMENT"]];
    for (const [method, args, error] of [...failures, ...invalid]) {
      const call = caller.start(method, args, "8");
      const answer = await call.done;
      if (error !== "") assert.equal(answer.error, error);
      const { error: told } = answer;
      assert.deepEqual(call.texts, [
        `{"error":${
          JSON.stringify(told)
        },"id":"8","success":false,"type":"rpc"}`,
      ]);
    }
    const waiting = caller.start("wait", ["gate"], "9");
    caller.cancel("9");
    await waiting.done;
    assert.deepEqual(waiting.texts, [
      '{"error":"Call cancelled","id":"9","success":false,"type":"rpc"}',
    ]);
    await caller.close();
  },
);

calls("32 arguments are not too many", async (caller) => {
  const args = Array.from({ length: 32 }, (_, at) => at);
  assert.deepEqual((await caller.call("echo", ...args)).result, args);
});

calls(
  "what a method throws goes to onError once, and what is meant for the client does not",
  async (caller, name) => {
    await caller.call("fail", "meant");
    await caller.call("fail", "plain");
    await caller.call("fail", "reject");
    await server.server.process.until(
      (line) =>
        (/"error".*went wrong later/.test(line) && line.includes(name)) ||
        undefined,
      "the second error",
    );
    const errors = server.notes(name).filter(([kind]) => kind === "error");
    assert.deepEqual(errors.map(([, , error]) => error), [
      "Error: it went wrong",
      "Error: it went wrong later",
    ]);
    await server.event({ type: "failed", stage: "call", name });
  },
);

const UNCARRIED = {
  map: "it is a Map",
  set: 'the part ".a[0]" of it is a Set',
  error: 'the part "[0]" of it is a Error',
  bytes: 'the part ".b" of it is a Uint8Array',
  nan: 'the part ".n" of it is NaN',
  infinity: 'the part "[1][0]" of it is Infinity',
  function: 'the part ".f" of it is a function',
  symbol: 'the part "[0]" of it is a symbol',
  bigint: 'the part ".a.b" of it is a bigint',
  regexp: "it is a RegExp",
};

for (const [kind, problem] of Object.entries(UNCARRIED)) {
  calls(
    `a result that JSON can't carry is a failure that names the part: ${kind}`,
    async (caller, name) => {
      const { error, code } = await caller.call("uncarried", kind);
      const text =
        `Cannot send what uncarried returned: it must be JSON: ${problem}`;
      assert.deepEqual([error, code], [text, "FAILED"]);
      await server.noted("error", name);
    },
  );
}

calls("a result arrives as JSON has it", async (caller) => {
  for (
    const [kind, result] of [
      ["date", "1970-01-01T00:00:00.000Z"],
      ["gaps", { b: [null], c: 0 }],
      ["instance", { own: 2 }],
    ] as const
  ) assert.deepEqual((await caller.call("uncarried", kind)).result, result);
});

for (const method of ["circle", "big"]) {
  calls(
    `a result that is no JSON is a failure that says so: ${method}`,
    async (caller, name) => {
      const { error, code, success } = await caller.call(method);
      assert.deepEqual([success, code], [false, "FAILED"]);
      assert.match(
        error!,
        new RegExp(
          `^Cannot send what ${method} returned: it must be JSON: [^\\n]+$`,
        ),
      );
      await server.noted("error", name);
    },
  );
}

calls(
  "getCallableMethods() lists inherited, decorated and listed methods with what is said about them",
  async (caller) => {
    const methods = new Map(
      (await caller.call("methods")).result as [string, unknown][],
    );
    assert.deepEqual(methods.get("add"), { description: "Adds two numbers" });
    assert.deepEqual(methods.get("decorated"), { description: "is decorated" });
    assert.deepEqual(methods.get("inherited"), {});
    for (
      const name of ["notListed", "closedAgain", "onMessage", "constructor"]
    ) assert.ok(!methods.has(name));
    assert.equal(methods.size, 29);
  },
);

calls(
  "getCurrentAgent() knows agent, connection and signal in a call, up to an await",
  async (caller, name) => {
    const { before, after } = (await caller.call("current")).result as Record<
      string,
      unknown[]
    >;
    assert.equal(before[0], name);
    assert.equal(typeof before[1], "string");
    assert.equal(before[2], false);
    assert.deepEqual(after, [null, null, null]);
  },
);
