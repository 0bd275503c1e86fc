import assert from "node:assert/strict";
import { test } from "node:test";
import {
  indexByUrlName,
  kebabCase,
  naturalKebabCase,
} from "../../src/protocol/agent_name.ts";

const exact = {
  ChatAgent: "chat-agent",
  AIAssistant: "a-i-assistant",
  HTTPServer: "h-t-t-p-server",
  MY_AGENT: "my-agent",
  My_Agent: "my--agent",
  TestOAuthAgent: "test-o-auth-agent",
  agent2B: "agent2-b",
  myAgent_: "my-agent",
  A: "a",
  chat: "chat",
  "chat-agent": "chat-agent",
};

for (const [className, expected] of Object.entries(exact)) {
  test(`kebabCase() spells ${className} as Cloudflare's SDK does`, () => {
    assert.equal(kebabCase(className), expected);
  });
}

test("kebabCase() leaves what it made as it is", () => {
  for (const name of Object.values(exact)) {
    assert.equal(kebabCase(name), name);
  }
});

const natural = {
  ChatAgent: "chat-agent",
  AIAssistant: "ai-assistant",
  HTTPServer: "http-server",
  MY_AGENT: "my-agent",
  My_Agent: "my-agent",
  TestOAuthAgent: "test-o-auth-agent",
  agent2B: "agent2-b",
  myAgent_: "my-agent",
};

for (const [className, expected] of Object.entries(natural)) {
  test(`naturalKebabCase() spells ${className} as a person would`, () => {
    assert.equal(naturalKebabCase(className), expected);
  });
}

test("indexByUrlName() finds a class by one spelling, and knows what people guess", () => {
  const { exact, guesses } = indexByUrlName([["AIAssistant", 1], [
    "ChatAgent",
    2,
  ]]);
  assert.deepEqual([...exact], [["a-i-assistant", 1], ["chat-agent", 2]]);
  assert.deepEqual([...guesses], [["ai-assistant", "a-i-assistant"]]);
});

test("indexByUrlName() refuses two classes of one URL name", () => {
  assert.throws(
    () => indexByUrlName([["MyAgent", 1], ["MY_AGENT", 2]]),
    (error: Error) =>
      error instanceof TypeError && error.message.includes('"MY_AGENT"') &&
      error.message.includes('"my-agent"'),
  );
});

test("indexByUrlName() lets a guess name neither of two classes", () => {
  const { exact, guesses } = indexByUrlName([["ABCd", 1], ["AB_Cd", 2]]);
  assert.equal(guesses.size, 0);
  assert.equal(exact.get("a-b-cd"), 1);
  assert.equal(exact.get("a-b--cd"), 2);
});

test("indexByUrlName() prefers an exact name to another class's guess", () => {
  for (const swap of [false, true]) {
    const classes: [string, string][] = [["AIBot", "AIBot"], [
      "AiBot",
      "AiBot",
    ]];
    const { exact, guesses } = indexByUrlName(
      swap ? classes.reverse() : classes,
    );
    assert.equal(guesses.size, 0);
    assert.equal(exact.get("ai-bot"), "AiBot");
    assert.equal(exact.get("a-i-bot"), "AIBot");
  }
});

test("indexByUrlName() finds nothing that objects inherit", () => {
  const { exact, guesses } = indexByUrlName([["ChatAgent", 1]]);
  for (const name of ["constructor", "__proto__", "toString", ""]) {
    assert.equal(exact.get(name), undefined);
    assert.equal(guesses.get(name), undefined);
  }
});
