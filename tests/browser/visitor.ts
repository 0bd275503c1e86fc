import assert from "node:assert/strict";
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Locator,
  Page,
} from "playwright-core";

/** Somebody at a browser of their own, in a room of the chat. */
export class Visitor {
  readonly page: Page;
  #context: BrowserContext;
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

  /** Opens the chat at `url`, and gives a name. Resolves when the room has answered. */
  static async enter(
    browser: Browser,
    url: string,
    name: string,
    options?: BrowserContextOptions,
  ): Promise<Visitor> {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(15_000);
    const visitor = new Visitor(context, await context.newPage());
    const { page } = visitor;
    await page.goto(url);
    await page.getByRole("textbox", { name: "Your name" }).fill(name);
    await page.getByRole("button", { name: "Join the room" }).click();
    await visitor.here(name).waitFor({ state: "attached" });
    return visitor;
  }

  get composer(): Locator {
    return this.page.getByRole("textbox", { name: "Message" });
  }

  /** What is said when there is no connection. */
  get notice(): Locator {
    return this.page.locator("#notice");
  }

  get typing(): Locator {
    return this.page.locator("#typing");
  }

  /** Somebody in the list of those who are here. */
  here(name: string): Locator {
    return this.page.locator("#people li", { hasText: name });
  }

  /** A message of somebody else. */
  theirs(text: string): Locator {
    return this.page.locator("article.theirs", { hasText: text });
  }

  /** A message of one's own. */
  mine(text: string): Locator {
    return this.page.locator("article.mine", { hasText: text });
  }

  /** A line that says who came, or went. */
  note(text: string): Locator {
    return this.page.locator(".note", { hasText: text });
  }

  /** Writes a message and sends it. Resolves when the room has it. */
  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
    await this.mine(text).waitFor();
  }

  async leave(): Promise<void> {
    await this.#context.close();
    assert.deepEqual(this.#problems, []);
  }
}
