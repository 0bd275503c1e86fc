import assert from "node:assert/strict";
import { test } from "node:test";
import type { Api } from "../fixtures/page/board.ts";
import { type ReactPage, withReact } from "../support/browser/react_page.ts";

declare const api: Api;
// Deno checks this file as a test, and has no page.
declare const document: {
  getElementById(id: string): { textContent: string } | null;
};

/** Waits until the element shows this. */
async function shows({ page }: ReactPage, id: string, text: string) {
  await page.waitForFunction(
    ([id, text]) => document.getElementById(id)?.textContent === text,
    [id, text] as const,
  );
}

async function open(board: ReactPage, name: string) {
  await board.page.evaluate(
    (options) => api.showPanel(options),
    board.options(name),
  );
  const connection = await board.server.connection();
  connection.greet(1, { n: 1 }, "e", name);
  await shows(board, "lamp", "open 0");
  return connection;
}

/** The next message of this type. */
async function message(
  connection: Awaited<ReturnType<typeof open>>,
  type: string,
) {
  while (true) {
    const next = await connection.next();
    if (next.type === type) return next;
  }
}

withReact((board) => {
  test("useAgentStatus() has a memoised component follow the connection", async () => {
    const connection = await open(board, "status");
    const { page } = board;
    const doors = await page.evaluate(() => api.renders().door);
    const written = page.evaluate(() => api.agent().setState({ n: 2 }));
    const { id } = await message(connection, "cf_agent_state");
    await shows(board, "lamp", "open 1");
    connection.send({ type: "roam_state_ack", id, rev: 2 });
    await written;
    await shows(board, "lamp", "open 0");
    const before = await page.evaluate(() => api.renders().lamp);
    const state = { n: 3 };
    const type = "cf_agent_state";
    connection.send({ state, type, epoch: "e", rev: 3 });
    await page.waitForFunction(() => api.agent().state?.n === 3);
    assert.equal(await page.evaluate(() => api.renders().lamp), before);
    await shows(board, "door", "open");
    assert.equal(await page.evaluate(() => api.renders().door), doors);
    connection.close(4001, "no");
    await shows(board, "lamp", "closed 0");
    await shows(board, "door", "shut");
    await board.reset();
  });

  test("usePresence() and useOthers() show what is shown, and render for what is selected", async () => {
    const connection = await open(board, "presence");
    const { page } = board;
    await message(connection, "roam_presence");
    await page.evaluate(() => api.showMine("me"));
    assert.equal((await message(connection, "roam_presence")).value, "me");
    await shows(board, "mine", "me");
    const type = "roam_presence";
    connection.send({ type, all: [["a", "one"], ["b", "two"]] });
    await shows(board, "others", "2 others");
    const before = await page.evaluate(() => api.renders().others);
    connection.send({ type, set: [["a", "else"]], gone: [] });
    connection.send({ type, error: "not you", code: "X" });
    connection.send({ type, set: [["c", "three"]], gone: [] });
    await shows(board, "others", "3 others");
    assert.equal(await page.evaluate(() => api.renders().others), before + 1);
    await board.reset();
  });

  test("useAgentCall() says whether the last call is answered, and how", async () => {
    const connection = await open(board, "calls");
    const { page } = board;
    await shows(board, "call", "answer undefined");
    const first = page.evaluate(() => api.callAdd(1, 2));
    const { id, args } = await message(connection, "rpc");
    assert.deepEqual(args, [1, 2]);
    await shows(board, "call", "pending");
    const answer = { done: true, success: true, type: "rpc" };
    connection.send({ ...answer, id, result: 3 });
    assert.equal(await first, 3);
    await shows(board, "call", "answer 3");
    page.evaluate(() => void api.callAdd("x"));
    const second = await message(connection, "rpc");
    connection.send({
      id: second.id,
      success: false,
      type: "rpc",
      error: "no number",
    });
    await shows(board, "call", "AgentClientError: no number");
    await board.reset();
  });
});
