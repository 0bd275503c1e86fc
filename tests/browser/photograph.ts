import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";

const screenshots = join(tmpdir(), "roam-screenshots");

/** Keeps a picture for people to look at, after what a machine can see. */
export async function photograph(
  { page }: { readonly page: Page },
  name: string,
): Promise<void> {
  const tooWide = await page.evaluate(
    "document.documentElement.scrollWidth > innerWidth",
  );
  assert.equal(tooWide, false, `${name} scrolls sideways`);
  await mkdir(screenshots, { recursive: true });
  const path = join(screenshots, `${name}.png`);
  await page.screenshot({ path });
  console.log(path);
}
