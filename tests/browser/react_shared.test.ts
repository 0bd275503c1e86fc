import assert from "node:assert/strict";
import { test } from "node:test";
import type { Api } from "../fixtures/page/shared.ts";
import { type ReactPage, withReact } from "../support/browser/react_page.ts";
import { suite } from "../support/suite.ts";

declare const sharing: Api;
// Deno checks this file as a test, and has no page.
declare const document: {
  getElementById(id: string): { textContent: string } | null;
};

const real = await suite("client");

/** Waits until the element shows this. */
async function shows({ page }: ReactPage, id: string, text: string) {
  await page.waitForFunction(
    ([id, text]) => document.getElementById(id)?.textContent === text,
    [id, text] as const,
  );
}

async function pair(
  board: ReactPage,
  name: string,
  ids: string[],
  strict?: boolean,
) {
  await board.page.evaluate(
    ([options, ids, strict]) => sharing.pair(options, ids, strict),
    [board.options(name), ids, strict] as const,
  );
}

async function wait(board: ReactPage, names: string[], strict?: boolean) {
  await board.page.evaluate(
    ([options, names, strict]) => sharing.wait(options, names, strict),
    [board.options(""), names, strict] as const,
  );
}

const hide = ({ page }: ReactPage) => page.evaluate(() => sharing.hide());

withReact((board) => {
  for (const strict of [false, true]) {
    test(`useAgentClient() shares one connection${strict ? " in StrictMode" : ""}, and renders nobody for the state`, async () => {
      const { page, server } = board;
      const { dials } = server;
      await pair(board, "pair", ["a", "b"], strict);
      await shows(board, "a", "0");
      const connection = await server.connection();
      const parent = () => page.evaluate(() => sharing.renders().parent);
      const before = await parent();
      connection.greet(1, { n: 1 }, "e", "pair");
      await shows(board, "a", "1");
      await shows(board, "b", "1");
      const state = { n: 2 };
      const type = "cf_agent_state";
      connection.send({ state, type, epoch: "e", rev: 2 });
      await shows(board, "b", "2");
      assert.equal(await parent(), before);
      await pair(board, "pair", [], strict);
      await pair(board, "pair", ["c"], strict);
      await shows(board, "c", "2");
      assert.deepEqual([server.dials, server.open], [dials + 1, 1]);
      await pair(board, "other", ["c"], strict);
      const other = await server.connection();
      await connection.gone();
      await hide(board);
      await other.gone();
      assert.equal(server.open, 0);
    });

    test(`useSuspenseAgent() waits for the first state only${strict ? " in StrictMode" : ""}`, async () => {
      const { server } = board;
      const { dials } = server;
      await wait(board, ["first"], strict);
      await shows(board, "fallback", "no first");
      const connection = await server.connection();
      connection.greet(1, { n: 1 }, "e", "first");
      await shows(board, "state", "first 1");
      connection.cut();
      const next = await server.connection();
      await shows(board, "state", "first 1");
      next.greet(2, { n: 2 }, "e", "first");
      await shows(board, "state", "first 2");
      const type = "cf_agent_state";
      next.send({ state: null, type, epoch: "e", rev: 3 });
      await shows(board, "state", "first null");
      assert.deepEqual([server.dials, server.open], [dials + 2, 1]);
      await wait(board, ["second"], strict);
      await shows(board, "fallback", "no second");
      const second = await server.connection();
      await next.gone();
      second.greet(1, { n: 5 }, "e", "second");
      await shows(board, "state", "second 5");
      await hide(board);
      await second.gone();
      assert.equal(server.open, 0);
    });
  }

  test("useSuspenseAgent() with enabled: false neither waits nor connects", async () => {
    const { dials } = board.server;
    await board.page.evaluate(
      (options) => sharing.wait(options, ["closed"]),
      board.options("", { enabled: false }),
    );
    await shows(board, "state", "closed -1");
    assert.equal(board.server.dials, dials);
    await wait(board, ["closed"]);
    const connection = await board.server.connection();
    connection.greet(1, { n: 1 }, "e", "closed");
    await shows(board, "state", "closed 1");
    await hide(board);
    await connection.gone();
  });

  test("useSuspenseAgent() throws a final error to the boundary, before the first state and after it", async () => {
    const { server } = board;
    await wait(board, ["refused"]);
    (await server.connection()).close(4001, "no");
    await shows(board, "error", "Connection closed: 4001 no");
    await hide(board);
    await wait(board, ["ended"]);
    const connection = await server.connection();
    connection.greet(1, { n: 1 }, "e", "ended");
    await shows(board, "state", "ended 1");
    connection.close(4002, "over");
    await shows(board, "error", "Connection closed: 4002 over");
    await hide(board);
    // One that begins anew dials anew.
    await wait(board, ["ended"]);
    const next = await server.connection();
    next.greet(1, { n: 2 }, "e", "ended");
    await shows(board, "state", "ended 2");
    await hide(board);
    await next.gone();
  });

  test("useSuspenseAgent() throws it on a slow page, which renders in parts, and dials once", async () => {
    const { page, server } = board;
    const { dials } = server;
    await wait(board, ["slow"]);
    const connection = await server.connection();
    await page.evaluate(() => sharing.slow(30));
    connection.close(4001, "no");
    try {
      await shows(board, "error", "Connection closed: 4001 no");
    } finally {
      await page.evaluate(() => sharing.slow(0));
    }
    assert.equal(server.dials, dials + 1);
    await hide(board);
  });

  test("useSuspenseAgent() keeps the connection of who waits for long, and ends that of who has gone", async () => {
    const { page, server } = board;
    const { dials } = server;
    await wait(board, ["patient"]);
    const patient = await server.connection();
    await wait(board, ["patient", "gone"]);
    const gone = await server.connection();
    await wait(board, ["patient"]);
    await gone.gone();
    const renders = await page.evaluate(() =>
      sharing.renders()["waiting patient"]
    );
    assert.ok(renders > 1, "it is asked whether it is there");
    assert.deepEqual([server.dials, server.open], [dials + 2, 1]);
    patient.greet(1, { n: 1 }, "e", "patient");
    await shows(board, "state", "patient 1");
    await hide(board);
    await patient.gone();
    assert.deepEqual([server.dials, server.open], [dials + 2, 0]);
  });

  test("1,000 mounts and unmounts of useSuspenseAgent() leave no connection on the server", async () => {
    const prefix = real.name("churn");
    const options = {
      agent: "StateAgent",
      name: prefix,
      host: real.server.host,
    };
    await board.page.evaluate(
      (options) => sharing.churn(options, 1000),
      options,
    );
    const about = { agent: "StateAgent" };
    const counts = () =>
      ["connected", "disconnected"].map((type) =>
        real.events({ type, ...about })
      );
    assert.ok(counts()[0] >= 20, `${counts()} connections`);
    // The last ones are on their way out.
    while (counts()[0] !== counts()[1]) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
}, "shared");
