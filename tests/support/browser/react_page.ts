import { after, before, describe } from "node:test";
import type { Page } from "playwright-core";
import type { Api } from "../../fixtures/page/board.ts";
import { bundleForPage, type React, REACTS } from "./bundle.ts";
import { FakeServer } from "../network/fake_server.ts";
import { openPage, type ScriptedPage } from "./page.ts";

declare const api: Api;
// Deno checks this file as a test, and has no page.
declare const document: {
  getElementById(id: string): { textContent: string } | null;
};

/** A page with a board that uses the hooks, and the server it talks to. */
export class ReactPage {
  server!: FakeServer;
  #opened!: ScriptedPage;

  /** Opens the page that this script of `tests/fixtures/page` makes. */
  async open(react: React, name: string): Promise<void> {
    this.server = await FakeServer.start();
    const source = `import "./fixtures/page/${name}.ts"`;
    const script = bundleForPage(source, { react });
    this.#opened = await openPage(script);
  }

  async close(): Promise<void> {
    await this.#opened.close();
    await this.server.stop();
  }

  get page(): Page {
    return this.#opened.page;
  }

  get errors(): string[] {
    return this.#opened.errors;
  }

  /** Options of `useAgent`. */
  options(name: string, more: object = {}) {
    return { agent: "TestAgent", name, host: this.server.host, ...more };
  }

  async show(name: string, more: object = {}, strict = false): Promise<void> {
    await this.page.evaluate(
      ([options, strict]) => api.show(options, strict),
      [this.options(name, more), strict] as const,
    );
  }

  /** Waits until the board shows this. */
  async shows(text: string): Promise<void> {
    await this.page.waitForFunction(
      (text) => document.getElementById("board")?.textContent?.startsWith(text),
      text,
    );
  }

  async reset(): Promise<void> {
    await this.page.evaluate(() => {
      api.hide();
      api.reset();
    });
  }
}

/** Declares tests for each version of React. */
export function withReact(
  declare: (page: ReactPage) => void,
  script = "board",
): void {
  for (const react of REACTS) {
    describe(`React ${react}`, () => {
      const page = new ReactPage();
      before(() => page.open(react, script));
      after(() => page.close());
      declare(page);
    });
  }
}
