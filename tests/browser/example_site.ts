import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { launchChromium } from "../support/page.ts";
import type { Runtime } from "../targets/targets.ts";
import { Cable } from "./cable.ts";
import { type Example, ExampleServer } from "./example_server.ts";
import { Visitor } from "./visitor.ts";

const RUNTIMES: Runtime[] = ["deno", "bun", "workerd"];
const screenshots = join(tmpdir(), "roam-screenshots");

/** An example as people see it: its server, a browser, and the network between them. */
export class ExampleSite {
  readonly server: ExampleServer;
  #browser: Browser;
  #cables = new Set<Cable>();

  private constructor(server: ExampleServer, browser: Browser) {
    this.server = server;
    this.#browser = browser;
  }

  static async open(
    runtime: Runtime,
    example: Example,
    browser: Browser,
  ): Promise<ExampleSite> {
    const server = await ExampleServer.open(runtime, example);
    return new ExampleSite(server, browser);
  }

  /** Somebody who opens the page, with this behind its address, over a cable of their own. */
  async visit(
    rest: string,
    options?: BrowserContextOptions,
  ): Promise<Visitor> {
    const cable = await Cable.to(this.server.host);
    this.#cables.add(cable);
    return Visitor.come(this.#browser, cable, rest, options);
  }

  /** Kills the server, and starts another one on the same store. */
  async restart(): Promise<void> {
    await this.server.restart();
    for (const cable of this.#cables) cable.lead(this.server.host);
  }

  async close(): Promise<void> {
    for (const cable of this.#cables) cable.close();
    await this.server.close();
  }
}

/** Defines the tests of an example, once for each runtime. */
export function testExample(
  example: Example,
  define: (site: () => ExampleSite, runtime: Runtime) => void,
): void {
  describe(`${example} in a browser`, () => {
    let browser: Browser;
    before(async () => {
      browser = await launchChromium();
    });
    after(() => browser?.close());

    for (const runtime of RUNTIMES) {
      describe(`${example} on ${runtime}`, () => {
        let site: ExampleSite;
        before(async () => {
          site = await ExampleSite.open(runtime, example, browser);
        });
        after(() => site?.close());
        define(() => site, runtime);
      });
    }
  });
}

/** Keeps a picture for people to look at, after what a machine can see. */
export async function photograph(
  { page }: Visitor,
  name: string,
): Promise<void> {
  const tooWide = await page.evaluate(
    "document.documentElement.scrollWidth > innerWidth",
  );
  assert.equal(tooWide, false, `${name} scrolls sideways`);
  await mkdir(screenshots, { recursive: true });
  const path = join(screenshots, `${name}.png`);
  await page.screenshot({ path });
  console.log(path);
}
