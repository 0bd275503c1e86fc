import { after, before, describe } from "node:test";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { launchChromium } from "../support/browser/page.ts";
import type { Runtime } from "../targets/targets.ts";
import { Cable } from "./cable.ts";
import { type Example, ExampleServer } from "./example_server.ts";
import { servedOn } from "./served_on.ts";
import type { Visitor } from "./visitor.ts";
import { Visitors } from "./visitors.ts";

/** An example as people see it: its server, browsers, and the network between them. */
export class ExampleSite {
  readonly server: ExampleServer;
  #visitors: Visitors;
  #cables = new Set<Cable>();

  private constructor(server: ExampleServer, visitors: Visitors) {
    this.server = server;
    this.#visitors = visitors;
  }

  static async open(
    runtime: Runtime,
    example: Example,
    visitors: Visitors,
  ): Promise<ExampleSite> {
    const server = await ExampleServer.open(runtime, example);
    return new ExampleSite(server, visitors);
  }

  /** Somebody who opens the page, with this behind its address, over a cable of their own. */
  async visit(
    rest: string,
    options?: BrowserContextOptions,
  ): Promise<Visitor> {
    const cable = await Cable.to(this.server.host);
    this.#cables.add(cable);
    const visitor = await this.#visitors.find(options);
    await visitor.come(cable, rest);
    return visitor;
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

/** Defines the tests of an example, once for each runtime that it is served on. */
export function testExample(
  example: Example,
  define: (site: () => ExampleSite, runtime: Runtime) => void,
): void {
  let browser: Browser;
  let visitors: Visitors;
  before(async () => {
    browser = await launchChromium();
    visitors = new Visitors(browser);
  });
  after(() => browser?.close());

  for (const runtime of servedOn) {
    describe(`${example} on ${runtime}`, () => {
      let site: ExampleSite;
      before(async () => {
        site = await ExampleSite.open(runtime, example, visitors);
      });
      after(() => site?.close());
      define(() => site, runtime);
    });
  }
}
