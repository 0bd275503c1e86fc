import assert from "node:assert/strict";
import { seriousProblems } from "./axe.ts";
import { BoardVisitor } from "./board_visitor.ts";
import { testExample } from "./example_site.ts";
import { photograph } from "./photograph.ts";
import { twoPeople } from "./two_people.ts";

testExample("board", (site, runtime) => {
  // Two people for all tests, which meet at a board of its own in each.
  let ada: BoardVisitor;
  let grace: BoardVisitor;

  const { everywhere: board, page } = twoPeople(
    runtime,
    (name, options) => BoardVisitor.join(site(), "", name, options),
    (...people) => [ada, grace] = people,
  );

  const meet = async (board: string) => {
    await Promise.all([ada, grace].map(({ visitor }) => visitor.enter(board)));
    await ada.here("Grace").waitFor({ state: "attached" });
    await grace.here("Ada").waitFor({ state: "attached" });
  };

  /** Both show this, in the end. */
  const bothShow = async (values: Record<string, string>) => {
    for (const { visitor } of [ada, grace]) {
      for (const [field, value] of Object.entries(values)) {
        await visitor.shows(`#${field}`, value);
      }
    }
  };

  board("people in different fields do not overwrite each other", async () => {
    await meet("Different");
    await Promise.all([
      (async () => {
        await ada.title.pressSequentially("Soup and stories");
        await ada.diet("Vegan").check();
        await ada.bring("Bread");
      })(),
      (async () => {
        await grace.place.selectOption("In the park");
        for (let n = 0; n < 3; n++) await grace.more.click();
        await grace.diet("No nuts").check();
        await grace.notes.fill("Bring chairs");
        await grace.bring("Soup");
      })(),
    ]);
    await bothShow({
      title: "Soup and stories",
      place: "park",
      guests: "7",
      notes: "Bring chairs",
    });
    for (const each of [ada, grace]) {
      await each.dish("Bread").waitFor();
      await each.dish("Soup").waitFor();
      assert.equal(await each.diet("Vegan").isChecked(), true);
      assert.equal(await each.diet("No nuts").isChecked(), true);
    }
  });

  board("two people who count up at once lose nothing", async () => {
    await meet("Counting");
    const three = async ({ more }: BoardVisitor) => {
      for (let n = 0; n < 3; n++) await more.click();
    };
    await Promise.all([three(ada), three(grace)]);
    await bothShow({ guests: "10" });
  });

  page("a list is ticked and cleared", async () => {
    await meet("List");
    await ada.bring("Salad");
    await grace.dish("Salad").getByRole("checkbox").check();
    await ada.dish("Salad").getByRole("checkbox", { checked: true }).waitFor();
    await ada.page.getByRole("button", { name: "Remove Salad" }).click();
    await grace.dish("Salad").waitFor({ state: "detached" });
  });

  board("what the server refuses is taken back, and says why", async () => {
    await meet("Refused");
    const seen = await grace.page.evaluateHandle(() => {
      const input = document.querySelector("#guests")!;
      const seen: string[] = [input.value];
      new MutationObserver(() => seen.push(input.value))
        .observe(input, { attributes: true });
      return seen;
    });
    await ada.guests.fill("40");
    await ada.problem("guests").getByText("The table has 1 to 12 seats")
      .waitFor();
    await ada.visitor.shows("#guests", "4");
    await ada.saved();
    await ada.more.click();
    await bothShow({ guests: "5" });
    assert.equal(await ada.problem("guests").textContent(), "");
    assert.deepEqual([...new Set(await seen.jsonValue())], ["4", "5"]);
  });

  board("everybody sees who is in which field, until they leave", async () => {
    await meet("Presence");
    await ada.notes.focus();
    await grace.in("notes", "Ada").waitFor();
    assert.equal(await ada.in("notes", "Ada").count(), 0);
    await ada.title.focus();
    await grace.in("title", "Ada").waitFor();
    assert.equal(await grace.in("notes", "Ada").count(), 0);
    await ada.title.blur();
    await grace.in("title", "Ada").waitFor({ state: "detached" });
    await ada.rename("Countess");
    await grace.here("Countess").waitFor({ state: "attached" });
    await ada.rename("Ada");
    await grace.here("Ada").waitFor({ state: "attached" });
    await ada.notes.focus();
    await grace.in("notes", "Ada").waitFor();
    await ada.visitor.enter("Elsewhere");
    await grace.in("notes", "Ada").waitFor({ state: "detached" });
    await grace.here("Ada").waitFor({ state: "detached" });
  });

  board("who may only look sees everything, and changes nothing", async () => {
    await meet("Looking");
    const guest = await BoardVisitor.join(
      site(),
      "?view=readonly#Looking",
      "Guest",
    );
    await ada.here("Guest").waitFor({ state: "attached" });
    await ada.more.click();
    await guest.visitor.shows("#guests", "5");
    assert.equal(await guest.more.isDisabled(), true);
    assert.equal(await guest.title.isDisabled(), true);
    // Somebody who knows their way around in a browser gets no further.
    await guest.page.locator("fieldset").evaluate((fieldset) =>
      (fieldset as unknown as { disabled: boolean }).disabled = false
    );
    await guest.more.click();
    await guest.problem("guests").getByText("readonly").waitFor();
    await guest.visitor.shows("#guests", "5");
    await ada.more.click();
    await guest.visitor.shows("#guests", "6");
    await guest.visitor.leave();
  });

  board("what was changed without a connection is not lost", async () => {
    await meet("Lost");
    await ada.title.fill("Before");
    await grace.visitor.shows("#title", "Before");
    ada.visitor.cut();
    await ada.page.getByText("Connection lost").waitFor();
    await ada.title.fill("Meanwhile");
    await ada.page.getByText("1 change waits").waitFor();
    await ada.more.click();
    await ada.diet("Vegan").check();
    await ada.page.getByText("3 changes wait").waitFor();
    await ada.visitor.offline();
    await ada.page.getByText("You are offline").waitFor();
    await grace.more.click();
    await grace.place.selectOption("In the garden");
    await grace.diet("No gluten").check();
    await grace.saved();
    await ada.visitor.mend();
    await ada.saved();
    await bothShow({ title: "Meanwhile", guests: "6", place: "garden" });
    for (
      const { diet } of [ada, grace].map((each) => ({
        diet: (name: string) => each.diet(name).isChecked(),
      }))
    ) {
      assert.equal(await diet("Vegan"), true);
      assert.equal(await diet("No gluten"), true);
    }
    await grace.here("Ada").waitFor({ state: "attached" });
  });

  board("a plan outlives the server", async () => {
    await meet("Restart");
    await ada.title.fill("What lasts");
    await ada.title.blur();
    await ada.saved();
    await grace.visitor.shows("#title", "What lasts");
    await site().restart();
    await Promise.all([ada.visitor.mend(), grace.visitor.mend()]);
    await ada.here("Grace").waitFor({ state: "attached" });
    await grace.page.reload();
    await grace.visitor.shows("#title", "What lasts");
    await grace.saved();
  });

  page("looks right on a desktop and on a phone", async () => {
    await meet("Looks");
    await ada.title.fill("Soup and stories");
    await ada.diet("Vegetarian").check();
    await ada.bring("Pumpkin soup");
    await ada.bring("Bread");
    await ada.dish("Bread").getByRole("checkbox").check();
    await ada.saved();
    await ada.notes.fill("The bell is broken, please knock.");
    await grace.guests.fill("40");
    await grace.problem("guests").getByText("Not accepted").waitFor();
    await grace.in("notes", "Ada").waitFor();
    await ada.in("guests", "Grace").waitFor();
    for (const { page } of [ada, grace]) {
      assert.deepEqual(await seriousProblems(page), []);
    }
    await photograph(ada.visitor, "board-desktop-light");
    await photograph(grace.visitor, "board-phone-dark");
  });
});

// Deno checks this file as a test, and has no page.
declare const document: {
  querySelector(selector: string): { value: string } | null;
};
declare class MutationObserver {
  constructor(callback: () => void);
  observe(target: unknown, options: object): void;
}
