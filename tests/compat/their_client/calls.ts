import assert from "node:assert/strict";
import { message, theirs } from "./visit.ts";

const results: [method: string, args: unknown[], result: unknown][] = [
  ["add", [1, 2], 3],
  ["later", ["x"], "x"],
  ["nothing", [], undefined],
  ["nothingLater", [], undefined],
  ["none", [], null],
  ["echo", [], []],
  ["echo", [{ a: [1, { b: null }] }, "\u2028", true, 1.5], [
    { a: [1, { b: null }] },
    "\u2028",
    true,
    1.5,
  ]],
  ["later", [""], ""],
  ["later", [0], 0],
  ["later", [false], false],
  ["inherited", [], "of the base"],
  ["overridden", [], "of the subclass"],
];
for (const [method, args, result] of results) {
  theirs(
    `AgentClient.call(): ${method}(${JSON.stringify(args).slice(1, -1)}) is ${
      JSON.stringify(result)
    }`,
    async (visit) => {
      const client = await visit.join("CallsAgent");
      assert.deepEqual(await client.call(method, args), result);
    },
  );
}

const failures: [method: string, args: unknown[], error: string][] = [
  ["missing", [], "Method missing does not exist"],
  ["constructor", [], "Method constructor is not callable"],
  ["notListed", [], "Method notListed is not callable"],
  ["onMessage", [], "Method onMessage is not callable"],
  ["fail", ["plain"], "it went wrong"],
  ["fail", ["reject"], "it went wrong later"],
  ["fail", ["code"], "no such file"],
  ["fail", ["a text"], "Unknown error occurred"],
  ["failOddly", [], "Unknown error occurred"],
];
for (const [method, args, error] of failures) {
  theirs(
    `AgentClient.call(): ${method}(${
      JSON.stringify(args).slice(1, -1)
    }) rejects with "${error}"`,
    async (visit) => {
      const client = await visit.join("CallsAgent");
      await assert.rejects(client.call(method, args), { message: error });
      assert.equal(await client.call("add", [1, 2]), 3);
    },
  );
}

theirs("AgentClient.call(): a fast one overtakes a slow one", async (visit) => {
  const client = await visit.join("CallsAgent");
  const order: unknown[] = [];
  const slow = client.call("wait", ["gate"]).then((x) => order.push(x));
  order.push(await client.call("later", ["fast"]));
  await client.call("open", ["gate"]);
  await slow;
  assert.deepEqual(order, ["fast", "opened gate"]);
});

theirs(
  "AgentClient.call(): a hundred at once get their own results",
  async (visit) => {
    const client = await visit.join("CallsAgent");
    const calls = Array.from(
      { length: 100 },
      (_, at) => client.call("later", [at]),
    );
    assert.deepEqual(
      await Promise.all(calls),
      Array.from({ length: 100 }, (_, at) => at),
    );
  },
);

theirs(
  "AgentClient.call(): gives up after its timeout, and an answer that comes late does no harm",
  async (visit) => {
    const client = await visit.join("CallsAgent");
    await assert.rejects(client.call("wait", ["gate"], { timeout: 30 }), {
      message: "RPC call to wait timed out after 30ms",
    });
    const late = message(client, (data) => /opened gate/.test(String(data)));
    await client.call("open", ["gate"]);
    await late;
    assert.equal(await client.call("add", [1, 2]), 3);
  },
);

theirs(
  "AgentClient.defaultCallTimeout: is for all calls that have none",
  async (visit) => {
    const client = await visit.join("CallsAgent", { defaultCallTimeout: 30 });
    await assert.rejects(client.call("wait", ["gate"]), {
      message: "RPC call to wait timed out after 30ms",
    });
    const patient = client.call("wait", ["other"], { timeout: 0 });
    await client.call("open", ["other"], { timeout: 0 });
    assert.equal(await patient, "opened other");
  },
);

theirs(
  "AgentClient.call(): one that was made before there is a connection is answered",
  async (visit) => {
    const client = visit.client("CallsAgent");
    assert.equal(await client.call("add", [1, 2]), 3);
  },
);

theirs(
  "AgentClient.call(): one that was sent rejects when the connection is lost",
  async (visit) => {
    const client = await visit.join("CallsAgent");
    const call = client.call("wait", ["gate"]);
    await client.call("nothing");
    client.reconnect();
    await assert.rejects(call, { message: "Connection closed" });
    assert.equal(await client.call("add", [1, 2]), 3);
  },
);

theirs(
  "AgentClient.close(): what runs on for a client that has left harms nobody",
  async (visit) => {
    const leaver = await visit.join("CallsAgent");
    const stayer = await visit.join("CallsAgent");
    const left = leaver.call("wait", ["gate"]);
    await leaver.call("nothing");
    leaver.close();
    await assert.rejects(left, { message: "Connection closed" });
    await stayer.call("open", ["gate"]);
    assert.equal(await stayer.call("add", [1, 2]), 3);
  },
);

theirs("AgentClient.stub: its methods are calls", async (visit) => {
  const { stub } = await visit.join("CallsAgent");
  assert.equal(await stub.add(1, 2), 3);
  await assert.rejects(stub.missing(), {
    message: "Method missing does not exist",
  });
});

theirs("AgentClient.stub: JSON.stringify() calls nothing", async (visit) => {
  const client = await visit.join("CallsAgent");
  const answers: unknown[] = [];
  client.addEventListener("message", (event) => {
    answers.push((event as MessageEvent).data);
  });
  assert.equal(JSON.stringify({ stub: client.stub }), '{"stub":{}}');
  assert.equal(String(await Promise.resolve(typeof client.stub)), "object");
  const answer = message(client, (data) => data === "message x");
  client.send("x");
  await answer;
  // An unknown method would have been answered as well.
  assert.deepEqual(answers.filter((data) => /"rpc"/.test(String(data))), []);
});
