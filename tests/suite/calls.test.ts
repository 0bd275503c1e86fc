import assert from "node:assert/strict";
import { Caller } from "../support/caller.ts";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite();

async function open(name = server.name("calls")): Promise<Caller> {
  return await Caller.open(server, `/agents/calls-agent/${name}`);
}

/** Runs `test` with a client of its own. */
function calls(
  name: string,
  test: (caller: Caller, instance: string) => Promise<void>,
): void {
  behaviour(name, async () => {
    const instance = server.name("calls");
    const caller = await open(instance);
    await test(caller, instance);
    await caller.close();
  });
}

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
  const slow = caller.start("later", ["slow", 50], "slow");
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
    await server.noted("error", name);
    const errors = server.notes(name).filter(([kind]) => kind === "error");
    assert.deepEqual(errors.map(([, , error]) => error), [
      "Error: it went wrong",
      "Error: it went wrong later",
    ]);
    await server.event({ type: "failed", stage: "call", name });
  },
);

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
    assert.equal(methods.size, 28);
  },
);

const checked: [method: string, args: unknown[], answer: unknown][] = [
  ["zod", [{ name: "Ann", age: 7, extra: 1 }], { result: { id: 7 } }],
  ["zod", [{ name: "Ann" }], [[0, "age"]]],
  ["zod", [], [[]]],
  ["zod", [{ name: 1, age: "x" }], [[0, "name"], [0, "age"]]],
  ["zodEach", ["a", 1], { result: ["a", 1] }],
  ["zodEach", ["a"], { result: ["a", 7] }],
  ["zodEach", [1, "a"], [[0], [1]]],
  ["valibot", ["abc"], { result: "abc" }],
  ["valibot", ["ab"], [[0]]],
  ["checkedLater", ["good"], { result: "good" }],
  ["checkedLater", ["bad"], [[0]]],
];
for (const [method, args, expected] of checked) {
  calls(
    `a schema decides about ${method}(${JSON.stringify(args).slice(1, -1)})`,
    async (caller) => {
      const { result, code, error, issues } = await caller.call(
        method,
        ...args,
      );
      if (!Array.isArray(expected)) {
        return assert.deepEqual({ result }, expected);
      }
      assert.equal(code, "INVALID_ARGUMENT");
      assert.ok(error!.startsWith(`Invalid arguments for ${method}: `), error);
      assert.deepEqual(issues!.map(({ path }) => path), expected);
      for (const { message } of issues!) assert.ok(message.length > 0);
    },
  );
}

calls("more arguments than there are schemas are refused", async (caller) => {
  const { code, error } = await caller.call("zodEach", "a", 1, 2);
  assert.equal(code, "INVALID_ARGUMENT");
  assert.equal(error, "Invalid arguments for zodEach: at most 2: received 3");
});

