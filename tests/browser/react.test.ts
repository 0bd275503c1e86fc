import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { useAgent, useAgentState } from "../../react.ts";
import type { Api } from "../fixtures/react/page.ts";
import { FakeServer } from "../support/fake_server.ts";
import { bundleForPage, openPage } from "../support/page.ts";

const server = await FakeServer.start();
const { page, errors, close } = await openPage(
  bundleForPage('import "./fixtures/react/page.ts"'),
);
after(async () => {
  await close();
  await server.stop();
});

declare const api: Api;
// Deno checks this file as a test, and has no page.
declare const document: {
  getElementById(id: string): { textContent: string } | null;
};

const options = (name: string, more: object = {}) => ({
  agent: "TestAgent",
  name,
  host: server.host,
  ...more,
});

/** Waits until the board shows this. */
async function shows(text: string): Promise<void> {
  await page.waitForFunction(
    (text) => document.getElementById("board")?.textContent?.startsWith(text),
    text,
  );
}

async function reset(): Promise<void> {
  await page.evaluate(() => {
    api.hide();
    api.reset();
  });
}

test("useAgent() in StrictMode opens one socket", async () => {
  const dials = server.dials;
  await page.evaluate((options) => api.show(options, true), options("strict"));
  const connection = await server.connection();
  connection.greet(1, { n: 1 }, "e", "strict");
  await shows("strict 1 open 0");
  assert.equal(server.dials, dials + 1);
  await reset();
  await connection.gone();
  assert.equal(server.open, 0);
});

test("useAgent() renders state, and methods work off the client", async () => {
  await page.evaluate((options) => api.show(options), options("methods"));
  const connection = await server.connection();
  connection.greet(1, { n: 1 }, "e", "methods");
  await shows("methods 1 open 0");
  await page.evaluate(() => {
    const { setState, send } = api.agent();
    setState({ n: 2 });
    send("hello");
  });
  await shows("methods 2 open 1");
  const { id } = await connection.next();
  assert.equal(await connection.next(), "hello");
  connection.send({ type: "roam_state_ack", id, rev: 2 });
  await shows("methods 2 open 0");
  connection.send("a message");
  await page.waitForFunction(() => api.log.includes("methods:a message"));
  connection.close(4001, "no");
  await shows("methods 2 closed 0");
  const url = await page.evaluate(() => api.agent().getHttpUrl());
  assert.equal(url, `http://${server.host}/agents/test-agent/methods`);
  await reset();
});

test("useAgent() shows no state of another address", async () => {
  await page.evaluate((options) => api.show(options), options("one"));
  const one = await server.connection();
  one.greet(1, { n: 1 }, "e", "one");
  await shows("one 1 open");
  await page.evaluate((options) => api.show(options), options("two"));
  const two = await server.connection();
  assert.match(two.url.pathname, /two$/);
  await one.gone();
  two.greet(0, undefined, "e2", "two");
  await shows("two - open");
  const seen = await page.evaluate(() =>
    api.log.filter((entry) => String(entry).startsWith("seen two"))
  );
  assert.deepEqual([...new Set(seen)], ["seen two undefined"]);
  await reset();
});

test("useAgent() reconnects for an option that matters, and for no other", async () => {
  const dials = server.dials;
  const first = options("tokens");
  await page.evaluate((options) => api.showWithQuery(options, "a"), first);
  const connection = await server.connection();
  assert.equal(connection.url.searchParams.get("token"), "a");
  connection.greet(1, { n: 1 }, "e", "tokens");
  await shows("tokens 1 open");
  await page.evaluate((options) => api.showWithQuery(options, "a"), {
    ...first,
    defaultCallTimeout: 5,
  });
  assert.equal(server.dials, dials + 1);
  await page.evaluate((options) => api.showWithQuery(options, "b"), first);
  const next = await server.connection();
  assert.equal(next.url.searchParams.get("token"), "b");
  await connection.gone();
  next.greet(1, { n: 1 }, "e", "tokens");
  await shows("tokens 1 open");
  await reset();
});

test("A call in a mount effect is sent once there is a connection", async () => {
  await page.evaluate(
    (options) => api.show(options),
    options("early", { path: "calls" }),
  );
  const connection = await server.connection();
  const { id, method } = await connection.next();
  assert.equal(method, "early");
  connection.send({ id, success: true, result: "answer", type: "rpc" });
  await page.waitForFunction(() => api.log.includes("answer"));
  await reset();
});

test("useAgentState() renders only when its selection changes", async () => {
  await page.evaluate((options) => api.show(options), options("select"));
  const connection = await server.connection();
  connection.greet(1, { n: 1, name: "Ann" }, "e", "select");
  await shows("select 1 open 0 Ann");
  await page.evaluate(() => api.reset());
  for (let n = 2; n <= 10; n++) {
    connection.send({
      state: { n, name: "Ann" },
      type: "cf_agent_state",
      epoch: "e",
      rev: n,
    });
  }
  await shows("select 10 open 0 Ann");
  assert.equal((await page.evaluate(() => api.renders())).name, undefined);
  connection.send({
    state: { n: 10, name: "Bob" },
    type: "cf_agent_state",
    epoch: "e",
    rev: 11,
  });
  await shows("select 10 open 0 Bob");
  assert.equal((await page.evaluate(() => api.renders())).name, 1);
  await reset();
});

test("enabled: false does not connect until it is true, and disconnects", async () => {
  const dials = server.dials;
  await page.evaluate(
    (options) => api.show(options),
    options("later", { enabled: false }),
  );
  await shows("later - closed");
  assert.equal(server.dials, dials);
  await page.evaluate((options) => api.show(options), options("later"));
  const connection = await server.connection();
  await page.evaluate(
    (options) => api.show(options),
    options("later", { enabled: false }),
  );
  await connection.gone();
  await reset();
});

test("1,000 mounts and unmounts leave no socket", async () => {
  await page.evaluate(
    (options) => api.churn(options, 1000),
    options("churn"),
  );
  // A socket is closed when the server says so: a last one comes after them.
  await page.evaluate((options) => api.show(options), options("last"));
  let connection = await server.connection();
  while (!connection.url.pathname.endsWith("last")) {
    await connection.gone();
    connection = await server.connection();
  }
  await reset();
  await connection.gone();
  assert.equal(server.open, 0);
});

test("useAgent() renders on a server, and connects nowhere", () => {
  function Page() {
    const agent = useAgent<{ n: number }>({ agent: "TestAgent", name: "ssr" });
    const n = useAgentState(agent, (state) => state?.n ?? 0);
    return createElement("p", null, `${agent.name} ${agent.status} ${n}`);
  }
  assert.equal(renderToString(createElement(Page)), "<p>ssr closed 0</p>");
});

test("The page said nothing about errors", () => {
  // A browser logs each socket that is closed before it is open.
  const own = errors.filter((error) =>
    !/WebSocket (is closed|connection)/.test(error)
  );
  assert.deepEqual(own, []);
});
