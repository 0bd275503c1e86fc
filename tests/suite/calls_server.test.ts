import assert from "node:assert/strict";
import { Caller } from "../support/clients/caller.ts";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite("discreet");

const ring = (name: string) =>
  Caller.open(server, `/agents/ring-agent/${name}`);

for (const size of [1, 2, 3, 5]) {
  behaviour(
    `a ring of ${size} agents that call each other does not hang`,
    async () => {
      const prefix = server.name("ring");
      const caller = await ring(`${prefix}-0`);
      const { result } = await caller.call("around", size, 12);
      assert.deepEqual(
        result,
        Array.from({ length: 13 }, (_, at) => `${prefix}-${at % size}`),
      );
      await caller.close();
    },
  );
}

behaviour("a handler may call other agents, and they its own", async () => {
  const prefix = server.name("ring");
  const caller = await ring(`${prefix}-0`);
  caller.client.send("go");
  assert.deepEqual(
    JSON.parse(await caller.client.user() as string),
    [0, 1, 0, 1, 0].map((at) => `${prefix}-${at}`),
  );
  await caller.close();
});

behaviour("agents that call each other for ever get an error", async () => {
  const caller = await ring(server.name("ring"));
  const { code } = await caller.call("forever");
  assert.equal(code, "TOO_DEEP");
  await caller.close();
});

behaviour("the server may call what clients may not", async () => {
  const name = server.name("ring");
  const caller = await ring(name);
  assert.deepEqual((await caller.call("reach")).result, [1, name]);
  await caller.close();
});

const odd: [method: string, error: RegExp][] = [
  ["constructor", /has no such method/],
  ["__proto__", /has no such method/],
  ["toString", /has no such method/],
  ["onMessage", /has no such method/],
  ["missing", /has no such method/],
];
for (const [method, error] of odd) {
  behaviour(`the server can't call ${method}`, async () => {
    const response = await server.fetch(`/call?method=${method}`);
    const answer = await response.json();
    assert.match(answer.error.message, error);
  });
}

behaviour(
  "messages of unexpected errors stay on the server with exposeErrors: false",
  async () => {
    const name = server.name("calls");
    const caller = await Caller.open(server, `/agents/calls-agent/${name}`);
    const expected: [string[], string, string][] = [
      [["fail", "plain"], "Internal error", "FAILED"],
      [["fail", "reject"], "Internal error", "FAILED"],
      [["fail", "code"], "Internal error", "ENOENT"],
      [["fail", "a text"], "Internal error", "FAILED"],
      [["circle"], "Internal error", "FAILED"],
      [["fail", "meant"], "nothing left", "SOLD_OUT"],
      [["missing"], "Method missing does not exist", "NOT_FOUND"],
    ];
    for (const [[method, ...args], error, code] of expected) {
      const answer = await caller.call(method, ...args);
      assert.deepEqual([answer.error, answer.code], [error, code]);
    }
    assert.equal((await caller.call("zod", {})).code, "INVALID_ARGUMENT");
    await server.noted(
      "error",
      name,
      await idOf(caller),
      "Error: it went wrong",
    );
    await caller.close();
  },
);

behaviour(
  "limits.callsPerConnection bounds the calls of a connection",
  async () => {
    const name = server.name("calls");
    const caller = await Caller.open(server, `/agents/calls-agent/${name}`);
    for (let at = 0; at < 10; at++) caller.start("wait", [`${at}`]);
    assert.equal((await caller.call("add", 1, 2)).code, "TOO_MANY_CALLS");
    await caller.close();
  },
);

behaviour(
  "getCurrentAgent() knows all of a call behind an await with options.context",
  async () => {
    const name = server.name("calls");
    const caller = await Caller.open(server, `/agents/calls-agent/${name}`);
    const { before, after } = (await caller.call("current")).result as Record<
      string,
      unknown[]
    >;
    assert.equal(after[0], name);
    assert.deepEqual(after, before);
    await caller.close();
  },
);

async function idOf(caller: Caller): Promise<unknown> {
  const { before } = (await caller.call("current")).result as Record<
    string,
    unknown[]
  >;
  return before[1];
}
