import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { FakeServer } from "../support/network/fake_server.ts";
import { openPage } from "../support/browser/page.ts";
import { bundled } from "./bundle.ts";

// Deno checks this file as a test, and has no page.
declare const document: {
  querySelector(selector: string): { textContent: string } | null;
};
declare const unmount: () => void;

/** What shows the component of each framework, and takes it away. */
const ENTRIES: Record<string, string> = {
  vue: `
    import { createApp } from "vue";
    import Counter from "./vue/counter.vue";
    const app = createApp(Counter);
    app.mount(root);
    globalThis.unmount = () => app.unmount();
  `,
  svelte: `
    import { mount, unmount } from "svelte";
    import Counter from "./svelte/counter.svelte";
    const counter = mount(Counter, { target: root });
    globalThis.unmount = () => unmount(counter);
  `,
  solid: `
    import { render } from "solid-js/web";
    import { Counter } from "./solid/counter.solid.jsx";
    globalThis.unmount = render(() => Counter({}), root);
  `,
  query: `
    import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
    import { createRoot } from "react-dom/client";
    import { Counter } from "./query/counter.jsx";
    const client = new QueryClient();
    const page = createRoot(root);
    page.render(
      <QueryClientProvider client={client}><Counter /></QueryClientProvider>,
    );
    globalThis.unmount = () => page.unmount();
  `,
  server: `
    import { hydrateRoot } from "react-dom/client";
    import { renderToString } from "react-dom/server.browser";
    import { Counter } from "./server/counter.jsx";
    const counter = <Counter initialState={{ count: 7 }} />;
    root.innerHTML = renderToString(counter);
    globalThis.rendered = root.textContent;
    const page = hydrateRoot(root, counter);
    globalThis.unmount = () => page.unmount();
  `,
};

const folder = mkdtempSync(join(tmpdir(), "roam-recipes-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const page = readFileSync(
  new URL("../../docs/frameworks.md", import.meta.url),
  "utf8",
);
const block = /```\w+\n(?:\/\/|<!--) (\S+)(?: -->)?\n([^]*?)\n```/g;
const names: string[] = [];
for (const [, name, text] of page.matchAll(block)) {
  names.push(name);
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

test("docs/frameworks.md has the recipes that are run here", () => {
  const recipes = new Set(names.map((name) => name.split("/")[0]));
  assert.deepEqual([...recipes], [...Object.keys(ENTRIES), "app"]);
});

for (const [framework, entry] of Object.entries(ENTRIES)) {
  test(`the recipe for ${framework} shows the state, calls, and leaves no connection`, async () => {
    const server = await FakeServer.start();
    const main = join(folder, `${framework}.jsx`);
    writeFileSync(main, entry);
    // The page is of another host than the agents: what the recipes do not say.
    const script = `globalThis.agentsHost = "${server.host}";
      const root = document.getElementById("root");
      ${bundled(main)}`;
    const { page, errors, close } = await openPage(script);
    const shows = (text: string) =>
      page.waitForFunction(
        (text) => document.querySelector("button")?.textContent.trim() === text,
        text,
      );
    await shows(framework === "server" ? "7" : "…");
    const connection = await server.connection();
    assert.match(connection.url.pathname, /\/agents\/counter-agent\/lobby$/);
    connection.greet(1, { count: 1 }, "e", "lobby");
    await shows("1");
    await page.click("button");
    const { id, method, args } = await connection.next();
    assert.deepEqual([method, args], ["add", [1]]);
    const type = "cf_agent_state";
    connection.send({ state: { count: 2 }, type, epoch: "e", rev: 2 });
    connection.send({ done: true, success: true, type: "rpc", id, result: 2 });
    await shows("2");
    await page.evaluate(() => unmount());
    await connection.gone();
    assert.equal(server.dials, 1);
    assert.deepEqual(errors, []);
    await close();
    await server.stop();
  });
}
