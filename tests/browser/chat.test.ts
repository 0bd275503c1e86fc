import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../support/page.ts";
import { type Runtime, type Server, start } from "../targets/targets.ts";
import { Cable } from "./cable.ts";
import { Visitor } from "./visitor.ts";

const RUNTIMES: Runtime[] = ["deno", "bun", "workerd"];
const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};
const screenshots = join(tmpdir(), "roam-screenshots");

for (const runtime of RUNTIMES) {
  describe(`chat on ${runtime}`, () => testChat(runtime));
}

function testChat(runtime: Runtime): void {
  let server: Server;
  let cable: Cable;
  let browser: Browser;
  const visitors: Visitor[] = [];

  const startChat = () =>
    start(runtime, {
      entry: "examples/chat/main.ts",
      objects: { ChatRoom: "ChatRoom" },
    });

  before(async () => {
    server = await startChat();
    cable = await Cable.to(server.host);
    browser = await launchChromium();
  });

  after(async () => {
    await browser?.close();
    cable?.close();
    await server?.stop();
  });

  const enter = async (room: string, name: string, options = {}) => {
    const url = `${cable.url}/#${encodeURIComponent(room)}`;
    const visitor = await Visitor.enter(browser, url, name, options);
    visitors.push(visitor);
    return visitor;
  };

  const enterBoth = (room: string) =>
    Promise.all([enter(room, "Ada"), enter(room, "Grace")]);

  /** A test whose visitors leave when it is over. */
  const chat = (name: string, run: () => Promise<void>) =>
    test(`${runtime}: ${name}`, async () => {
      try {
        await run();
      } finally {
        await Promise.all(visitors.splice(0).map((each) => each.leave()));
      }
    });

  chat("people in a room see each other's messages", async () => {
    const [ada, grace] = await enterBoth("Two");
    await ada.say("Hello, Grace");
    await grace.theirs("Hello, Grace").getByRole("heading", { name: "Ada" })
      .waitFor();
    await grace.say("Hello yourself 👋");
    await ada.theirs("Hello yourself 👋").waitFor();
    assert.equal(await ada.page.locator("article").count(), 2);
  });

  chat("everybody sees who is here, who joins and who leaves", async () => {
    const ada = await enter("Presence", "Ada");
    const guest = await enter("Presence", "雪乃 Ćirić");
    await ada.note("雪乃 Ćirić joined").waitFor();
    await ada.here("雪乃 Ćirić").waitFor();
    await guest.here("Ada").waitFor();
    await guest.page.close();
    await ada.note("雪乃 Ćirić left").waitFor();
    await ada.here("雪乃 Ćirić").waitFor({ state: "detached" });
    assert.equal(await ada.page.locator("#people li").count(), 1);
  });

  chat("everybody else sees who is typing", async () => {
    const [ada, grace] = await enterBoth("Typing");
    await grace.composer.pressSequentially("Well");
    await ada.typing.getByText("Grace is typing").waitFor();
    assert.equal(await grace.typing.isVisible(), false);
    await grace.composer.fill("");
    await ada.typing.waitFor({ state: "hidden" });
    await grace.composer.pressSequentially("Yes");
    await ada.typing.getByText("Grace is typing").waitFor();
    await grace.composer.press("Enter");
    await ada.theirs("Yes").waitFor();
    await ada.typing.waitFor({ state: "hidden" });
  });

  chat("who comes late sees what was said, once", async () => {
    const ada = await enter("History", "Ada");
    await ada.say("the first");
    await ada.say("the second");
    const late = await enter("History", "Grace");
    await late.theirs("the second").waitFor();
    await ada.say("the third");
    await late.theirs("the third").waitFor();
    const said = await late.page.locator("article .bubble p").allTextContents();
    assert.deepEqual(said, ["the first", "the second", "the third"]);
  });

  chat("a new room is another conversation, at a link of its own", async () => {
    const [ada, grace] = await enterBoth("One");
    await ada.say("in the first room");
    await grace.page.getByLabel("New room").fill("Other / room?");
    await grace.page.getByRole("button", { name: "Create room" }).click();
    await grace.page.getByRole("heading", { name: "Other / room?" }).waitFor();
    await ada.note("Grace left").waitFor();
    await grace.say("in the other room");
    const link = new URL(grace.page.url()).hash.slice(1);
    const guest = await enter(decodeURIComponent(link), "Guest");
    await guest.theirs("in the other room").waitFor();
    assert.equal(await guest.theirs("in the first room").count(), 0);
    assert.equal(await ada.theirs("in the other room").count(), 0);
  });

  chat("what looks like HTML is shown as text", async () => {
    const evil = `<img src=x onerror="alert('message')">`;
    const ada = await enter("Text", "Ada");
    const mallory = await enter("Text", "<b onclick=alert(1)>M</b>");
    await mallory.say(evil);
    const message = ada.theirs(evil);
    await message.waitFor();
    assert.equal(await message.locator("p").textContent(), evil);
    assert.equal(await ada.page.locator("#log img, #log b").count(), 0);
    await ada.here("<b onclick=alert(1)>M</b>").waitFor();
  });

  chat("a name that can't be seen is asked for again", async () => {
    const ada = await enter("Names", "Ada");
    await ada.page.getByRole("button", { name: "Change name" }).click();
    const name = ada.page.getByRole("textbox", { name: "Your name" });
    await name.fill("\u200b");
    await name.press("Enter");
    await ada.page.getByText("Please say a name").waitFor();
    await name.fill("Countess");
    await name.press("Enter");
    await ada.here("Countess").waitFor();
  });

  chat("a lost connection is announced, and comes back", async () => {
    const [ada, grace] = await enterBoth("Lost");
    await ada.say("before");
    await grace.theirs("before").waitFor();
    cable.cut();
    for (const { notice } of [ada, grace]) {
      await notice.getByText("Connection lost").waitFor();
    }
    await ada.composer.fill("not lost");
    await ada.composer.press("Enter");
    await server.stop();
    server = await startChat();
    cable.mend(server.host);
    for (const visitor of [ada, grace]) {
      await visitor.notice.waitFor({ state: "hidden" });
    }
    await grace.here("Ada").waitFor();
    await ada.here("Grace").waitFor();
    assert.equal(await ada.composer.inputValue(), "not lost");
    await ada.composer.press("Enter");
    await grace.theirs("not lost").waitFor();
    await grace.theirs("before").waitFor();
  });

  chat("looks right on a desktop and on a phone", async () => {
    const ada = await enter("Lobby", "Ada", DESKTOP);
    const grace = await enter("Lobby", "Grace", {
      ...PHONE,
      colorScheme: "dark",
    });
    await ada.say("Morning! Did the release go out last night?");
    await grace.say("It did. Two small things came up, both fixed.");
    await grace.say("The notes are in the shared folder.");
    await ada.say("Lovely. I will read them over coffee ☕");
    await grace.composer.pressSequentially("Enjoy");
    await ada.typing.getByText("Grace is typing").waitFor();
    await photograph(ada.page, `${runtime}-desktop-light.png`);
    await photograph(grace.page, `${runtime}-phone-dark.png`);
    await grace.page.getByRole("button", { name: "Rooms" }).tap();
    await photograph(grace.page, `${runtime}-phone-rooms.png`);
    await grace.page.getByRole("link", { name: "Coffee" }).tap();
    await grace.page.getByRole("heading", { name: "Coffee" }).waitFor();
    await grace.page.getByText("It is quiet in here.").waitFor();
  });
}

/** Keeps a picture for people to look at, after what a machine can see. */
async function photograph(page: Page, name: string): Promise<void> {
  const tooWide = await page.evaluate(
    "document.documentElement.scrollWidth > innerWidth",
  );
  assert.equal(tooWide, false, `${name} scrolls sideways`);
  await mkdir(screenshots, { recursive: true });
  const path = join(screenshots, name);
  await page.screenshot({ path });
  console.log(path);
}
