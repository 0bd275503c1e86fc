import assert from "node:assert/strict";
import { callsOf } from "../support/clients/calls_agent.ts";
import { suite } from "../support/suite.ts";

const server = await suite();
const calls = callsOf(server);

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
