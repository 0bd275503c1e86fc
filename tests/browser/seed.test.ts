import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { after, test } from "node:test";
import type { ConsoleMessage } from "playwright-core";
import { bundleForPage } from "../support/browser/bundle.ts";
import { launchChromium } from "../support/browser/page.ts";
import { type Runtime, RUNTIMES, start } from "../targets/targets.ts";

const FOLDER = "tests/fixtures/seed";

/** The SHA-256 of each piece of code, as it stood on the page that this library is made for. */
const PAGE: Record<string, string> = {
  "agent_interface.jsx":
    "845bc3d2b313e54b459c2ceee65777caa1631d0546fd974ecc091a611a6c735a",
  "chat_agent.js":
    "ffbf976917a19a6a80e0f8791206d546385b5a628bdbe7798c111f335c5de595",
  "chat_agent_events.js":
    "37f56a2e327b19e24e0226e444f2f11c4e6e573f8b96dc967b5aaf2fabef63e7",
  "client.js":
    "6721c6ca0aa4498cfa09681beeac9c415b7b30ab0c5719a1a7ed9d95ce44163c",
};

const RENDER = `
import { createRoot } from "react-dom/client";
createRoot(document.getElementById("root")).render(<AgentInterface />);`;

const code = (name: string) => readFileSync(`${FOLDER}/${name}`, "utf8");

test("The fixtures are the code of the page, to the letter", () => {
  assert.deepEqual(readdirSync(FOLDER).sort(), Object.keys(PAGE).sort());
  for (const [name, expected] of Object.entries(PAGE)) {
    assert.equal(digest(code(name)), expected, name);
    assert.notEqual(digest(code(name).replace(";", "")), expected);
  }
});

function digest(code: string): string {
  return createHash("sha256").update(code.trimEnd()).digest("hex");
}

const scripts = {
  client: bundleForPage(code("client.js"), { folder: FOLDER }),
  react: bundleForPage(code("agent_interface.jsx") + RENDER, {
    folder: FOLDER,
  }),
};
const browser = await launchChromium();
after(() => browser.close());

for (const runtime of RUNTIMES) {
  test(`${runtime}: the example of AgentClient runs as it stands`, async () => {
    const { said, close } = await run(runtime, scripts.client);
    const inquiry = { type: "inquiry", content: "What patterns do you see?" };
    await said(`Received: ${JSON.stringify(inquiry)}`);
    await close();
  });

  test(`${runtime}: the example of useAgent runs as it stands`, async () => {
    const { page, lines, said, server, close } = await run(
      runtime,
      scripts.react,
    );
    await said("Connection established");
    await page.click("button");
    const content = "What insights have you gathered?";
    const inquiry = JSON.stringify({ type: "inquiry", content });
    await said(`Understanding received: ${inquiry}`);
    // Frames of the protocol are no messages.
    const understood = lines.filter((line) => line.startsWith("Understanding"));
    assert.deepEqual(understood, [`Understanding received: ${inquiry}`]);
    await server.stop();
    await said("Connection closed");
    await close();
  });
}

/** Runs `script` in a page of the server that it talks to. */
async function run(runtime: Runtime, script: string) {
  const server = await start(runtime, {
    entry: "tests/fixtures/dialogue_server.ts",
    objects: { DialogueAgent: "DialogueAgent" },
  });
  const page = await browser.newPage();
  const lines: string[] = [];
  page.on("console", (message) => lines.push(message.text()));
  await page.route(
    "**/page.js",
    (route) => route.fulfill({ contentType: "text/javascript", body: script }),
  );
  await page.goto(`http://${server.host}/`);
  return {
    page,
    server,
    lines,
    /** Waits until the console says this, if it does not yet. */
    async said(text: string) {
      const is = (message: ConsoleMessage) => message.text() === text;
      if (!lines.includes(text)) await page.waitForEvent("console", is);
    },
    async close() {
      await page.close();
      await server.stop();
    },
  };
}
