import assert from "node:assert/strict";
import { after, before } from "node:test";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { buildPage } from "../../tools/examples.mjs";
import { launchChromium } from "../support/browser/page.ts";
import { missing } from "../support/cluster/postgres.ts";
import { test } from "../support/runners/skippable.ts";
import { type Server, start } from "../targets/targets.ts";
import { seriousProblems } from "./axe.ts";
import { Cable } from "./cable.ts";
import { photograph } from "./photograph.ts";
import { Visitor } from "./visitor.ts";
import { PHONE } from "./phone.ts";

const NAMES = ["red", "green", "blue"];

let browser: Browser;
let server: Server;
before(async () => {
  if (missing) return;
  buildPage("cluster");
  browser = await launchChromium();
  server = await start("deno", {
    entry: "examples/cluster/main.ts",
    objects: {},
  });
});
after(async () => {
  await browser?.close();
  await server?.stop("SIGTERM");
});

test(
  "rooms go on elsewhere when a process is killed or hands over, and no count goes back",
  {
    skip: missing,
  },
  async () => {
    const watcher = await Watcher.come();
    for (const name of NAMES) await watcher.says(name, /^live, [1-9]/);
    await watcher.rooms.nth(11).waitFor();
    assert.deepEqual(await seriousProblems(watcher.page), []);
    await photograph(watcher.visitor, "cluster");
    await watcher.press("Kill: red");
    await watcher.says("red", /^down/);
    await watcher.hasNone("red");
    await watcher.page.locator('#nodes li[data-status="open"]').nth(11)
      .waitFor();
    await photograph(watcher.visitor, "cluster-killed");
    await watcher.press("Start: red");
    await watcher.says("red", /^live, [1-9]/);
    await watcher.press("Hand over: green");
    await watcher.says("green", /^down/);
    await watcher.hasNone("green");
    await watcher.press("Start: green");
    await watcher.leave();
  },
);

test(
  "rooms go on elsewhere when a process is paused, which joins again when it goes on",
  {
    skip: missing,
  },
  async () => {
    const watcher = await Watcher.come(PHONE);
    for (const name of NAMES) await watcher.says(name, /^live, [1-9]/);
    await watcher.rooms.nth(11).waitFor();
    await photograph(watcher.visitor, "cluster-phone");
    await watcher.press("Pause: blue");
    await watcher.says("blue", /^paused/);
    await watcher.hasNone("blue");
    await watcher.press("Go on: blue");
    await watcher.says("blue", /^live, [1-9]/);
    await watcher.leave();
  },
);

/** Somebody who looks at the page, and presses its buttons. */
class Watcher {
  readonly visitor: Visitor;
  #cable: Cable;

  constructor(visitor: Visitor, cable: Cable) {
    this.visitor = visitor;
    this.#cable = cable;
  }

  static async come(options?: BrowserContextOptions): Promise<Watcher> {
    const cable = await Cable.to(server.host);
    const visitor = await Visitor.open(browser, options);
    await visitor.come(cable, "");
    return new Watcher(visitor, cable);
  }

  get page() {
    return this.visitor.page;
  }

  get rooms() {
    return this.page.locator("#nodes li");
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole("button", { name }).click();
  }

  /** Resolves when this stands under the name of a process. */
  async says(name: string, what: RegExp): Promise<void> {
    await this.page.locator(`[data-node="${name}"]`).getByText(what)
      .waitFor();
  }

  /** Resolves when a process has no room any more. */
  async hasNone(name: string): Promise<void> {
    await this.page.locator(`[data-node="${name}"] li`).first()
      .waitFor({ state: "detached" });
  }

  async leave(): Promise<void> {
    assert.equal(await this.rooms.count(), 12);
    assert.equal(await this.page.locator("#lost").textContent(), "0");
    await this.visitor.leave();
    this.#cable.close();
  }
}
