import type {
  BrowserContextOptions,
  CDPSession,
  Locator,
  Page,
} from "playwright-core";
import type { ExampleSite } from "./example_site.ts";
import type { Visitor } from "./visitor.ts";

/** Somebody at a canvas. Places are in the units of the drawing: 800 by 1,000. */
export class CanvasVisitor {
  readonly visitor: Visitor;
  #fingers: CDPSession | undefined;

  constructor(visitor: Visitor) {
    this.visitor = visitor;
  }

  static async join(
    site: ExampleSite,
    name: string,
    options?: BrowserContextOptions,
  ): Promise<CanvasVisitor> {
    const canvas = new CanvasVisitor(await site.visit("", options));
    const input = canvas.page.getByLabel("Your name");
    await input.fill(name);
    await input.blur();
    await canvas.page.getByText("Connected").waitFor();
    return canvas;
  }

  get page(): Page {
    return this.visitor.page;
  }

  cursor(name: string): Locator {
    return this.page.locator(".cursor", {
      has: this.page.getByText(name, { exact: true }),
    });
  }

  shape(label: string): Locator {
    return this.page.locator(`[aria-label="${label}"]`);
  }

  /** Resolves when so many cursors are shown. */
  async cursors(count: number): Promise<void> {
    await this.page.waitForFunction(
      (count) => document.querySelectorAll(".cursor").length === count,
      count,
    );
  }

  /** Resolves when the cursor of `name` is shown there. */
  async cursorAt(name: string, x: number, y: number): Promise<void> {
    await this.page.waitForFunction(
      ([name, x, y]) =>
        [...document.querySelectorAll(".cursor")].some((element) =>
          element.textContent === name &&
          element.style.getPropertyValue("--x") === `${Number(x) / 800}` &&
          element.style.getPropertyValue("--y") === `${Number(y) / 1000}`
        ),
      [name, x, y],
    );
  }

  /** Where a cursor is on the screen, as a place of the drawing. */
  async placeOf(name: string): Promise<number[]> {
    const { x, y } = (await this.cursor(name).boundingBox())!;
    const sheet = await this.#sheet();
    return [
      (x - sheet.x) / sheet.width * 800,
      (y - sheet.y) / sheet.height * 1000,
    ]
      .map((value) => Math.round(value / 10) * 10);
  }

  async shapePlace(label: string): Promise<[x: number, y: number]> {
    const transform = await this.shape(label).getAttribute("transform");
    const [, x, y] = /translate\((\d+) (\d+)\)/.exec(transform!)!;
    return [Number(x), Number(y)];
  }

  /** Resolves when the shape is there, or next to it: screens round places. */
  async shapeAt(label: string, x: number, y: number): Promise<void> {
    await this.page.waitForFunction(([label, x, y]) => {
      const element = document.querySelector(`[aria-label="${label}"]`);
      const [, left, top] = /translate\((\d+) (\d+)\)/.exec(
        element?.getAttribute("transform") ?? "",
      ) ??
        [];
      return Math.abs(Number(left) - Number(x)) < 6 &&
        Math.abs(Number(top) - Number(y)) < 6;
    }, [label, x, y]);
  }

  async add(kind: string): Promise<void> {
    const count = await this.page.locator(".shape").count();
    await this.page.getByRole("button", { name: `Add a ${kind}` }).click();
    await this.page.locator(".shape").nth(count).waitFor();
  }

  /** Moves the mouse there. */
  async point(x: number, y: number): Promise<void> {
    await this.page.mouse.move(...await this.#onScreen(x, y));
  }

  async drag(label: string, x: number, y: number): Promise<void> {
    await this.point(...await this.shapePlace(label));
    await this.page.mouse.down();
    await this.page.mouse.move(...await this.#onScreen(x, y), { steps: 12 });
    await this.page.mouse.up();
  }

  async dragByTouch(label: string, x: number, y: number): Promise<void> {
    const [left, top] = await this.shapePlace(label);
    await this.touch("touchStart", left, top);
    for (const part of [0.25, 0.5, 0.75, 1]) {
      const place = [left + (x - left) * part, top + (y - top) * part] as const;
      await this.touch("touchMove", ...place);
    }
    await this.touch("touchEnd");
  }

  /** A finger touches the screen there, moves there, or is lifted. */
  async touch(
    type: "touchStart" | "touchMove" | "touchEnd",
    x?: number,
    y?: number,
  ): Promise<void> {
    this.#fingers ??= await this.page.context().newCDPSession(this.page);
    const touchPoints: { x: number; y: number }[] = [];
    if (x !== undefined && y !== undefined) {
      const [left, top] = await this.#onScreen(x, y);
      touchPoints.push({ x: left, y: top });
    }
    await this.#fingers.send("Input.dispatchTouchEvent", { type, touchPoints });
  }

  /** Loads the page anew, and returns what tells what it has sent since then. */
  async sent(): Promise<() => string[]> {
    const frames: string[] = [];
    this.page.on(
      "websocket",
      (socket) =>
        socket.on("framesent", ({ payload }) => frames.push(`${payload}`)),
    );
    await this.page.reload();
    await this.page.getByText("Connected").waitFor();
    return () => frames;
  }

  async #onScreen(x: number, y: number): Promise<[x: number, y: number]> {
    const sheet = await this.#sheet();
    return [sheet.x + x / 800 * sheet.width, sheet.y + y / 1000 * sheet.height];
  }

  async #sheet() {
    return (await this.page.locator("#shapes").boundingBox())!;
  }
}

/** Deno checks this file as a test, and has no page. */
interface PageElement {
  readonly textContent: string;
  readonly style: { getPropertyValue(name: string): string };
  getAttribute(name: string): string | null;
}
declare const document: {
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement> & {
    readonly length: number;
  };
};
