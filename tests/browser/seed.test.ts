import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { FakeServer } from "../support/fake_server.ts";
import { bundleForPage } from "../support/bundle.ts";
import { openPage } from "../support/page.ts";

/** Runs the code of a fixture, and `more` after it, in a page of the server it talks to. */
async function run(fixture: string, more = "") {
  const code = await readFile(`tests/fixtures/seed/${fixture}`, "utf8");
  const server = await FakeServer.start();
  const script = bundleForPage(code + more, { folder: "tests/fixtures/seed" });
  server.plain = [
    200,
    `<!doctype html><html><div id="root"></div><script>${script}</script>`,
  ];
  const opened = await openPage("", `http://${server.host}/`);
  const lines: string[] = [];
  opened.page.on("console", (message) => lines.push(message.text()));
  const connection = await server.connection();
  assert.match(
    connection.url.pathname,
    /^\/agents\/dialogue-agent\/insight-seeker$/,
  );
  connection.greet(0, undefined, "e", "insight-seeker");
  return { ...opened, server, connection, lines };
}

test("The example of AgentClient runs as it stands", async () => {
  const { connection, page, server, close } = await run("client.js");
  assert.deepEqual(await connection.next(), {
    type: "inquiry",
    content: "What patterns do you see?",
  });
  const said = page.waitForEvent(
    "console",
    (message) => message.text() === "Received: patterns",
  );
  connection.send("patterns");
  await said;
  await close();
  await server.stop();
});

test("The example of useAgent runs as it stands", async () => {
  const { connection, page, server, lines, close } = await run(
    "agent_interface.jsx",
    `
    import { createRoot } from "react-dom/client";
    createRoot(document.getElementById("root")).render(<AgentInterface />);`,
  );
  await page.click("button");
  assert.deepEqual(await connection.next(), {
    type: "inquiry",
    content: "What insights have you gathered?",
  });
  const said = page.waitForEvent(
    "console",
    (message) => message.text() === "Understanding received: insights",
  );
  connection.send("insights");
  await said;
  // Frames of the protocol are no messages.
  assert.deepEqual(
    lines.filter((line) => line.startsWith("Understanding")),
    ["Understanding received: insights"],
  );
  const closed = page.waitForEvent(
    "console",
    (message) => message.text() === "Connection closed",
  );
  connection.cut();
  await closed;
  await close();
  await server.stop();
});
