import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { launchChromium } from "../support/browser/page.ts";
import { Caller } from "../support/clients/caller.ts";
import { TestClient } from "../support/clients/client.ts";
import { type Runtime, type Server, start } from "../targets/targets.ts";
import { seriousProblems } from "./axe.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { photograph } from "./photograph.ts";
import { servedOn } from "./served_on.ts";

const PHONE = { width: 375, height: 720 };
const DESKTOP = { width: 1280, height: 800 };

/** A server in development, and browsers that look at its page. */
class Site {
  readonly server: Server;
  readonly browser: Browser;

  constructor(server: Server, browser: Browser) {
    this.server = server;
    this.browser = browser;
  }

  /** A page that has no problem until it is closed. */
  async open(
    hash: string,
    run: (page: Page) => Promise<void>,
    options: BrowserContextOptions = { viewport: DESKTOP },
  ): Promise<void> {
    const context = await this.browser.newContext({
      reducedMotion: "reduce",
      ...options,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    const foreign: string[] = [];
    page.on("request", (request) => {
      const { host } = new URL(request.url());
      if (host !== this.server.host) foreign.push(request.url());
    });
    await page.goto(`http://${this.server.host}/_roam${hash}`);
    try {
      await run(page);
      assert.deepEqual(foreign, []);
      assert.deepEqual(problems, []);
    } finally {
      await context.close();
    }
  }

  async connect(name: string, query = ""): Promise<TestClient> {
    const client = new TestClient(
      `ws://${this.server.host}/agents/chat-room/${name}${query}`,
    );
    await client.opened;
    return client;
  }
}

function testOn(
  runtime: Runtime,
  define: (site: () => Site) => void,
  what = "the development page",
): void {
  if (!servedOn.includes(runtime)) return;
  describe(`${what} on ${runtime}`, () => {
    let browser: Browser;
    let server: Server;
    before(async () => {
      browser = await launchChromium();
      server = await start(runtime, {
        entry: "tests/fixtures/dev_server.ts",
        objects: { ChatRoom: "ChatRoom", Lobby: "Lobby" },
        env: { NODE_ENV: "development" },
      });
    });
    after(async () => {
      await browser?.close();
      await server?.stop();
    });
    define(() => new Site(server, browser));
  });
}

/** What a hostile page tries; in the page. */
const attack = `async ([host, name]) => {
  const of = (path) => "http://" + host + "/_roam" + path;
  const body = JSON.stringify({
    agent: "ChatRoom", name, do: "set", state: '{"topic":"owned","count":1}',
  });
  const headers = { "content-type": "application/json", "x-roam-dev": "1" };
  const method = "POST";
  const attempts = {
    read: () => fetch(of("")).then((response) => response.text()),
    watch: () => fetch(of("/watch"), { method, headers, body: "{}" }),
    drive: () => fetch(of("/do"), { method, headers, body }),
    blind: () => fetch(of("/do"), { method, mode: "no-cors", body }),
  };
  const frame = document.createElement("iframe");
  frame.src = of("");
  document.body.append(frame);
  const outcomes = {};
  for (const [name, attempt] of Object.entries(attempts)) {
    outcomes[name] = await attempt().then(({ type }) => type, ({ name }) => name);
  }
  return outcomes;
}`;

/** Resolves with the first message from now on that has this text in it. */
async function received(client: TestClient, text: string): Promise<void> {
  while (!String(await client.next()).includes(text));
}

function basics(site: () => Site): void {
  test("shows instances as they come, with their clients", async () => {
    await site().open("", async (page) => {
      await page.getByRole("heading", { name: "ChatRoom" }).waitFor();
      const client = await site().connect("seen");
      await page.getByRole("link", { name: "seen 1 client" }).waitFor();
      await client.close();
      await page.getByRole("link", { name: "seen 0 clients" }).waitFor();
    });
  });

  test("a state that is edited there reaches the clients, and one that is refused says why", async () => {
    const client = await site().connect("edited");
    await site().open("#/i/ChatRoom/edited/state", async (page) => {
      const text = page.getByRole("textbox", { name: "State as JSON" });
      await text.waitFor();
      await text.fill('{"topic":"edited there","count":1}');
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved.").waitFor();
      await received(client, "edited there");
      await text.fill('{"topic":"no","count":-1}');
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("count must not be negative").waitFor();
      await text.fill("{");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("The state is no JSON").waitFor();
      await page.getByRole("button", { name: "Undo" }).click();
      assert.match(await text.inputValue(), /edited there/);
    });
    await client.close();
  });

  test("calls a method, and shows the frames of both ways", async () => {
    await site().open("#/i/ChatRoom/called/client", async (page) => {
      await page.getByLabel("Query of the connection").fill("role=guest");
      await page.getByRole("button", { name: "Connect" }).click();
      const log = page.getByRole("log");
      await log.getByText("cf_agent_identity").waitFor();
      await page.getByLabel("Method").selectOption("add");
      await page.getByLabel("Arguments as JSON").fill("[3]");
      await page.getByRole("button", { name: "Call" }).click();
      await log.getByText('"result":3').waitFor();
      await page.getByRole("link", { name: "Connections" }).click();
      await page.getByText("guest", { exact: true }).waitFor();
      await page.getByRole("link", { name: "Watch frames" }).click();
      await page.getByText("Frames are recorded from now on").waitFor();
      await page.getByRole("link", { name: "Try it" }).click();
      await page.getByLabel("Message").fill("hello frames");
      await page.getByRole("button", { name: "Send" }).click();
      await log.getByText("hello frames").first().waitFor();
    });
  });

  test("shows the frames of somebody else's connection, from the moment one looks", async () => {
    const client = await site().connect("watched");
    await received(client, "cf_agent_state");
    await site().open("#/i/ChatRoom/watched/connections", async (page) => {
      await page.getByRole("link", { name: "Watch frames" }).click();
      await page.getByText("Frames are recorded from now on").waitFor();
      client.send("after that");
      const frames = page.getByRole("region", { name: "Frames" });
      await frames.getByText("after that").nth(1).waitFor();
      assert.deepEqual(
        (await frames.locator("b").allTextContents()).sort(),
        ["in", "out"],
      );
    });
    await client.close();
  });

  test("runs SQL, which may write when asked to", async () => {
    const client = await site().connect("sql");
    await site().open("#/i/ChatRoom/sql/sql", async (page) => {
      const query = page.getByRole("textbox", { name: "Query" });
      const run = page.getByRole("button", { name: "Run" });
      await query.fill("SELECT * FROM note");
      await run.click();
      await page.getByRole("cell", { name: "buy milk" }).waitFor();
      await query.fill("DELETE FROM note WHERE id = 1");
      await run.click();
      await page.getByText("DELETE may write").waitFor();
      await page.getByLabel("May write").check();
      await run.click();
      await page.getByText("No rows.").waitFor();
      await query.fill("SELECT count(*) AS left FROM note");
      await run.click();
      await page.getByRole("cell", { name: "1", exact: true }).waitFor();
    });
    await client.close();
  });

  test("shows a refusal with what helps", async () => {
    const response = await fetch(
      `http://${site().server.host}/agents/chat-rom/one`,
    );
    await response.body?.cancel();
    assert.equal(response.status, 400);
    await site().open("#/events", async (page) => {
      await page.getByText("no such agent is served").first().waitFor();
      await page.getByText('Did you mean "ChatRoom"?').or(
        page.getByText("chat-room"),
      ).first().waitFor();
    });
  });
}

testOn("bun", basics);
testOn("node", basics);

testOn("deno", (site) => {
  basics(site);

  test("schedules are listed, run and cancelled", async () => {
    const client = await site().connect("scheduled");
    const caller = new Caller(client);
    await caller.call("remind");
    await site().open("#/i/ChatRoom/scheduled/schedules", async (page) => {
      await page.getByText("add(5)").waitFor();
      await page.getByRole("button", { name: "Run now" }).click();
      await received(client, '"count":5');
      await page.getByText("Nothing waits for its time.").waitFor();
      await caller.call("remind");
      await page.getByText("add(5)").waitFor();
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByText("Nothing waits for its time.").waitFor();
    });
    await client.close();
  });

  test("errors of handlers and cut connections are listed with what helps", async () => {
    const client = await site().connect("broken");
    client.send("break");
    client.send("x".repeat(3000));
    assert.equal((await client.closed).code, 1009);
    await site().open("#/events", async (page) => {
      await page.getByText("use this.setState()").first().waitFor();
      await page.getByText("larger than limits.messageBytes").first().waitFor();
    });
  });

  test("a connection is closed there", async () => {
    const client = await site().connect("closing");
    await site().open("#/i/ChatRoom/closing/connections", async (page) => {
      await page.getByRole("button", { name: "Close it" }).click();
      assert.equal((await client.closed).code, 1000);
      await page.getByText("Nobody is connected.").waitFor();
    });
  });

  test("an instance that nobody has opened yet is opened by its name", async () => {
    await site().open("", async (page) => {
      await page.getByText("Open one by its name", { exact: true }).click();
      await page.getByLabel("Agent").selectOption("Lobby");
      await page.getByLabel("Name", { exact: true }).fill("a/b c");
      await page.getByRole("button", { name: "Open", exact: true }).click();
      await page.getByRole("heading", { name: "Lobby a/b c" }).waitFor();
      await page.getByRole("button", { name: "Start it" }).click();
      await page.getByText("In memory", { exact: true }).waitFor();
      await page.getByRole("link", { name: "Try it" }).click();
      await page.getByRole("button", { name: "Connect" }).click();
      await page.getByRole("log").getByText("a/b c").waitFor();
    });
  });

  test("a page whose server is started again goes on by itself", async () => {
    const options = {
      entry: "tests/fixtures/dev_server.ts",
      objects: {},
      env: { NODE_ENV: "development" },
    };
    const first = await start("deno", options);
    const context = await site().browser.newContext();
    const page = await context.newPage();
    await page.goto(`http://${first.host}/_roam`);
    await page.getByText("0 connections").waitFor();
    await first.stop();
    await page.getByText("The server does not answer").waitFor();
    const port = Number(first.host.split(":")[1]);
    const second = await start("deno", { ...options, port });
    await page.getByText("0 connections").waitFor();
    await context.close();
    await second.stop();
  });

  for (const host of ["localhost", "127.0.0.1"]) {
    test(`a page of another origin, on ${host}, can neither read, nor drive, nor frame it`, async () => {
      const foreign = createServer((_, response) => {
        response.setHeader("content-type", "text/html");
        response.end("<!doctype html><title>foreign</title>");
      });
      await new Promise<void>((resolve) =>
        foreign.listen(0, "127.0.0.1", () => resolve())
      );
      const { port } = foreign.address() as { port: number };
      const client = await site().connect(`attacked-by-${host}`);
      const context = await site().browser.newContext();
      const page = await context.newPage();
      await page.goto(`http://${host}:${port}/`);
      const outcomes = await page.evaluate(
        `(${attack})(${
          JSON.stringify([site().server.host, `attacked-by-${host}`])
        })`,
      );
      assert.deepEqual(outcomes, {
        read: "TypeError",
        watch: "TypeError",
        drive: "TypeError",
        // It was sent, and refused: see the state.
        blind: "opaque",
      });
      await page.waitForFunction("frames.length === 1");
      const [, frame] = page.frames();
      await frame.waitForURL("chrome-error://chromewebdata/");
      client.send("is it as it was?");
      const messages: string[] = [];
      while (!messages.at(-1)?.includes("as it was")) {
        messages.push(String(await client.next()));
      }
      assert.ok(!messages.some((text) => text.includes("owned")));
      await client.close();
      await context.close();
      foreign.closeAllConnections();
      await new Promise<void>((resolve) => foreign.close(() => resolve()));
    });
  }

  test("is reached and used by the keyboard alone", async () => {
    const client = await site().connect("keyboard");
    await site().open("", async (page) => {
      const link = page.getByRole("link", { name: "keyboard" });
      await link.waitFor();
      await link.focus();
      await page.keyboard.press("Enter");
      const tab = page.getByRole("link", { name: "SQL", exact: true });
      await tab.focus();
      await page.keyboard.press("Enter");
      await page.getByRole("textbox", { name: "Query" }).focus();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.getByRole("cell", { name: "note", exact: true }).waitFor();
    });
    await client.close();
  });
});

// A group of its own: one that takes two minutes looks like a test that hangs.
testOn("deno", (site) => {
  const LOOKS = [
    ["desktop-light", { viewport: DESKTOP, colorScheme: "light" }],
    ["desktop-dark", { viewport: DESKTOP, colorScheme: "dark" }],
    ["phone-light", { viewport: PHONE, colorScheme: "light" }],
    ["phone-dark", { viewport: PHONE, colorScheme: "dark" }],
  ] as const;
  for (const [look, options] of LOOKS) {
    test(`has nothing that keeps people out, and scrolls nowhere sideways (${look})`, async () => {
      const name = `a-room-with-quite-a-long-name-that-has-to-be-cut-${look}`;
      const client = await site().connect(name, "?role=guest&token=abc");
      await new Caller(client).call("remind");
      const other = await site().connect("g%C3%A9n%C3%A9ral");
      const url = `http://${site().server.host}/agents/chat-rom/one`;
      await (await fetch(url)).body?.cancel();
      await site().open("", async (page) => {
        const at = (hash: string) =>
          page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
        await page.getByRole("link", { name }).waitFor();
        const shoot = async (what: string) => {
          await photograph({ page }, `dev-${what}-${look}`);
          assert.deepEqual(await seriousProblems(page), []);
        };
        await shoot("all");
        await at(`#/i/ChatRoom/${name}/state`);
        await page.getByText("In memory", { exact: true }).waitFor();
        await shoot("state");
        await at(`#/i/ChatRoom/${name}/connections`);
        await page.getByRole("link", { name: "Watch frames" }).click();
        await page.getByText("Frames are recorded from now on").waitFor();
        client.send("hello there, this is a message of somebody");
        await page.getByText("hello there").nth(1).waitFor();
        await shoot("connections");
        await at(`#/i/ChatRoom/${name}/client`);
        await page.getByRole("button", { name: "Connect" }).click();
        await page.getByLabel("Method").selectOption("sell");
        await page.getByRole("button", { name: "Call" }).click();
        await page.getByText("sold out").waitFor();
        await shoot("client");
        await at(`#/i/ChatRoom/${name}/schedules`);
        await page.getByText("add(5)").waitFor();
        await shoot("schedules");
        await at(`#/i/ChatRoom/${name}/sql`);
        await page.getByRole("button", { name: "Run" }).click();
        await page.getByRole("cell", { name: "note", exact: true }).waitFor();
        await shoot("sql");
        await at("#/events");
        await page.getByText("no such agent is served").first().waitFor();
        await shoot("events");
      }, options);
      await client.close();
      await other.close();
    });
  }
}, "the look of the development page");
