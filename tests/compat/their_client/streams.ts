import assert from "node:assert/strict";
import type { AgentClient } from "./packages.js";
import { theirs } from "./visit.ts";

/** Calls a method that streams, and lists what the callbacks are told. */
async function streamed(
  client: AgentClient,
  method: string,
  ...args: unknown[]
): Promise<unknown[]> {
  const told: unknown[] = [];
  const stream = {
    onChunk: (chunk: unknown) => told.push(chunk),
    onDone: (final: unknown) => told.push({ done: final }),
    onError: (error: string) => told.push({ error }),
  };
  try {
    told.push({ result: await client.call(method, args, { stream }) });
  } catch (error) {
    told.push({ thrown: (error as Error).message });
  }
  return told;
}

const ends = (final: unknown) => [{ done: final }, { result: final }];
const fails = (error: string) => [{ error }, { thrown: error }];

const streams: [method: string, args: unknown[], told: unknown[]][] = [
  ["push", [["a", 1, null, { b: [] }]], [
    "a",
    1,
    null,
    { b: [] },
    ...ends(undefined),
  ]],
  ["push", [[], "final"], ends("final")],
  ["pushLater", [3], [0, 1, 2, ...ends("done")]],
  ["count", [3], [0, 1, 2, ...ends("3 in all")]],
  ["countUp", [2], [0, 1, ...ends("2 in all")]],
  ["readable", [], ["a", "b", ...ends(undefined)]],
  ["words", ["all of these"], ["all", "of", "these", ...ends(undefined)]],
  ["twice", [], ends("once")],
  ["forget", [], [1, ...ends(undefined)]],
  ["refuse", [], [1, ...fails("not today")]],
  ["throwFirst", [], fails("at once")],
  ["throwText", [], fails("a text")],
  ["throwLater", [], [1, ...fails("amid the stream")]],
  ["breaks", [], [1, ...fails("amid the stream")]],
  ["add", [1, 2], ends(3)],
];
for (const [method, args, told] of streams) {
  theirs(
    `AgentClient.call() with stream: ${method}(${
      JSON.stringify(args).slice(1, -1)
    })`,
    async (visit) => {
      const client = await visit.join("StreamsAgent");
      assert.deepEqual(await streamed(client, method, ...args), told);
      assert.equal(await client.call("add", [1, 2]), 3);
    },
  );
}

theirs(
  "AgentClient.call() with stream: the callbacks may be the options themselves",
  async (visit) => {
    const client = await visit.join("StreamsAgent");
    const chunks: unknown[] = [];
    const onChunk = (chunk: unknown) => chunks.push(chunk);
    assert.equal(await client.call("count", [2], { onChunk }), "2 in all");
    assert.deepEqual(chunks, [0, 1]);
  },
);

theirs(
  "AgentClient.call() with stream: ten at once keep their order, and calls overtake them",
  async (visit) => {
    const client = await visit.join("StreamsAgent");
    const all = Array.from(
      { length: 10 },
      (_, at) => streamed(client, "count", at),
    );
    const slow = streamed(client, "pushLater", 5, 10);
    assert.equal(await client.call("add", [1, 2]), 3);
    for (const [at, told] of (await Promise.all(all)).entries()) {
      const chunks = Array.from({ length: at }, (_, chunk) => chunk);
      assert.deepEqual(told, [...chunks, ...ends(`${at} in all`)]);
    }
    assert.deepEqual(await slow, [0, 1, 2, 3, 4, ...ends("done")]);
  },
);

theirs(
  "AgentClient.call() with stream: has no timeout but its own",
  async (visit) => {
    const client = await visit.join("StreamsAgent", { defaultCallTimeout: 1 });
    assert.deepEqual(
      await streamed(client, "pushLater", 2, 20),
      [0, 1, ...ends("done")],
    );
  },
);

theirs(
  "AgentClient.close(): a stream that is left ends with Connection closed",
  async (visit) => {
    const client = await visit.join("StreamsAgent");
    const errors: string[] = [];
    let begun: () => void;
    const beginning = new Promise<void>((resolve) => begun = resolve);
    const call = client.call("endless", [], {
      onChunk: () => begun(),
      onError: (error) => errors.push(error),
    });
    await beginning;
    client.close();
    await assert.rejects(call, { message: "Connection closed" });
    assert.deepEqual(errors, ["Connection closed"]);
  },
);
