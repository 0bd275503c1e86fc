import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { ExampleServer } from "../browser/example_server.ts";
import { launchChromium } from "../support/browser/page.ts";
import { bundled } from "./bundle.ts";
import { PATIENCE_MS } from "../support/patience.ts";

// Deno checks this file as a test, and has no page.
declare const document: {
  querySelector(selector: string): { value: string } | null;
};

const problems: string[] = [];
let server: ExampleServer;
let browser: Browser;
let script: string;

before(async () => {
  script = bundled("examples/board/page/app.tsx");
  server = await ExampleServer.open("deno", "board");
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** Somebody at the board whose page is the compiled one. */
async function open(name: string): Promise<Page> {
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE_MS);
  await context.route(
    "**/app.js",
    (route) => route.fulfill({ contentType: "text/javascript", body: script }),
  );
  const page = await context.newPage();
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.goto(`http://${server.host}/#Compiled`);
  const input = page.getByLabel("Your name");
  await input.fill(name);
  await input.blur();
  return page;
}

/** Resolves when the input at `selector` has this value. */
async function shows(page: Page, selector: string, value: string) {
  await page.waitForFunction(
    ([selector, value]) => document.querySelector(selector)?.value === value,
    [selector, value],
  );
}

const status = (page: Page, is: string) =>
  page.locator(`[data-status=${is}]`).waitFor();

test("the board, compiled by React Compiler, shows status, presence, state and what waits", async () => {
  assert.match(script, /memo_cache_sentinel/, "it is compiled");
  const ada = await open("Ada");
  await status(ada, "open");
  const grace = await open("Grace");
  await status(grace, "open");
  for (const [page, name] of [[ada, "Grace"], [grace, "Ada"]] as const) {
    await page.locator(".people li", { hasText: name }).waitFor();
  }
  await ada.getByLabel("What is it?").fill("Soup");
  await shows(grace, "#title", "Soup");
  await grace.locator(".field.title .visitor", { hasText: "Ada" }).waitFor();
  await ada.getByText("Saved").waitFor();
  await grace.context().setOffline(true);
  await status(grace, "reconnecting");
  await grace.getByLabel("Notes").fill("Bring chairs");
  await grace.getByText("1 change waits").waitFor();
  await grace.context().setOffline(false);
  await status(grace, "open");
  await grace.getByText("Saved").waitFor();
  await shows(ada, "#notes", "Bring chairs");
  await ada.context().close();
  await grace.locator(".people li", { hasText: "Ada" }).waitFor({
    state: "detached",
  });
  assert.deepEqual(problems, []);
});
