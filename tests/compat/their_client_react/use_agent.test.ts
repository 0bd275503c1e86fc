import assert from "node:assert/strict";
import { test } from "node:test";
import { errors, frames, hook, page } from "./hook.ts";
import type { Api } from "./page.ts";

declare const api: Api;

hook(
  "useAgent(): shows identity and state, and tells of them",
  async (visit) => {
    await visit.join("RoomAgent");
    await visit.shows('"state":{"count":0}');
    await visit.told("mcp", {
      prompts: [],
      resources: [],
      servers: {},
      tools: [],
    });
    const log = await page.evaluate(() => api.log());
    assert.deepEqual(log.map(([what, ...facts]) => [what, facts[0]]), [
      ["open", undefined],
      ["state", { count: 0 }],
      ["identity", visit.name],
      ["mcp", log[3][1]],
    ]);
    await page.evaluate(() => api.agent().ready);
  },
);

hook(
  "useAgent().setState(): the page shows it at once, and everybody gets it",
  async (visit) => {
    await visit.join("RoomAgent");
    const other = await visit.other("room-agent");
    await page.evaluate(() => api.agent().setState({ by: "page" }));
    await visit.shows('"state":{"by":"page"}');
    await visit.told("state", { by: "page" }, "client");
    while (
      await other.next() !== '{"state":{"by":"page"},"type":"cf_agent_state"}'
    );
    await other.close();
  },
);

hook(
  "setState() on the server: the page shows it",
  async (visit) => {
    await visit.join("RoomAgent");
    const other = await visit.other("room-agent");
    await other.ask("set", { by: "server" });
    await visit.shows('"state":{"by":"server"}');
    await visit.told("state", { by: "server" }, "server");
    await other.ask("set", null);
    await visit.shows('"state":null');
    await other.close();
  },
);

hook(
  "onStateUpdateError: tells of a refusal, and the page shows the true state",
  async (visit) => {
    await visit.join("RoomAgent");
    await page.evaluate(() => api.agent().setState({ forbidden: 1 }));
    await visit.told("refused", "State update rejected");
    await visit.shows('"state":{"count":0}');
    await page.evaluate(() => api.hide());
    await visit.join("RoomAgent", { query: { readonly: "1" } });
    await page.evaluate(() => api.agent().setState({ mine: 1 }));
    await visit.told("refused", "Connection is readonly");
    await visit.shows('"state":{"count":0}');
  },
);

hook("useAgent().call(): results and errors", async (visit) => {
  await visit.join("CallsAgent");
  const told = await page.evaluate(async () => {
    const { call, stub } = api.agent();
    const error = (promise: Promise<unknown>) =>
      promise.catch(({ message }) => message);
    return [
      await call("add", [1, 2]),
      await stub.echo("x", null),
      await call("nothing") === undefined,
      await error(call("missing")),
      await error(stub.fail("plain")),
      await error(call("wait", ["gate"], { timeout: 20 })),
      JSON.stringify(stub),
    ];
  });
  assert.deepEqual(told, [
    3,
    ["x", null],
    true,
    "Method missing does not exist",
    "it went wrong",
    "RPC call to wait timed out after 20ms",
    "{}",
  ]);
});

hook("useAgent().call() with stream: chunks and result", async (visit) => {
  await visit.join("StreamsAgent");
  const told = await page.evaluate(async () => {
    const chunks: unknown[] = [];
    const onChunk = (chunk: unknown) => chunks.push(chunk);
    const stream = { onChunk };
    const { call } = api.agent();
    chunks.push(await call("count", [3], { stream }));
    chunks.push(
      await call("breaks", [], { stream }).catch(({ message }) => message),
    );
    return chunks;
  });
  assert.deepEqual(told, [0, 1, 2, "3 in all", 1, "amid the stream"]);
});

hook("onMessage: gets the agent's messages, and no frame", async (visit) => {
  await visit.join("CallsAgent");
  await page.evaluate(() => api.agent().send("hello"));
  await visit.told("message", "message hello");
  const log = await page.evaluate(() => api.log());
  assert.equal(log.filter(([what]) => what === "message").length, 1);
});

