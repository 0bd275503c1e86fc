import assert from "node:assert/strict";
import { test } from "node:test";
import { EXAMPLES } from "../../tools/examples.mjs";
import { seriousProblems } from "./axe.ts";
import { testExample } from "./example_site.ts";
import { photograph } from "./photograph.ts";
import { PHONE } from "./phone.ts";

testExample("gallery", (site, runtime) => {
  const gallery = (name: string, run: () => Promise<void>) =>
    test(`${runtime}: the gallery ${name}`, run);

  gallery("leads to each example, which works there", async () => {
    const visitor = await site().visit("");
    const { page } = visitor;
    for (const example of Object.values(EXAMPLES)) {
      const { title } = example;
      if ("isAlone" in example) {
        await page.getByText(`npm start -- ${title.toLowerCase()}`).waitFor();
        continue;
      }
      await page.getByRole("link", { name: `Try it ${title}` }).click();
      await page.waitForURL(`**/${title.toLowerCase()}/`);
      await page.goBack();
    }
    await page.getByRole("link", { name: "Try it Chat" }).click();
    await page.getByRole("textbox", { name: "Your name" }).fill("Ada");
    await page.getByRole("button", { name: "Join the room" }).click();
    await page.getByRole("textbox", { name: "Message" }).fill("Hello");
    await page.keyboard.press("Enter");
    await page.locator("article.mine:not(.unsent)", { hasText: "Hello" })
      .waitFor();
    await page.goto(new URL("/board/", page.url()).href);
    await page.getByText("Saved").waitFor();
    await page.goto(new URL("/auction", page.url()).href);
    await page.getByText("Connected").waitFor();
    // Its guards are asked about its own agent, and about no other.
    await page.goto(new URL("/login/", page.url()).href);
    await page.getByLabel("Your name").fill("Ada");
    await page.getByLabel("Password").fill("correct horse battery");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Wrong name or password").waitFor();
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("heading", { name: "Your notes" }).waitFor();
    await visitor.leave();
  });

  gallery("shows the source of each example", async () => {
    const visitor = await site().visit("source/chat");
    const { page } = visitor;
    // The agent is what one wants to see first.
    await page.getByRole("heading", { name: "chat/room.ts" }).waitFor();
    assert.match(
      (await page.locator("pre").textContent())!,
      /export class Chat extends Agent</,
    );
    await page.getByRole("link", { name: "chat/page/body.html" }).click();
    // Shown, and not run.
    await page.locator("pre", { hasText: `<dialog id="hello"` }).waitFor();
    assert.equal(await page.locator("dialog").count(), 0);
    await page.getByRole("link", { name: "All examples" }).click();
    await page.getByRole("heading", { name: "Roam, by example" }).waitFor();
    await visitor.leave();
  });

  if (runtime !== "deno") return;

  gallery("looks right, and has no serious problem for anybody", async () => {
    for (const scheme of ["light", "dark"] as const) {
      for (const [device, options] of [["desktop", {}], ["phone", PHONE]]) {
        const look = { ...options as object, colorScheme: scheme };
        const visitor = await site().visit("", look);
        assert.deepEqual(await seriousProblems(visitor.page), []);
        await photograph(visitor, `gallery-${device}-${scheme}`);
        await visitor.page.goto(
          new URL("/source/chat/?file=chat/room.ts", visitor.page.url()).href,
        );
        assert.deepEqual(await seriousProblems(visitor.page), []);
        await photograph(visitor, `gallery-source-${device}-${scheme}`);
        await visitor.leave();
      }
    }
  });
});
