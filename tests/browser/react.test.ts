import assert from "node:assert/strict";
import { test } from "node:test";
import type { Api } from "../fixtures/page/board.ts";
import { withReact } from "../support/browser/react_page.ts";

declare const api: Api;

withReact((board) => {
  test("useAgent() renders state, and methods work off the client", async () => {
    const { page, server } = board;
    await board.show("methods");
    const connection = await server.connection();
    connection.greet(1, { n: 1 }, "e", "methods");
    await board.shows("methods 1 open 0");
    await page.evaluate(() => {
      const { setState, send } = api.agent();
      setState({ n: 2 });
      send("hello");
    });
    await board.shows("methods 2 open 1");
    const { id } = await connection.next();
    assert.equal(await connection.next(), "hello");
    connection.send({ type: "roam_state_ack", id, rev: 2 });
    await board.shows("methods 2 open 0");
    connection.send("a message");
    await page.waitForFunction(() => api.log.includes("methods:a message"));
    connection.close(4001, "no");
    await board.shows("methods 2 closed 0");
    const url = await page.evaluate(() => api.agent().getHttpUrl());
    assert.equal(url, `http://${server.host}/agents/test-agent/methods`);
    await board.reset();
  });

  test("useAgent() shows no state of another address", async () => {
    const { page, server } = board;
    await board.show("one");
    const one = await server.connection();
    one.greet(1, { n: 1 }, "e", "one");
    await board.shows("one 1 open");
    await board.show("two");
    const two = await server.connection();
    assert.match(two.url.pathname, /two$/);
    await one.gone();
    two.greet(0, undefined, "e2", "two");
    await board.shows("two - open");
    const seen = await page.evaluate(() =>
      api.log.filter((entry) => String(entry).startsWith("seen two"))
    );
    assert.deepEqual([...new Set(seen)], ["seen two undefined"]);
    await board.reset();
  });

  test("useAgent() reconnects for an option that matters, and for no other", async () => {
    const { page, server } = board;
    const dials = server.dials;
    const first = board.options("tokens");
    await page.evaluate((options) => api.showWithQuery(options, "a"), first);
    const connection = await server.connection();
    assert.equal(connection.url.searchParams.get("token"), "a");
    connection.greet(1, { n: 1 }, "e", "tokens");
    await board.shows("tokens 1 open");
    await page.evaluate((options) => api.showWithQuery(options, "a"), {
      ...first,
      defaultCallTimeout: 5,
      heartbeatInterval: 99,
    });
    await page.evaluate((options) => api.showWithQuery(options, "b"), first);
    const next = await server.connection();
    assert.equal(next.url.searchParams.get("token"), "b");
    await connection.gone();
    next.greet(1, { n: 1 }, "e", "tokens");
    await board.shows("tokens 1 open");
    assert.equal(server.dials, dials + 2);
    await board.reset();
  });

  test("A query that takes its time suspends nothing", async () => {
    const { page, server } = board;
    await page.evaluate(
      (options) => api.showWithoutQuery(options),
      board.options("query"),
    );
    await board.shows("query - connecting 0");
    await page.evaluate(() => api.answerQuery({ token: "late" }));
    const connection = await server.connection();
    assert.equal(connection.url.searchParams.get("token"), "late");
    await board.reset();
  });

  test("A call in a mount effect is sent once there is a connection", async () => {
    const { page, server } = board;
    await board.show("early", { path: "calls" });
    const connection = await server.connection();
    const { id, method } = await connection.next();
    assert.equal(method, "early");
    connection.send({ id, success: true, result: "answer", type: "rpc" });
    await page.waitForFunction(() => api.log.includes("answer"));
    await board.reset();
  });

  test("useAgentState() renders only when its selection changes", async () => {
    const { page, server } = board;
    const renders = () => page.evaluate(() => api.renders());
    await board.show("select");
    const connection = await server.connection();
    connection.greet(1, { n: 1, name: "Ann" }, "e", "select");
    await board.shows("select 1 open 0 Ann");
    await page.evaluate(() => api.reset());
    const state = (rev: number, n: number, name: string) =>
      connection.send({
        state: { n, name },
        type: "cf_agent_state",
        epoch: "e",
        rev,
      });
    for (let n = 2; n <= 10; n++) state(n, n, "Ann");
    await board.shows("select 10 open 0 Ann");
    const first = await renders();
    assert.equal(first.name, undefined);
    // Whoever looks at all of it does render.
    assert.ok(first.board >= 1);
    state(11, 10, "Bob");
    await board.shows("select 10 open 0 Bob");
    assert.equal((await renders()).name, 1);
    await board.reset();
  });

  test("The page said nothing about errors", () => {
    // A browser logs each socket that is closed before it is open.
    const own = board.errors.filter((error) =>
      !/WebSocket (is closed|connection)/.test(error)
    );
    assert.deepEqual(own, []);
  });
});
