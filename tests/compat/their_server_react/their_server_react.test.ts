import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Api } from "../../fixtures/page/their_agent.ts";
import { until } from "../../support/clients/events.ts";
import { bundleForPage } from "../../support/browser/bundle.ts";
import { openPage } from "../../support/browser/page.ts";
import { extensionsIn } from "../their_server/recorder.ts";
import { visits } from "../their_server/visit.ts";

const server = await visits();
const script = bundleForPage('import "./fixtures/page/their_agent.ts"');
const { page, errors, close } = await openPage(script);
after(() => close());

declare const api: Api;
// Deno checks this file as a test, and has no page.
declare const document: {
  cookie: string;
  getElementById(id: string): { textContent: string } | null;
};

const options = (agent: string, name: string, more: object = {}) => ({
  agent,
  name,
  host: server.host,
  ...more,
});

/** Waits until the page shows this. */
async function shows(text: string): Promise<void> {
  await page.waitForFunction(
    (text) => document.getElementById("board")?.textContent?.startsWith(text),
    text,
  );
}

function show(...of: Parameters<typeof options>): Promise<void> {
  return page.evaluate((options) => api.show(options), options(...of));
}

test("useAgent(): renders identity and state, over one socket in StrictMode", async () => {
  await show("Board", "first");
  await shows("first true open Untitled");
  assert.equal(await page.evaluate(() => api.sent.urls.length), 1);
});

test("useAgent(): setState, call and stub, both ways", async () => {
  const other = await server.ready<{ title: string }>("Board", "both");
  await show("Board", "both");
  await shows("both true open Untitled");
  await other.call("rename", ["Theirs"]);
  await shows("both true open Theirs");
  await page.evaluate(() => {
    const { state, setState } = api.agent();
    setState({ ...state!, title: "Mine" });
  });
  await shows("both true open Mine");
  await until(other, () => other.state?.title === "Mine");
  const ids = await page.evaluate(async () => [
    await api.agent().call("addCard", ["one"]),
    await api.agent().stub.addCard("two"),
  ]);
  assert.deepEqual(ids, [1, 2]);
});

test("useAgent(): another address brings another state, and none of the old one", async () => {
  await show("Board", "other");
  await shows("other true open Untitled");
});

test("useAgent(): a refused write is taken back, and told", async () => {
  await show("Board", "viewed", { query: { mode: "view" } });
  await shows("viewed true open Untitled");
  await page.evaluate(() => api.agent().setState({ title: "Mine" }));
  await page.waitForFunction(() => api.log.includes("Connection is readonly"));
  await shows("viewed true open Untitled");
});

test("useAgent(): onMessage has the agent's own messages, onMcpUpdate the servers", async () => {
  await page.evaluate(() => {
    api.log.length = 0;
  });
  await show("Board", "messages");
  await shows("messages true open Untitled");
  await page.evaluate(() => api.agent().call("rename", ["New"]));
  await shows("messages true open New");
  await page.waitForFunction(() => String(api.log.at(-1)).includes("New"));
  const log = await page.evaluate(() => api.log);
  const own = log.filter((entry) => typeof entry === "string");
  assert.deepEqual(
    own.at(-1),
    '{"type":"changed","who":"server","title":"New"}',
  );
  for (const entry of own) assert.match(entry as string, /^{"type":"changed"/);
  assert.equal(log.filter((entry) => typeof entry === "object").length, 1);
});

test("useAgent(): an async query, and a prefix", async () => {
  const more = { prefix: "internal/v1" };
  await page.evaluate(
    (options) => api.showWithToken(options),
    options("UserAgent", "system", more),
  );
  await shows("system true open");
  const session = await page.evaluate(() => api.agent().call("session"));
  assert.deepEqual(session, { userId: "system", role: "admin" });
});

test("useAgent(): basePath, where the server decides by a cookie who answers", async () => {
  await page.evaluate(() => {
    document.cookie = "user=grace";
  });
  await show("UserAgent", "", { basePath: "user" });
  await shows("grace true open");
});

test("useAgent(): a close with 4001 is final, and shows", async () => {
  await show("ChatRoom", "stranger");
  await shows("stranger false closed - 4001");
});

test("useAgent(): nothing that was sent is an extension, but for _roam=1 in the URL", async () => {
  const sent = await page.evaluate(() => api.sent);
  assert.ok(sent.urls.length >= 8 && sent.messages.length >= 5);
  assert.deepEqual(extensionsIn(sent), []);
  for (const url of sent.urls) assert.match(url, /\?_pk=[^&]+&_roam=1(&|$)/);
});

test("useAgent(): the page said nothing about errors", () => {
  assert.deepEqual(errors, []);
});
