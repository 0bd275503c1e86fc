import assert from "node:assert/strict";
import { test } from "node:test";
import { getAgentByName } from "../../adapters/agent_routing.ts";
import { assertArguments } from "../../adapters/entry_arguments.ts";
import { Agent } from "../../mod.ts";

class ChatAgent extends Agent {}

const noClasses: [received: string, classes: unknown][] = [
  ["undefined", undefined],
  ["null", null],
  ["function", ChatAgent],
  ["a list", [ChatAgent]],
  ['"ChatAgent"', "ChatAgent"],
];

for (const [received, classes] of noClasses) {
  test(`serveAgents() of ${received} says what it takes`, () => {
    const message =
      `Cannot serve: classes must be an object, as in serveAgents({ ChatAgent }): received ${received}`;
    assert.throws(() => assertArguments(classes, {}), {
      name: "TypeError",
      message,
    });
  });
}

const noOptions: [option: string, value: unknown, problem: string][] = [
  ["onBeforeConnect", "guard", 'be a function: received "guard"'],
  ["onBeforeRequest", [], "be a function: received a list"],
  ["onEvent", {}, "be a function: received object"],
  ["fallback", "page.html", 'have a method "fetch": received "page.html"'],
  ["fallback", { get: () => {} }, 'have a method "fetch": received object'],
  ["allowedOrigins", "https://a.example", 'be a list, or "*": received "h'],
  ["allowedHosts", "a.example", 'be a list: received "a.example"'],
  ["cors", "*", 'be true or headers: received "*"'],
  ["storage", 3, "be a folder"],
  ["storage", {}, "be a folder"],
  ["storage", null, "be a folder"],
];

for (const [option, value, problem] of noOptions) {
  test(`serveAgents() refuses ${JSON.stringify(value)} as ${option}`, () => {
    assert.throws(
      () => assertArguments({ ChatAgent }, { [option]: value }),
      ({ name, message }: Error) =>
        name === "TypeError" &&
        message.startsWith(`Cannot serve: ${option} must `) &&
        message.includes(problem),
    );
  });
}

test("serveAgents() takes what is right, and what is left out", () => {
  assertArguments({ ChatAgent }, {
    onBeforeConnect: () => {},
    onEvent: undefined,
    fallback: { fetch: () => new Response() },
    allowedOrigins: "*",
    allowedHosts: ["a.example"],
    storage: "memory",
  });
});

for (
  const [received, namespace] of [
    ["undefined", undefined],
    ["function", ChatAgent],
    ["object", { ChatAgent }],
    ["string", "ChatAgent"],
  ]
) {
  test(`getAgentByName() of ${received} says what it takes`, async () => {
    await assert.rejects(getAgentByName(namespace as never, "lobby"), {
      name: "TypeError",
      message:
        `Cannot get agent "lobby": it needs the binding of its class, such as env.ChatAgent: received ${received}`,
    });
  });
}
