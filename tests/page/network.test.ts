import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { AgentClient } from "../../client.ts";
import { bundleForPage } from "../support/browser/bundle.ts";
import { once } from "../support/clients/events.ts";
import { FaultProxy } from "../support/network/fault_proxy.ts";
import { launchChromium } from "../support/browser/page.ts";
import { classes } from "../support/suite.ts";
import { start } from "../targets/targets.ts";
import type { PageClient, Said } from "../fixtures/page/patient.ts";

const server = await start("deno", {
  entry: "tests/fixtures/server.ts",
  profile: "client",
  objects: Object.fromEntries(classes.map((name) => [name, name])),
});
const proxy = await FaultProxy.start(server.host);
const browser = await launchChromium();

declare const said: Said;
declare const client: PageClient;
declare const navigator: { onLine: boolean };

/** What the page has said, and who waits for it. */
let words: string[] = [];
let look = () => {};

const script = bundleForPage('import "./fixtures/page/patient.ts"');
const pages = createServer(({ url }, response) => {
  const word = /^\/said\/(\w+)/.exec(url!)?.[1];
  if (word) {
    words.push(word);
    look();
  }
  response.setHeader("content-type", "text/html");
  response.end(`<!doctype html><script>${script}</script>`);
});
await new Promise<void>((resolve) =>
  pages.listen(0, "127.0.0.1", () => resolve())
);
const { port } = pages.address() as { port: number };
const url = `http://127.0.0.1:${port}/?host=${proxy.host}`;

after(async () => {
  await browser.close();
  pages.closeAllConnections();
  pages.close();
  await proxy.stop();
  await server.stop();
});

/** Waits until the page has said this, from now on. */
async function says(...wanted: string[]): Promise<void> {
  words = [];
  await new Promise<void>((resolve) =>
    look = () => {
      if (wanted.every((word) => words.includes(word))) resolve();
    }
  );
}

/** A page whose client is connected, and which then has no network. */
async function offline(more = "") {
  const context = await browser.newContext();
  const page = await context.newPage();
  const opened = says("open");
  await page.goto(url + more);
  await opened;
  await context.setOffline(true);
  proxy.cut();
  await page.waitForFunction(() => said.includes("close"));
  const dials = () =>
    page.evaluate(() => said.filter((word) => word === "dial").length);
  return { context, page, dials };
}

test("Without a network the longest delay is waited, and it is dialled at once when that is back", async () => {
  const { context, page, dials } = await offline();
  assert.equal(await page.evaluate(() => navigator.onLine), false);
  await somebodyTries();
  assert.equal(await dials(), 1);
  const opened = says("open");
  await context.setOffline(false);
  await opened;
  assert.equal(await dials(), 2);
  await context.close();
});

test("A page that is told wrongly that there is no network goes on dialling", async () => {
  const { context, page } = await offline("&wait=1");
  assert.equal(await page.evaluate(() => navigator.onLine), false);
  await page.waitForFunction(() =>
    said.filter((word) => word === "dial").length > 5
  );
  await context.close();
});

test("The status tells at once that there is no network", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const opened = says("open");
  await page.goto(url);
  await opened;
  assert.equal(await page.evaluate(() => client.status), "open");
  const told = page.evaluate(() =>
    new Promise((resolve) =>
      addEventListener("offline", () => resolve(client.status))
    )
  );
  await context.setOffline(true);
  assert.equal(await told, "reconnecting");
  await context.close();
});

test("A page that is not told that there is no network goes on dialling", async () => {
  const { context, page } = await offline("&wait=1&blind");
  await page.waitForFunction(() =>
    said.filter((word) => word === "dial").length > 5
  );
  await context.close();
});

test("A wait ends when the network is back", async () => {
  const { context, page, dials } = await offline("&blind");
  assert.deepEqual(await page.evaluate(() => said), ["dial", "open", "close"]);
  const opened = says("open");
  await context.setOffline(false);
  await opened;
  assert.equal(await dials(), 2);
  await context.close();
});

/** A client that is told of no network, and that waits as long, has tried many times. */
async function somebodyTries(): Promise<void> {
  const nowhere = await FaultProxy.start(server.host);
  nowhere.isRefusing = true;
  const client = new AgentClient({
    agent: "EchoAgent",
    host: nowhere.host,
    minReconnectionDelay: 1,
    maxReconnectionDelay: 1,
  });
  for (let time = 0; time < 20; time++) await once(client, "close");
  client.close();
  await nowhere.stop();
}

test("A client is back at once when its page is seen again", async () => {
  // Playwright keeps its own pages visible: these are not.
  const session = await browser.newBrowserCDPSession();
  const opened = says("open");
  const page = await session.send("Target.createTarget", { url });
  await opened;
  const hidden = says("hidden");
  const other = await session.send("Target.createTarget", {
    url: "about:blank",
  });
  await hidden;
  const closed = says("close");
  proxy.cut();
  await closed;
  const dials = proxy.dials;
  const seen = says("visible", "open");
  await session.send("Target.activateTarget", page);
  await seen;
  assert.equal(proxy.dials, dials + 1);
  await session.send("Target.closeTarget", page);
  await session.send("Target.closeTarget", other);
});
