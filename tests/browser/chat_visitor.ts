import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import type { ExampleSite } from "./example_site.ts";
import type { Visitor } from "./visitor.ts";

/** Somebody in a room of the chat. */
export class ChatVisitor {
  readonly visitor: Visitor;

  constructor(visitor: Visitor) {
    this.visitor = visitor;
  }

  /** Opens the chat, and gives a name. Resolves when the room has answered. */
  static async join(
    site: ExampleSite,
    name: string,
    options?: BrowserContextOptions,
  ): Promise<ChatVisitor> {
    const chat = new ChatVisitor(await site.visit("", options));
    const { page } = chat;
    await page.getByRole("textbox", { name: "Your name" }).fill(name);
    await page.getByRole("button", { name: "Join the room" }).click();
    await chat.here(name).waitFor({ state: "attached" });
    return chat;
  }

  get page(): Page {
    return this.visitor.page;
  }

  get composer(): Locator {
    return this.page.getByRole("textbox", { name: "Message" });
  }

  get topic(): Locator {
    return this.page.getByRole("textbox", { name: "Topic" });
  }

  /** What is said when there is no connection. */
  get notice(): Locator {
    return this.page.locator("#notice");
  }

  get typing(): Locator {
    return this.page.locator("#typing");
  }

  /** Messages that the room does not have. */
  get unsent(): Locator {
    return this.page.locator("article.unsent");
  }

  /** Somebody in the list of those who are here. */
  here(name: string): Locator {
    return this.page.locator("#people li", { hasText: name });
  }

  /** A message of somebody else. */
  theirs(text: string): Locator {
    return this.page.locator("article.theirs", { hasText: text });
  }

  /** A message of one's own that the room has. */
  mine(text: string): Locator {
    return this.page.locator("article.mine:not(.unsent)", { hasText: text });
  }

  /** A line that says who came, or went. */
  note(text: string): Locator {
    return this.page.locator(".note", { hasText: text });
  }

  /** The texts of all messages that the room has. */
  said(): Promise<string[]> {
    return this.page.locator("article:not(.unsent) .bubble p")
      .allTextContents();
  }

  /** Writes a message. */
  async write(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
  }

  /** Writes a message. Resolves when the room has it. */
  async say(text: string): Promise<void> {
    await this.write(text);
    await this.mine(text).waitFor();
  }

  /** Goes to a room. Resolves when it has answered. */
  async enter(room: string): Promise<void> {
    await this.visitor.enter(room);
    await this.page.locator("#people li small").waitFor({ state: "attached" });
  }
}
