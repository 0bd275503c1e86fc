import assert from "node:assert/strict";
import { test } from "node:test";
import { seriousProblems } from "./axe.ts";
import { testExample } from "./example_site.ts";
import { photograph } from "./photograph.ts";
import type { Visitor } from "./visitor.ts";
import { PHONE } from "./phone.ts";

testExample("auction", (site, runtime) => {
  const auction = (name: string, run: () => Promise<void>) =>
    test(`${runtime}: ${name}`, run);

  async function offer({ page }: Visitor, seconds: number): Promise<void> {
    await page.getByLabel("What it is").fill("A brass ship's clock");
    await page.getByLabel("in seconds").fill(`${seconds}`);
    await page.getByRole("button", { name: "Begin" }).click();
    await page.getByText("Going", { exact: true }).waitFor();
  }

  async function bid(
    { page }: Visitor,
    amount: number,
    name?: string,
  ): Promise<void> {
    if (name !== undefined) await page.getByLabel("Your name").fill(name);
    await page.getByLabel("Your bid").fill(`${amount}`);
    await page.getByRole("button", { name: "Bid", exact: true }).click();
  }

  auction("bids of several people, and why one is refused", async () => {
    const ada = await site().visit("#attic");
    const grace = await site().visit("#attic", PHONE);
    await offer(ada, 600);
    await grace.page.getByText("A brass ship's clock").waitFor();
    await bid(ada, 40, "Ada");
    await ada.page.getByText("by you").waitFor();
    await grace.page.getByText("by Ada").waitFor();
    await bid(grace, 60, "Grace");
    await ada.page.getByText("by Grace").waitFor();
    // The page says so by itself; the server says so to others.
    await ada.page.evaluate("document.getElementById('bid').noValidate = true");
    await bid(ada, 61);
    await ada.page.getByText("Bid at least €63").waitFor();
    await bid(ada, 70);
    await grace.page.getByText("by Ada").waitFor();
    await bid(ada, 80);
    await ada.page.getByText("Nobody has bid more than you").waitFor();
    assert.deepEqual(await grace.page.locator("#bids li").allTextContents(), [
      "€70 Ada",
      "€60 you",
      "€40 Ada",
    ]);
    if (runtime === "deno") {
      for (const { page } of [ada, grace]) {
        assert.deepEqual(await seriousProblems(page), []);
      }
      await photograph(ada, "auction");
      await photograph(grace, "auction-phone");
    }
    await ada.leave();
    await grace.leave();
  });

  auction(
    "the hammer falls with nobody there, and the winner is told on return",
    async () => {
      const ada = await site().visit("#cellar");
      await offer(ada, 3);
      await bid(ada, 45, "Ada");
      await ada.page.getByText("by you").waitFor();
      const url = ada.page.url();
      await ada.page.goto("about:blank");
      await site().server.printed("cellar: sold Ada 45", 1);
      await ada.page.goto(url);
      await ada.page.getByText("It is yours, for €45.").waitFor();
      if (runtime === "deno") await photograph(ada, "auction-won");
      const grace = await site().visit("#cellar", PHONE);
      await grace.page.getByText("It went to Ada, for €45.").waitFor();
      await ada.leave();
      await grace.leave();
    },
  );

  auction(
    "the hammer falls though the server was killed meanwhile",
    async () => {
      const ada = await site().visit("#loft");
      await offer(ada, 4);
      await bid(ada, 50, "Ada");
      await ada.page.getByText("by you").waitFor();
      await site().restart();
      await site().server.printed("loft: sold Ada 50", 1);
      await ada.page.getByText("It is yours, for €50.").waitFor();
      await ada.leave();
    },
  );

  auction(
    "what nobody bids for is not sold, and something else may be offered",
    async () => {
      const ada = await site().visit("#porch");
      await offer(ada, 2);
      await ada.page.getByText("Nobody bid for it.").waitFor();
      await offer(ada, 600);
      await ada.page.getByText("is the first price").waitFor();
      await ada.leave();
    },
  );
});