calls(
  "a result that does not fit its schema is a failure of the agent",
  async (caller, name) => {
    const { code, error } = await caller.call("badOutput");
    assert.equal(code, "FAILED");
    assert.match(
      error!,
      /^The result of badOutput does not fit its output schema: /,
    );
    await server.noted("error", name);
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

calls(
  "a cancelled call is answered at once, and its signal fires",
  async (caller, name) => {
    const call = caller.start("wait", ["gate"]);
    await server.noted("waiting", name, "gate");
    caller.cancel("no-such-call");
    caller.cancel(call.id);
    const { code, error, success } = await call.done;
    assert.deepEqual([success, code, error], [
      false,
      "CANCELLED",
      "Call cancelled",
    ]);
    await server.noted("aborted", name, "gate");
    // Its result comes too late, and so does another cancel.
    await caller.call("open", "gate");
    caller.cancel(call.id);
    await caller.call("nothingLater");
    assert.equal(call.frames.length, 1);
  },
);

calls(
  "a cancel frame never reaches onMessage, and one without an id does",
  async (caller) => {
    caller.cancel("x");
    caller.client.send('{"type":"roam_cancel"}');
    await caller.call("nothing");
    assert.deepEqual(caller.log.slice(0, -1), [
      'message {"type":"roam_cancel"}',
    ]);
  },
);

behaviour(
  "a client that leaves aborts what it has called, and nobody else's",
  async () => {
    const name = server.name("calls");
    const [caller, other] = [await open(name), await open(name)];
    caller.start("wait", ["mine"]);
    const others = other.start("wait", ["others"]);
    await server.noted("waiting", name, "mine");
    await server.noted("waiting", name, "others");
    await caller.close();
    await server.noted("aborted", name, "mine");
    await other.call("open", "others");
    assert.equal((await others.done).result, "opened others");
    assert.ok(
      !server.notes(name).some(([kind, gate]) =>
        kind === "aborted" && gate === "others"
      ),
    );
    await other.close();
  },
);

behaviour("a call may close its own connection", async () => {
  const caller = await open();
  caller.start("closeMe");
  assert.deepEqual((await caller.client.closed).code, 4009);
  assert.deepEqual(caller.log, []);
});

calls("calls with one id all run and are all answered", async (caller) => {
  const frame = JSON.stringify({
    args: ["x", 5],
    id: "same",
    method: "later",
    type: "rpc",
  });
  const call = caller.expect("same");
  for (let at = 0; at < 3; at++) caller.client.send(frame);
  await call.until(3);
  assert.ok(call.frames.every(({ result }) => result === "x"));
});

calls(
  "more than 1,000 calls at the same time are refused, until one is done",
  async (caller, name) => {
    const running = Array.from(
      { length: 1000 },
      (_, at) => caller.start("wait", [`${at}`]),
    );
    await server.noted("waiting", name, "999");
    const { code, error } = await caller.call("add", 1, 2);
    assert.equal(code, "TOO_MANY_CALLS");
    assert.equal(error, "Too many calls at the same time: at most 1000");
    // A cancelled one runs on, and counts.
    caller.cancel(running[0].id);
    assert.equal((await running[0].done).code, "CANCELLED");
    assert.equal((await caller.call("add", 1, 2)).code, "TOO_MANY_CALLS");
    const other = await open(name);
    assert.equal((await other.call("add", 1, 2)).result, 3);
    await other.call("open", "0");
    assert.equal((await caller.call("add", 1, 2)).result, 3);
    await other.close();
  },
);

calls("10,000 calls in a row are all answered", async (caller) => {
  const answers = await Promise.all(
    Array.from({ length: 10_000 }, (_, at) => caller.call("add", at, 1)),
  );
  answers.forEach(({ result }, at) => assert.equal(result, at + 1));
});

const serial = (name: string) =>
  Caller.open(server, `/agents/serial-calls-agent/${name}`);

behaviour(
  "a serial agent runs calls, streams and messages one after another",
  async () => {
    const name = server.name("serial");
    const caller = await serial(name);
    caller.start("slow", ["a"]);
    caller.start("count", ["b"]);
    caller.client.send("c");
    caller.start("fails");
    const last = caller.start("slow", ["d"]);
    await last.done;
    assert.deepEqual(
      server.notes(name).map(([kind, what]) => `${kind} ${what}`),
      [
        "began a",
        "ended a",
        "began b",
        "ended b",
        "began c",
        "ended c",
        "began d",
        "ended d",
      ],
    );
    await caller.close();
  },
);

behaviour(
  "a serial agent does not begin a call that was cancelled before its turn",
  async () => {
    const name = server.name("serial");
    const caller = await serial(name);
    caller.start("slow", ["a", 300]);
    await server.noted("began", name, "a");
    const second = caller.start("slow", ["b"]);
    caller.cancel(second.id);
    assert.equal((await second.done).code, "CANCELLED");
    assert.equal((await caller.call("slow", "c")).result, "c");
    assert.ok(!server.notes(name).some(([, what]) => what === "b"));
    await caller.close();
  },
);

behaviour(
  "a serial agent that calls one that calls it back does not hang",
  async () => {
    const name = server.name("serial");
    const caller = await serial(name);
    assert.equal((await caller.call("reenter")).result, `reached ${name}`);
    await caller.close();
  },
);
