import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import type { ExampleSite } from "./example_site.ts";
import type { Visitor } from "./visitor.ts";

const PASSWORD = "correct horse battery";

/** Somebody at the door of the club, or inside. */
export class ClubVisitor {
  readonly visitor: Visitor;

  constructor(visitor: Visitor) {
    this.visitor = visitor;
  }

  /** Opens the page, which shows the door. */
  static async come(
    site: ExampleSite,
    options?: BrowserContextOptions,
  ): Promise<ClubVisitor> {
    const club = new ClubVisitor(await site.visit("", options));
    // Of whoever had this browser before.
    await club.page.context().clearCookies();
    await club.page.reload();
    await club.door.waitFor();
    return club;
  }

  get page(): Page {
    return this.visitor.page;
  }

  get door(): Locator {
    return this.page.locator("#door");
  }

  /** Why one has to sign in. */
  get why(): Locator {
    return this.page.locator("#why");
  }

  get notes(): Locator {
    return this.page.locator("#notes li p");
  }

  /** Somebody in the list of the admin. */
  person(name: string): Locator {
    return this.page.locator("#people li", { hasText: name });
  }

  /** Fills in the form, and presses one of its buttons. */
  async knock(
    action: "Sign in" | "Create account",
    name: string,
    { password = PASSWORD, seconds = "43200" } = {},
  ): Promise<void> {
    await this.page.getByLabel("Your name").fill(name);
    await this.page.getByLabel("Password").fill(password);
    await this.page.getByLabel("Stay signed in for").selectOption(seconds);
    await this.page.getByRole("button", { name: action }).click();
  }

  /** Knocks, and comes in. */
  async enter(
    action: "Sign in" | "Create account",
    name: string,
    more?: { password?: string; seconds?: string },
  ): Promise<void> {
    await this.knock(action, name, more);
    await this.inside();
  }

  async inside(): Promise<void> {
    await this.page.getByRole("heading", { name: "Your notes" }).waitFor();
    await this.page.getByText("Connected").waitFor();
  }

  async signOut(): Promise<void> {
    await this.page.getByRole("button", { name: "Sign out" }).click();
    await this.door.waitFor();
  }

  /** Writes a note. Resolves when it is there. */
  async write(text: string): Promise<void> {
    await this.page.getByLabel("New note").fill(text);
    await this.page.getByRole("button", { name: "Add" }).click();
    await this.page.locator("#notes", { hasText: text }).waitFor();
  }
}
