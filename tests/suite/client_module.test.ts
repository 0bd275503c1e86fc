import assert from "node:assert/strict";
import { behaviour, suite } from "../support/suite.ts";

const ENTRY = "tests/fixtures/client_module_server.ts";
const server = await suite("default", ENTRY, ["CounterAgent"]);

behaviour(
  "options.client: /agents/client.js is a module whose AgentClient reaches the agents",
  async () => {
    const response = await server.fetch("/agents/client.js");
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type")!, /^text\/javascript/);
    const source = await response.text();
    const { AgentClient } = await import(
      `data:text/javascript,${encodeURIComponent(source)}`
    );
    const client = new AgentClient({
      agent: "CounterAgent",
      name: server.name(),
      host: server.server.host,
    });
    try {
      assert.equal(await client.call("add", [2]), 2);
      assert.equal(await client.stub.add(3), 5);
      assert.deepEqual(client.state, { count: 5 });
    } finally {
      client.close();
    }
  },
);

behaviour(
  "options.client: a page that has the module is told that it is the same",
  async () => {
    const first = await server.fetch("/agents/client.js");
    const etag = first.headers.get("etag")!;
    await first.body?.cancel();
    for (const known of [etag, `W/${etag}`]) {
      const again = await server.fetch("/agents/client.js", {
        headers: { "if-none-match": known },
      });
      assert.equal(again.status, 304);
      assert.equal(await again.text(), "");
    }
    const other = await server.fetch("/agents/client.js", {
      headers: { "if-none-match": '"another"' },
    });
    assert.equal(other.status, 200);
    await other.body?.cancel();
  },
);

behaviour(
  "options.client: pages of other origins may import the module",
  async () => {
    const response = await server.fetch("/agents/client.js", {
      method: "HEAD",
      headers: { origin: "https://elsewhere.example" },
    });
    assert.equal(response.headers.get("access-control-allow-origin"), "*");
    assert.equal(await response.text(), "");
  },
);

behaviour("options.client: other paths are the app's", async () => {
  for (const path of ["/client.js", "/agents/client.js.map", "/agents"]) {
    assert.equal(await (await server.fetch(path)).text(), "the app's own");
  }
  const posted = await server.fetch("/agents/client.js", { method: "POST" });
  assert.equal(await posted.text(), "the app's own");
});

behaviour("options.client: the module is below the prefix", async () => {
  const nested = await suite("nested", ENTRY, ["CounterAgent"]);
  const module = await nested.fetch("/api/rooms/client.js");
  assert.equal(module.status, 200);
  await module.body?.cancel();
  const other = await nested.fetch("/agents/client.js");
  assert.equal(await other.text(), "the app's own");
});
