import { createServer } from "node:http";
import { type Browser, chromium, type Page } from "playwright-core";
import { CHROMIUM_ARGS, ensureChromium } from "../../../tools/chromium.mjs";

/** Starts a browser, which has to be there or to be installed. */
export async function launchChromium(): Promise<Browser> {
  const { path, reason } = ensureChromium();
  if (path === undefined) throw new Error(reason);
  return await chromium.launch({ executablePath: path, args: CHROMIUM_ARGS });
}

/** A page that has run `script`, in a browser of its own. */
export interface ScriptedPage {
  readonly page: Page;
  /** What the page said about errors. */
  readonly errors: string[];
  close(): Promise<void>;
}

/** Opens a page with `<div id="root">` that runs `script`. */
export async function openPage(script: string): Promise<ScriptedPage> {
  const server = createServer((request, response) => {
    const isScript = request.url === "/page.js";
    response.setHeader(
      "content-type",
      isScript ? "text/javascript" : "text/html",
    );
    response.end(
      isScript
        ? script
        : '<!doctype html><div id="root"></div><script src="/page.js"></script>',
    );
  });
  await new Promise<void>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve())
  );
  const { port } = server.address() as { port: number };
  const browser = await launchChromium();
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.goto(`http://127.0.0.1:${port}/`);
  return {
    page,
    errors,
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