hook("useAgent() in StrictMode: ends with one connection", async (visit) => {
  const other = await visit.other("command-agent");
  await visit.join("CommandAgent", { id: "page" }, { strict: true });
  const ids = (await other.ask("list")) as string[];
  assert.ok(ids.includes("page"), String(ids));
  await page.evaluate(() => api.hide());
  await visit.server.noted("closed", visit.name);
  await other.close();
});

hook("connectionError: a close with 4001 is the end", async (visit) => {
  await visit.join("DoorAgent");
  await page.evaluate(() => api.agent().send("4001"));
  await visit.shows('"error":4001');
  await visit.told("error", 4001, "as told");
  const message = await page.evaluate(() =>
    api.agent().call("wait").catch(({ message }) => message)
  );
  assert.equal(message, "Connection closed");
});

hook("useAgent(): comes back by itself after 1012", async (visit) => {
  await visit.join("DoorAgent");
  await page.evaluate(() => api.agent().send("1012"));
  await visit.told("close", 1012);
  await visit.comesBack();
});

hook(
  "query: an async function suspends, and is asked anew for each connection",
  async (visit) => {
    await visit.join("CommandAgent", {}, { asks: true });
    const other = await visit.other("command-agent");
    const { id } = await page.evaluate(() => ({ id: api.agent().id }));
    for (const attempt of [1, 2]) {
      await page.evaluate(() => api.agent().send('["self"]'));
      await page.waitForFunction(
        (text) => api.log().some(([, data]) => String(data).includes(text)),
        `attempt=${attempt}`,
      );
      if (attempt === 2) break;
      const [own] = ((await other.ask("list")) as string[])
        .filter((each) => each === id);
      await other.ask("close", own, 1012, "again");
      await visit.told("close", 1012);
      await visit.comesBack();
    }
    await other.close();
  },
);

hook("useAgent(): another name is another agent", async (visit) => {
  await visit.join("RoomAgent");
  await page.evaluate(() => api.agent().setState({ of: "first" }));
  const name = `${visit.name}-second`;
  const options = visit.options("RoomAgent", { name });
  await page.evaluate((show) => api.show(show), { options });
  await visit.shows(
    JSON.stringify({ name, identified: true, state: { count: 0 } }),
  );
  assert.equal(
    (await page.evaluate(() => api.agent().getHttpUrl())).split("?")[0],
    visit.server.url(`/agents/room-agent/${name}`),
  );
});

hook("basePath: the page learns who it has met", async (visit) => {
  await visit.join("CommandAgent", { basePath: "user" });
  await visit.shows('{"name":"ann","identified":true');
});

hook("enabled: false does not connect until it is true", async (visit) => {
  const options = visit.options("RoomAgent", { enabled: false });
  await page.evaluate((show) => api.show(show), { options });
  await visit.shows('"identified":false');
  await visit.join("RoomAgent");
  await page.evaluate((show) => api.show(show), { options });
  await visit.shows('"identified":false');
});

hook("agentFetch(): works from a page elsewhere, by CORS", async (visit) => {
  const text = await page.evaluate(
    (options) =>
      api.fetch(options, {
        method: "POST",
        body: "hello",
        headers: { "X-Custom": "mine" },
      }),
    { ...visit.options("AIAssistant"), host: visit.server.server.host },
  );
  const { method, custom, body } = JSON.parse(text);
  assert.deepEqual([method, custom, body], ["POST", "mine", "hello"]);
});

test("useAgent(): no frame is foreign to the base protocol", () => {
  assert.ok(frames.count > 100, String(frames.count));
  assert.deepEqual(frames.foreign, []);
});

test("useAgent(): the page said nothing about errors", () => {
  // A browser logs each socket that is closed before it is open.
  const own = errors.filter((error) =>
    !/WebSocket (is closed|connection)/.test(error)
  );
  assert.deepEqual(own, []);
});
