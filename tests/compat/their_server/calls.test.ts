import assert from "node:assert/strict";
import { test } from "node:test";
import { once } from "../../support/clients/events.ts";
import type { AgentClient } from "../../../client.ts";
import { testSilence, visits } from "./visit.ts";

const server = await visits();

// deno-lint-ignore no-explicit-any -- the class is one of Cloudflare's SDK
type Any = any;

function board(name: string, options: object = {}): Promise<AgentClient<Any>> {
  return server.ready<Any>("Board", name, options);
}

test("AgentClient: call() and stub return results, and nothing", async () => {
  const client = await board("results");
  assert.equal(await client.call("addCard", ["one"]), 1);
  assert.equal(await client.stub.addCard("two"), 2);
  assert.equal(await client.call("nothing"), undefined);
});

test("AgentClient: call() rejects with the server's message", async () => {
  const client = await board("errors");
  const cases: [method: string, args: unknown[], message: string][] = [
    ["fail", ["as asked"], "as asked"],
    ["rename", [""], "a board needs a title"],
    ["unheard", [], "Method unheard does not exist"],
    ["secret", [], "Method secret is not callable"],
  ];
  for (const [method, args, message] of cases) {
    await assert.rejects(client.call(method, args), {
      name: "AgentClientError",
      code: "FAILED",
      mayHaveRun: true,
      message,
    });
  }
});

test("AgentClient: calls run at the same time", async () => {
  const client = await board("concurrent");
  const order: unknown[] = [];
  await Promise.all([150, 1].map(async (milliseconds) => {
    order.push(await client.call("slow", [milliseconds]));
  }));
  assert.deepEqual(order, [1, 150]);
});

test("AgentClient: a call times out, or is aborted, and its late answer harms nobody", async () => {
  const client = await board("late", { heartbeatInterval: 20 });
  await assert.rejects(client.call("slow", [100], { timeout: 10 }), {
    code: "TIMEOUT",
  });
  const controller = new AbortController();
  const aborted = client.call("slow", [100], { signal: controller.signal });
  controller.abort();
  await assert.rejects(aborted, { code: "ABORTED" });
  // Long enough for both answers, and for heartbeats if there were any.
  assert.equal(await client.call("slow", [200]), 200);
});

test("AgentClient: streams call back, in both spellings of the options", async () => {
  const client = await board("streams");
  for (const text of ["a", "b", "c"]) await client.call("addCard", [text]);
  for (const isNested of [true, false]) {
    const seen: unknown[] = [];
    const stream = {
      onChunk: (chunk: unknown) => seen.push(chunk),
      onDone: (final: unknown) => seen.push(final),
      onError: (error: string) => seen.push(error),
    };
    const options = isNested ? { stream } : stream;
    const result = await client.call("read", [1], options);
    assert.deepEqual(seen, ["b", "c", { read: 2 }]);
    assert.deepEqual(result, { read: 2 });
  }
});

test("AgentClient: stream() iterates", async () => {
  const client = await board("iterated");
  for (const text of ["a", "b"]) await client.call("addCard", [text]);
  const seen: unknown[] = [];
  for await (const chunk of client.stream("read", [0])) seen.push(chunk);
  assert.deepEqual(seen, ["a", "b"]);
});

for (
  const [method, message] of [
    ["breaks", "in the middle"],
    ["gives", "that was all"],
  ]
) {
  test(`AgentClient: a stream that fails (${method}) rejects after its pieces`, async () => {
    const client = await board("broken");
    const seen: unknown[] = [];
    const call = client.call(method, [], {
      stream: {
        onChunk: (chunk: unknown) => seen.push(chunk),
        onError: (error: string) => seen.push(error),
      },
    });
    await assert.rejects(call, { message, code: "FAILED" });
    assert.deepEqual(seen, ["one", message]);
  });
}

test("AgentClient: a call made before there is a connection waits for it", async () => {
  const client = server.client<Any>("Board", "early", { startClosed: true });
  const early = client.call("addCard", ["early"]);
  client.reconnect();
  assert.equal(await early, 1);
  const closed = once(client, "close");
  const pending = client.call("slow", [1000]);
  client.close();
  await assert.rejects(pending, { code: "CONNECTION_LOST", mayHaveRun: true });
  await closed;
});

testSilence(server);
