import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { bundleForPage } from "../../support/browser/bundle.ts";
import { openPage } from "../../support/browser/page.ts";
import type { TestClient } from "../../support/clients/client.ts";
import { Suite } from "../../support/suite.ts";
import { type Runtime, start } from "../../targets/targets.ts";
import { isForeign } from "../their_client/base_frames.ts";
import { entry, objects } from "../their_client/entry.ts";
import { hurry } from "../their_client/hurry.ts";
import type { Api, Show } from "./page.ts";

declare const api: Api;
// Deno checks this file as a test, and has no page.
declare const document: {
  getElementById(id: string): { textContent: string } | null;
};

const runtimes: Runtime[] = ["deno", "bun", "workerd"];
const servers = await Promise.all(
  runtimes.map(async (runtime) =>
    new Suite(await start(runtime, { entry, objects }))
  ),
);
const opened = await openPage(
  bundleForPage('import "./their_client_react/page.ts"', {
    folder: "tests/compat",
  }),
);
after(async () => {
  await opened.close();
  for (const { server } of servers) await server.stop();
});
/** The page of all tests. */
export const page: Page = opened.page;
/** What the page said about errors. */
export const errors: readonly string[] = opened.errors;
/** How many frames the page got, and those that are foreign to the base protocol. */
export const frames = { count: 0, foreign: [] as unknown[] };
page.on("websocket", (socket) => {
  socket.on("framereceived", ({ payload }) => {
    frames.count++;
    if (isForeign(payload)) frames.foreign.push(payload);
  });
});

/** The page as one test sees it, with an instance of its own. */
export class Visit {
  readonly server: Suite;
  readonly name: string;

  constructor(server: Suite) {
    this.server = server;
    this.name = server.name("hook");
  }

  options(agent: string, more: object = {}): Show["options"] {
    const { host } = this.server.server;
    return { agent, name: this.name, host, ...hurry, ...more };
  }

  /** Shows an agent, and waits until the page knows it. */
  async join(
    agent: string,
    more: object = {},
    how: object = {},
  ): Promise<void> {
    const options = this.options(agent, more);
    await page.evaluate((show) => api.show(show), { options, ...how });
    await this.shows('"identified":true');
  }

  /** Waits until this stands on the page. */
  async shows(text: string): Promise<void> {
    await page.waitForFunction(
      (text) => document.getElementById("board")?.textContent.includes(text),
      text,
    );
  }

  /** Waits for the connection after one that was closed; what stands on the page is older. */
  async comesBack(): Promise<void> {
    await page.waitForFunction(() =>
      api.agent().readyState === 1 && api.agent().identified
    );
  }

  /** Waits until the page was told this. */
  async told(...fact: unknown[]): Promise<void> {
    await page.waitForFunction(
      (fact) => api.log().some((entry) => JSON.stringify(entry) === fact),
      JSON.stringify(fact),
    );
  }

  /** Somebody else at the same instance. */
  other(agent: string): Promise<TestClient> {
    return this.server.open(`/agents/${agent}/${this.name}`);
  }
}

/** A behaviour of the hook with a server on each runtime. */
export function hook(name: string, run: (visit: Visit) => Promise<void>): void {
  for (const server of servers) {
    test(`${name} (${server.server.runtime})`, async () => {
      try {
        await run(new Visit(server));
      } finally {
        await page.evaluate(() => api.hide());
      }
    });
  }
}
