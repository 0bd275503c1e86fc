import assert from "node:assert/strict";
import { seriousProblems } from "./axe.ts";
import { ChatVisitor } from "./chat_visitor.ts";
import { testExample } from "./example_site.ts";
import { photograph } from "./photograph.ts";
import { twoPeople } from "./two_people.ts";

const DESKTOP = { width: 1280, height: 800 };

testExample("chat", (site, runtime) => {
  // Two people for all tests, which meet in a room of its own in each.
  let ada: ChatVisitor;
  let grace: ChatVisitor;

  const { everywhere: chat, page } = twoPeople(
    runtime,
    (name, options) => ChatVisitor.join(site(), name, options),
    (...people) => [ada, grace] = people,
  );

  const meet = async (room: string) => {
    await ada.enter(room);
    await grace.enter(room);
    await ada.here("Grace").waitFor();
  };

  chat("people in a room see each other's messages", async () => {
    await meet("Two");
    await ada.say("Hello, Grace");
    await grace.theirs("Hello, Grace").getByRole("heading", { name: "Ada" })
      .waitFor();
    await grace.say("Hello yourself 👋");
    await ada.theirs("Hello yourself 👋").waitFor();
    assert.deepEqual(await ada.said(), ["Hello, Grace", "Hello yourself 👋"]);
  });

  chat("everybody sees who is here, who joins and who leaves", async () => {
    await ada.enter("Presence");
    await grace.enter("Presence");
    await ada.note("Grace joined").waitFor();
    await ada.here("Grace").waitFor();
    await grace.here("Ada").waitFor({ state: "attached" });
    await grace.enter("Elsewhere");
    await ada.note("Grace left").waitFor();
    await ada.here("Grace").waitFor({ state: "detached" });
    assert.equal(await ada.page.locator("#people li").count(), 1);
  });

  page("everybody else sees who is typing", async () => {
    await meet("Typing");
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

  chat("who comes late, or again, sees what was said, once", async () => {
    await ada.enter("History");
    await ada.say("the first");
    await ada.say("the second");
    await grace.enter("History");
    await grace.theirs("the second").waitFor();
    await ada.page.reload();
    await ada.mine("the second").waitFor();
    await ada.say("the third");
    await grace.theirs("the third").waitFor();
    for (const each of [ada, grace]) {
      assert.deepEqual(await each.said(), [
        "the first",
        "the second",
        "the third",
      ]);
    }
  });

  chat("the topic is the same for all", async () => {
    await meet("Topic");
    await ada.topic.fill("Tea or coffee?");
    await ada.topic.press("Enter");
    await grace.visitor.shows("#topic", "Tea or coffee?");
    await grace.enter("No topic");
    assert.equal(await grace.topic.inputValue(), "");
  });

  chat("a new room is another conversation, at a link of its own", async () => {
    await meet("One");
    await ada.say("in the first room");
    await ada.page.getByLabel("New room").fill("Other / room?");
    await ada.page.getByRole("button", { name: "Create room" }).click();
    await ada.page.getByRole("heading", { name: "Other / room?" }).waitFor();
    await grace.note("Ada left").waitFor();
    await ada.say("in the other room");
    const link = new URL(ada.page.url()).hash.slice(1);
    await grace.enter(decodeURIComponent(link));
    await grace.theirs("in the other room").waitFor();
    assert.deepEqual(await grace.said(), ["in the other room"]);
  });

  page("what looks like HTML is shown as text", async () => {
    const evil = `<img src=x onerror="alert('message')">`;
    await meet("Text");
    await grace.say(evil);
    await ada.theirs(evil).waitFor();
    assert.deepEqual(await ada.said(), [evil]);
    assert.equal(await ada.page.locator("#log img").count(), 0);
  });

  page(
    "nothing is said of a connection before somebody has joined",
    async () => {
      const eve = await site().visit("", { colorScheme: "light" });
      await eve.page.getByRole("dialog").waitFor();
      assert.equal(await eve.page.locator("#notice").isVisible(), false);
      assert.deepEqual(await seriousProblems(eve.page), []);
      await photograph(eve, "chat-name");
      await eve.leave();
    },
  );

  page("what was said while nobody looked is counted", async () => {
    await meet("Unread");
    const look = (hidden: boolean) =>
      ada.page.evaluate(
        `Object.defineProperty(document, "hidden", { value: ${hidden}, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"))`,
      );
    await grace.say("seen");
    await ada.theirs("seen").waitFor();
    assert.equal(await ada.page.title(), "Unread · Roam chat");
    await look(true);
    await ada.say("my own");
    await grace.say("one");
    await grace.say("two");
    await ada.theirs("two").waitFor();
    assert.equal(await ada.page.title(), "(2) Unread · Roam chat");
    const current = ada.page.locator("#rooms [aria-current]");
    assert.equal(await current.textContent(), "Unread2 unread");
    // What was missed counts as well.
    ada.visitor.cut();
    await ada.notice.getByText("Connection lost").waitFor();
    await grace.say("three");
    await ada.visitor.mend();
    await ada.theirs("three").waitFor();
    assert.equal(await ada.page.title(), "(3) Unread · Roam chat");
    await photograph(ada.visitor, "chat-unread");
    await look(false);
    assert.equal(await ada.page.title(), "Unread · Roam chat");
    assert.equal(await current.textContent(), "Unread");
  });

  page("a long name stays within the list of people", async () => {
    const long = "Bartholomew-Maximilian Featherstonehaugh";
    const guest = await ChatVisitor.join(site(), long, { viewport: DESKTOP });
    await guest.say("Hello");
    const item = guest.here(long);
    const [name, row] = await Promise.all([
      item.locator("bdi").boundingBox(),
      item.boundingBox(),
    ]);
    const you = await item.locator("small").boundingBox();
    assert.ok(name!.x + name!.width <= you!.x, "the name is over what follows");
    assert.ok(you!.x + you!.width <= row!.x + row!.width, "it is cut");
    await photograph(guest.visitor, "chat-long-name");
    await guest.visitor.leave();
  });

  page("what backgrounds tell has borders in forced colours", async () => {
    await meet("Forced");
    await grace.say("theirs");
    await ada.say("mine");
    await ada.page.emulateMedia({ forcedColors: "active" });
    for (const bubble of [ada.theirs("theirs"), ada.mine("mine")]) {
      const width = await bubble.locator(".bubble").evaluate((element) =>
        getComputedStyle(element as never).borderTopWidth
      );
      assert.equal(width, "1px");
    }
    await photograph(ada.visitor, "chat-forced-colours");
    await ada.page.emulateMedia({ forcedColors: "none" });
  });

  page("a name that can't be seen is asked for again", async () => {
    await meet("Names");
    const rename = ada.page.getByRole("button", { name: "Change name" });
    const name = ada.page.getByRole("textbox", { name: "Your name" });
    await rename.click();
    await name.fill("\u200b");
    await name.press("Enter");
    await ada.page.getByText("Please say a name").first().waitFor();
    await name.fill("<b onclick=alert(1)>A</b>");
    await name.press("Enter");
    await ada.here("<b onclick=alert(1)>A</b>").waitFor();
    await grace.here("<b onclick=alert(1)>A</b>").waitFor({
      state: "attached",
    });
    await rename.click();
    await name.fill("Ada");
    await name.press("Enter");
    await ada.here("Ada").waitFor();
  });

  chat("what is written without a connection arrives once", async () => {
    await meet("Lost");
    await ada.say("before");
    await grace.theirs("before").waitFor();
    ada.visitor.cut();
    await ada.notice.getByText("Connection lost").waitFor();
    await ada.notice.getByRole("button", { name: "Try now" }).waitFor();
    await ada.write("one meanwhile");
    await ada.write("another one");
    await ada.unsent.nth(1).getByText("Not sent yet").waitFor();
    await ada.visitor.offline();
    await ada.notice.getByText("You are offline").waitFor();
    await grace.say("where is Ada?");
    await ada.visitor.mend();
    await ada.notice.waitFor({ state: "hidden" });
    await ada.mine("another one").waitFor();
    await ada.unsent.first().waitFor({ state: "detached" });
    await grace.theirs("another one").waitFor();
    for (const each of [ada, grace]) {
      assert.deepEqual(await each.said(), [
        "before",
        "where is Ada?",
        "one meanwhile",
        "another one",
      ]);
    }
    // Who comes back soon has not left.
    assert.equal(await grace.note("Ada left").count(), 0);
  });

  page("what the room refuses says why, and can be deleted", async () => {
    await meet("Refused");
    await ada.composer.evaluate((input) => {
      (input as unknown as { maxLength: number }).maxLength = 3000;
    });
    await ada.write("x".repeat(2001));
    await ada.unsent.getByText("at most 2000 characters").waitFor();
    await ada.unsent.getByRole("button", { name: "Try again" }).click();
    await ada.unsent.getByText("at most 2000 characters").waitFor();
    await ada.unsent.getByRole("button", { name: "Delete" }).click();
    await ada.unsent.waitFor({ state: "detached" });
    await ada.say("short");
    await grace.theirs("short").waitFor();
    assert.deepEqual(await grace.said(), ["short"]);
  });

  chat("what was not sent outlives the page", async () => {
    await meet("Kept");
    ada.visitor.cut();
    await ada.notice.getByText("Connection lost").waitFor();
    await ada.write("kept");
    await ada.unsent.getByText("Not sent yet").waitFor();
    await ada.visitor.comeAgain();
    await grace.theirs("kept").waitFor();
    await ada.mine("kept").waitFor();
    assert.equal(await ada.unsent.count(), 0);
    assert.deepEqual(await grace.said(), ["kept"]);
  });

  chat("history and topic outlive the server", async () => {
    await meet("Restart");
    await ada.topic.fill("What lasts");
    await ada.topic.press("Enter");
    await ada.say("before the restart");
    await site().restart();
    await Promise.all([ada.visitor.mend(), grace.visitor.mend()]);
    await grace.say("after the restart");
    await ada.theirs("after the restart").waitFor();
    await grace.enter("Elsewhere");
    await grace.enter("Restart");
    await grace.theirs("before the restart").waitFor();
    await grace.mine("after the restart").waitFor();
    assert.equal(await grace.topic.inputValue(), "What lasts");
  });

  page("looks right on a desktop and on a phone", async () => {
    await meet("Looks");
    await ada.topic.fill("The release, and after");
    await ada.topic.press("Enter");
    await ada.say("Morning! Did the release go out last night?");
    await grace.say("It did. Two small things came up, both fixed.");
    await grace.say("The notes are in the shared folder.");
    await ada.say("Lovely. I will read them over coffee ☕");
    await grace.composer.pressSequentially("Enjoy");
    await ada.typing.getByText("Grace is typing").waitFor();
    for (const { page } of [ada, grace]) {
      assert.deepEqual(await seriousProblems(page), []);
    }
    await photograph(ada.visitor, "chat-desktop-light");
    await photograph(grace.visitor, "chat-phone-dark");
    await grace.page.getByRole("button", { name: "Rooms" }).tap();
    await photograph(grace.visitor, "chat-phone-rooms");
    await grace.page.getByRole("link", { name: "Coffee" }).tap();
    await grace.page.getByRole("heading", { name: "Coffee" }).waitFor();
    await grace.page.getByText("It is quiet in here.").waitFor();
  });
});

// Deno checks this file as a test, and has no page.
declare function getComputedStyle(element: never): { borderTopWidth: string };
