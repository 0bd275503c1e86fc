import type { Browser, BrowserContextOptions } from "playwright-core";
import { Visitor } from "./visitor.ts";

/** Who can visit an example: a window takes longer to open than a page in it. */
export class Visitors {
  #browser: Browser;
  #known: { options: string; visitor: Visitor }[] = [];

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Somebody with a browser like this who is not busy. */
  async find(options: BrowserContextOptions = {}): Promise<Visitor> {
    const text = JSON.stringify(options);
    const known = this.#known.find(({ options, visitor }) =>
      options === text && !visitor.isBusy
    );
    if (known !== undefined) {
      known.visitor.isBusy = true;
      return known.visitor;
    }
    const visitor = await Visitor.open(this.#browser, options);
    this.#known.push({ options: text, visitor });
    return visitor;
  }
}
