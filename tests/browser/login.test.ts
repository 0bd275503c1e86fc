import assert from "node:assert/strict";
import { test } from "node:test";
import { AgentClient } from "../../client.ts";
import { seriousProblems } from "./axe.ts";
import { ClubVisitor } from "./club_visitor.ts";
import { testExample } from "./example_site.ts";
import { photograph } from "./photograph.ts";
import { PHONE } from "./phone.ts";

testExample("login", (site, runtime) => {
  // One after the other: the first account is the admin's.
  const club = (name: string, run: () => Promise<void>) =>
    test(`${runtime}: ${name}`, run);

  club("the first account is the admin's, others are members", async () => {
    const ada = await ClubVisitor.come(site());
    await ada.enter("Create account", "Ada");
    await ada.page.locator("#me", { hasText: "admin" }).waitFor();
    const grace = await ClubVisitor.come(site(), PHONE);
    await grace.enter("Create account", "Grace");
    await ada.person("Grace").getByText("Here now").waitFor();
    assert.equal(
      await grace.page.locator("#people-section").isVisible(),
      false,
    );
    await ada.visitor.leave();
    await grace.visitor.leave();
  });

  club(
    "a wrong password does not open, nor a name that is taken, and the right one does",
    async () => {
      const eve = await ClubVisitor.come(site(), { colorScheme: "light" });
      await eve.knock("Sign in", "Ada", { password: "wrong password" });
      await eve.why.getByText("Wrong name or password").waitFor();
      await eve.knock("Sign in", "Nobody", { password: "wrong password" });
      await eve.why.getByText("Wrong name or password").waitFor();
      await eve.knock("Create account", "ada");
      await eve.why.getByText("Somebody has that name already").waitFor();
      await eve.enter("Sign in", "Grace");
      await eve.page.reload();
      await eve.inside();
      const cookies = await eve.page.context().cookies();
      const [{ httpOnly, sameSite }] = cookies;
      assert.deepEqual({ httpOnly, sameSite }, {
        httpOnly: true,
        sameSite: "Lax",
      });
      await eve.signOut();
      await eve.page.reload();
      await eve.door.waitFor();
      await eve.visitor.leave();
    },
  );

  club("each sees notes of their own, in all of their windows", async () => {
    const ada = await ClubVisitor.come(site());
    await ada.enter("Sign in", "Ada");
    const grace = await ClubVisitor.come(site(), PHONE);
    await grace.enter("Sign in", "Grace");
    const [frames, other] = [
      [] as string[],
      await ada.page.context().newPage(),
    ];
    grace.page.on(
      "websocket",
      (socket) =>
        socket.on("framereceived", ({ payload }) => frames.push(`${payload}`)),
    );
    await grace.page.reload();
    await grace.inside();
    await other.goto(ada.page.url());
    await other.getByText("Connected").waitFor();
    await ada.write("Ada's secret");
    await other.locator("#notes", { hasText: "Ada's secret" }).waitFor();
    await grace.write("Grace's own");
    assert.deepEqual(await grace.notes.allTextContents(), ["Grace's own"]);
    assert.deepEqual(await ada.notes.allTextContents(), ["Ada's secret"]);
    assert.ok(frames.some((text) => text.includes("Grace's own")));
    // It is not only hidden: it is not sent.
    assert.ok(!frames.some((text) => /secret|"people"/.test(text)));
    await other.close();
    if (runtime === "deno") {
      for (const { page } of [ada, grace]) {
        assert.deepEqual(await seriousProblems(page), []);
      }
      await photograph(ada.visitor, "login-admin");
      await photograph(grace.visitor, "login-member-phone");
    }
    await site().restart();
    await Promise.all([ada, grace].map(async ({ visitor }) => {
      await visitor.mend();
      await visitor.page.reload();
    }));
    await grace.inside();
    await grace.page.locator("#notes", { hasText: "Grace's own" }).waitFor();
    await grace.page.getByRole("button", { name: "Delete" }).click();
    await grace.notes.waitFor({ state: "detached" });
    await ada.inside();
    await ada.visitor.leave();
    await grace.visitor.leave();
  });

  club("the admin writes the notice, which members only read", async () => {
    const ada = await ClubVisitor.come(site());
    await ada.enter("Sign in", "Ada");
    const grace = await ClubVisitor.come(site(), PHONE);
    await grace.enter("Sign in", "Grace");
    await ada.page.getByRole("textbox", { name: "Notice" }).fill(
      "Cake at four",
    );
    await ada.page.getByRole("button", { name: "Save" }).click();
    await grace.page.getByText("Cake at four").waitFor();
    // Who knows their way around in a browser gets no further.
    const cookies = await grace.page.context().cookies();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join();
    const client = new AgentClient<unknown, { notice: string }>({
      agent: "ClubAgent",
      name: "club",
      host: site().server.host,
      WebSocket: withCookie(cookie),
    });
    await client.ready;
    await assert.rejects(client.setState({ notice: "Mine" }), {
      code: "READONLY",
    });
    await assert.rejects(client.call("kick", ["Ada", "Mutiny"]), {
      code: "FORBIDDEN",
    });
    client.close();
    await ada.visitor.leave();
    await grace.visitor.leave();
  });

  club(
    "nobody connects without a session, or with one that is forged",
    async () => {
      for (const cookie of ["", "session=", "session=e30.AAAA", "session=x"]) {
        const client = new AgentClient({
          agent: "ClubAgent",
          name: "club",
          host: site().server.host,
          WebSocket: withCookie(cookie),
        });
        await assert.rejects(client.ready, { status: 401 });
      }
    },
  );

  club(
    "who is asked to leave sees why, and can't come back before they are let in",
    async () => {
      const ada = await ClubVisitor.come(site());
      await ada.enter("Sign in", "Ada");
      const grace = await ClubVisitor.come(site(), PHONE);
      await grace.enter("Sign in", "Grace");
      await ada.person("Grace").getByRole("button", { name: "Ask to leave" })
        .click();
      if (runtime === "deno") {
        assert.deepEqual(await seriousProblems(ada.page), []);
        await photograph(ada.visitor, "login-kick");
      }
      await ada.page.getByLabel("Reason").fill("Shouting in the library");
      await ada.page.getByRole("dialog").getByRole("button", {
        name: "Ask to leave",
      }).click();
      await grace.why.getByText(
        "You were asked to leave: Shouting in the library",
      ).waitFor();
      if (runtime === "deno") {
        assert.deepEqual(await seriousProblems(grace.page), []);
        await photograph(grace.visitor, "login-kicked-phone");
      }
      // The cookie is good, the account is not.
      await grace.page.reload();
      await grace.why.getByText("Shouting in the library").waitFor();
      await grace.knock("Sign in", "Grace");
      await grace.why.getByText("Shouting in the library").waitFor();
      await ada.person("Grace").getByText("Kept out").waitFor();
      await ada.person("Grace").getByRole("button", { name: "Let in" }).click();
      await ada.person("Grace").getByText("Away").waitFor();
      await grace.enter("Sign in", "Grace");
      await ada.person("Grace").getByText("Here now").waitFor();
      await ada.visitor.leave();
      await grace.visitor.leave();
    },
  );

  club("a session ends by itself, and says so", async () => {
    const grace = await ClubVisitor.come(site(), PHONE);
    await grace.enter("Sign in", "Grace", { seconds: "5" });
    await grace.why.getByText("Your session has ended").waitFor();
    await grace.page.reload();
    await grace.door.waitFor();
    await grace.enter("Sign in", "Grace");
    await grace.visitor.leave();
  });
});

/** What sends a cookie, as a browser does. */
function withCookie(cookie: string): typeof WebSocket {
  const WithCookie = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, { protocols, headers: { cookie } } as never);
    }
  };
  return WithCookie as unknown as typeof WebSocket;
}
