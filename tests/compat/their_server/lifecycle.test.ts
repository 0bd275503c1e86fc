import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { AgentClient } from "../../../client.ts";
import { once } from "../../support/clients/events.ts";
import { heard, testSilence, visits } from "./visit.ts";

// deno-lint-ignore no-explicit-any -- the class is one of Cloudflare's SDK
type Any = any;
const folder = fileURLToPath(new URL("../their_lifecycle/", import.meta.url));
const server = await visits(folder);

test("AgentClient: a plain Durable Object with their Lifecycle sends state, answers calls and gets messages", async () => {
  const client = await server.ready<Any>("PlainRoom", "calls");
  assert.deepEqual(client.state, { count: 0 });
  assert.equal(client.agent, "plain-room");
  assert.equal(await client.call("add", [2]), 2);
  const answer = heard(client);
  client.send("hello");
  assert.equal(await answer, "echo hello");
  await assert.rejects(client.call("missing"), { code: "FAILED" });
});

test("AgentClient: two clients of a plain Durable Object with their State see each other's writes", async () => {
  const ada = await server.ready<Any>("PlainRoom", "states");
  const grace = await server.ready<Any>("PlainRoom", "states");
  await ada.setState({ count: 7 });
  await counts(grace, 7);
  await grace.call("add", [1]);
  await counts(ada, 8);
});

testSilence(server);

/** Resolves when the client shows this count. */
async function counts(client: AgentClient<Any>, count: number): Promise<void> {
  while (client.state.count !== count) await once(client, "change");
}
