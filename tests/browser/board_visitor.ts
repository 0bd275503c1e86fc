import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import type { ExampleSite } from "./example_site.ts";
import type { Visitor } from "./visitor.ts";

/** Somebody at a board. */
export class BoardVisitor {
  readonly visitor: Visitor;

  constructor(visitor: Visitor) {
    this.visitor = visitor;
  }

  /** Opens a board, and gives a name. Resolves when it is there. */
  static async join(
    site: ExampleSite,
    rest: string,
    name: string,
    options?: BrowserContextOptions,
  ): Promise<BoardVisitor> {
    const board = new BoardVisitor(await site.visit(rest, options));
    await board.rename(name);
    await board.saved();
    return board;
  }

  get page(): Page {
    return this.visitor.page;
  }

  get title(): Locator {
    return this.page.getByLabel("What is it?");
  }

  get guests(): Locator {
    return this.page.getByLabel("How many?");
  }

  get more(): Locator {
    return this.page.getByRole("button", { name: "One more" });
  }

  get place(): Locator {
    return this.page.getByLabel("Where?");
  }

  get notes(): Locator {
    return this.page.getByLabel("Notes");
  }

  diet(name: string): Locator {
    return this.page.getByRole("checkbox", { name });
  }

  dish(name: string): Locator {
    return this.page.getByRole("listitem").filter({ hasText: name });
  }

  /** Somebody else in the list of those who are here. */
  here(name: string): Locator {
    return this.page.locator(".people li", { hasText: name });
  }

  /** Somebody else in a field. */
  in(field: string, name: string): Locator {
    return this.page.locator(`.field.${field} .visitor`, { hasText: name });
  }

  /** Why the last change of a field was taken back. */
  problem(field: string): Locator {
    return this.page.locator(`.field.${field} .problem`);
  }

  async rename(name: string): Promise<void> {
    const input = this.page.getByLabel("Your name");
    await input.fill(name);
    await input.blur();
  }

  async bring(dish: string): Promise<void> {
    await this.page.getByLabel("Another dish").fill(dish);
    await this.page.getByRole("button", { name: "Add" }).click();
    await this.dish(dish).waitFor();
  }

  /** Resolves when the server has everything. */
  async saved(): Promise<void> {
    await this.page.getByText("Saved").waitFor();
    await this.page.locator("main[aria-busy=false]").waitFor();
  }
}
