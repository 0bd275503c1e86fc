import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Bundles `entry` for a page, with the development builds of what it imports. */
export function bundleForPage(entry: string): string {
  const { status, stdout, stderr } = spawnSync(
    join(root, "tools/node_modules/.bin/esbuild"),
    [
      entry,
      "--bundle",
      "--format=iife",
      "--target=es2022",
      "--jsx=automatic",
      '--define:process.env.NODE_ENV="development"',
      "--log-level=warning",
    ],
    { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  if (status !== 0) throw new Error(`Cannot bundle ${entry}:\n${stderr}`);
  return stdout;
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
  const browser: Browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
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
