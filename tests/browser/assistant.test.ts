import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { photograph, testExample } from "./example_site.ts";
import type { Visitor } from "./visitor.ts";

testExample("assistant", (site, runtime) => {
  let visitor: Visitor;
  let page: Page;

  before(async () => {
    visitor = await site().visit("");
    ({ page } = visitor);
    await page.getByText("Connected").waitFor();
  });

  after(() => visitor.leave());

  const assistant = (name: string, run: () => Promise<void>) =>
    test(`${runtime}: ${name}`, run);

  const ask = async (question: string) => {
    await page.getByRole("textbox", { name: "Your question" }).fill(question);
    await page.getByRole("button", { name: "Ask" }).click();
  };
  const answer = () => page.locator(".answer").last();
  /** Resolves when an answer has begun, and goes on. */
  const growing = () =>
    page.locator(".answer.running p", { hasText: /\S+ \S+ \S+/ }).waitFor();

  assistant("an answer comes word by word", async () => {
    await ask("Hello");
    await growing();
    await answer().getByText("10 words").waitFor();
    assert.equal(
      await answer().locator("p").textContent(),
      "Hello! Ask me something, and stop me when you like.",
    );
    await site().server.printed("done after 10 words", 1);
  });

  assistant("the button stops the answer, on the server too", async () => {
    await ask("Tell me a story about the sea");
    await growing();
    await page.getByRole("button", { name: "Stop" }).click();
    await answer().getByText(/^Stopped after \d+ words$/).waitFor();
    await site().server.printed("stopped after", 1);
    const said = await answer().locator("p").textContent();
    await ask("Hello");
    await answer().getByText("10 words").waitFor();
    assert.equal(await page.locator(".answer p").nth(1).textContent(), said);
  });

  assistant("so does the Escape key, and so does leaving", async () => {
    await ask("Tell me a story about the sea");
    await growing();
    await page.keyboard.press("Escape");
    await answer().getByText(/^Stopped after/).waitFor();
    await site().server.printed("stopped after", 2);
    await ask("Tell me a story about the sea");
    await growing();
    await page.reload();
    await site().server.printed("stopped after", 3);
    await page.getByText("Connected").waitFor();
  });

  assistant("a lost connection ends the answer, and comes back", async () => {
    await ask("Tell me a story about the sea");
    await growing();
    visitor.cut();
    await answer().getByText("Connection closed").waitFor();
    await page.getByText("Connection lost").waitFor();
    await site().server.printed("stopped after", 4);
    await visitor.mend();
    await page.getByText("Connected").waitFor();
    await ask("Hello");
    await answer().getByText("10 words").waitFor();
    if (runtime === "deno") await photograph(visitor, "assistant");
  });
});
