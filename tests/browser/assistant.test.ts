import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { seriousProblems } from "./axe.ts";
import { testExample } from "./example_site.ts";
import { photograph } from "./photograph.ts";
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

  assistant(
    "what was said is there after a reload, until it is forgotten",
    async () => {
      const shown = () => page.locator(".question span").allTextContents();
      const before = await shown();
      assert.ok(before.length >= 4, `${before}`);
      await ask("What do you remember?");
      await answer().getByText(/^\d+ words$/).waitFor();
      assert.match(
        (await answer().locator("p").textContent())!,
        /The last one was: “Tell me a story about the sea”$/,
      );
      const said = await answer().textContent();
      await page.reload();
      await answer().getByText(/^\d+ words$/).waitFor();
      assert.equal(await answer().textContent(), said);
      assert.deepEqual(await shown(), [...before, "What do you remember?"]);
      // Whoever opens it elsewhere has a conversation of their own.
      const other = await site().visit("", { colorScheme: "dark" });
      await other.page.getByText("Ask, and watch it think").waitFor();
      if (runtime === "deno") {
        assert.deepEqual(await seriousProblems(page), []);
        assert.deepEqual(await seriousProblems(other.page), []);
        await photograph(other, "assistant-begin-dark");
      }
      await other.leave();
      await page.getByRole("button", { name: "Start over" }).click();
      await page.getByText("Ask, and watch it think").waitFor();
      await page.reload();
      await page.getByText("Ask, and watch it think").waitFor();
      assert.deepEqual(await shown(), []);
    },
  );

  assistant(
    "a server that ends in the middle is told of afterwards",
    async () => {
      await ask("Tell me a story about the sea");
      await growing();
      await site().restart();
      await page.reload();
      await answer().getByText("Interrupted").waitFor();
      await page.getByText("Connected").waitFor();
    },
  );

  assistant(
    "an answer goes on after a lost connection, with each word once",
    async () => {
      await ask("Tell me a story about the sea");
      await growing();
      visitor.cut();
      await page.getByText("Connection lost").waitFor();
      await visitor.mend();
      await page.getByText("Connected").waitFor();
      await answer().getByText("62 words").waitFor();
      assert.match(
        (await answer().locator("p").textContent())!,
        /^The sea arrives in sentences\. [^]* a smooth green piece of glass\.$/,
      );
      await site().server.printed("done after 62 words", 1);
      if (runtime === "deno") await photograph(visitor, "assistant");
    },
  );
});
