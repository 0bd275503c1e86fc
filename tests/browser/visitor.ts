import assert from "node:assert/strict";
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Page,
} from "playwright-core";
import type { Cable } from "./cable.ts";
import { PATIENCE_MS } from "../support/patience.ts";

// Deno checks this file as a test, and has no page.
declare const document: {
  querySelector(selector: string): { value: string } | null;
};
declare const location: { hash: string };

/** Has a page lack what it lacks on a phone in the network of a developer. */
function withoutTls(): void {
  for (const name of ["randomUUID", "subtle"]) {
    Object.defineProperty(Crypto.prototype, name, { value: undefined });
  }
}

/** Somebody at a browser of their own. */
export class Visitor {
  readonly page: Page;
  isBusy = true;
  #context: BrowserContext;
  #cable!: Cable;
  #problems: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on("pageerror", (error) => this.#problems.push(String(error)));
    page.on("dialog", (dialog) => {
      this.#problems.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on("console", (message) => {
      const text = message.text();
      if (text.includes("Content Security Policy")) this.#problems.push(text);
    });
  }

  /** Opens a window. */
  static async open(
    browser: Browser,
    options?: BrowserContextOptions,
  ): Promise<Visitor> {
    // Nobody looks at what moves, and it takes time.
    const still = { reducedMotion: "reduce" } as const;
    const context = await browser.newContext({ ...still, ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    if (options?.isMobile) await context.addInitScript(withoutTls);
    return new Visitor(context, await context.newPage());
  }

  /** Opens the page that `cable` leads to, with `rest` behind its address. */
  async come(cable: Cable, rest: string): Promise<void> {
    this.#cable = cable;
    await this.page.goto(`${cable.url}/${rest}`);
  }

  /** Goes to another room, or board, which the page does without loading anew. */
  async enter(name: string): Promise<void> {
    const hash = `#${encodeURIComponent(name)}`;
    await this.page.evaluate((hash) => {
      location.hash = hash;
    }, hash);
    await this.page.getByRole("heading", { level: 1, name, exact: true })
      .waitFor();
  }

  /** Resolves when the input at `selector` has this value. */
  async shows(selector: string, value: string): Promise<void> {
    await this.page.waitForFunction(
      ([selector, value]) => document.querySelector(selector)?.value === value,
      [selector, value],
    );
  }

  /** Breaks the network. The browser does not say so. */
  cut(): void {
    this.#cable.cut();
  }

  /** Mends the network; the browser says that there is one, and so the page tries at once. */
  async mend(): Promise<void> {
    this.#cable.mend();
    await this.#context.setOffline(true);
    await this.#context.setOffline(false);
  }

  /** Goes elsewhere, and comes again in the same window when the network is mended: the page had no time to try. */
  async comeAgain(): Promise<void> {
    const url = this.page.url();
    await this.page.goto("about:blank");
    this.#cable.mend();
    await this.page.goto(url);
  }

  /** The browser says that there is no network. */
  async offline(): Promise<void> {
    await this.#context.setOffline(true);
  }

  /** Leaves. The page must have had no problem all the time. */
  async leave(): Promise<void> {
    await this.page.goto("about:blank");
    this.isBusy = false;
    assert.deepEqual(this.#problems, []);
  }
}
