import assert from "node:assert/strict";
import { test } from "node:test";
import { agentFetch, type AgentFetchOptions } from "../../client.ts";

/** The URL that is asked, without what is the same in all of them. */
async function place(options: Partial<AgentFetchOptions>): Promise<string> {
  let asked = "";
  const fetch = (url: unknown) => {
    asked = String(url);
    return Promise.resolve(new Response());
  };
  await agentFetch({ agent: "ChatAgent", fetch, ...options });
  return asked.replace("/agents/chat-agent/default?", "");
}

/** Runs `test` where there is a page. */
async function onPage(url: string, run: () => Promise<void>): Promise<void> {
  const before = Object.getOwnPropertyDescriptor(globalThis, "location");
  const value = new URL(url);
  Object.defineProperty(globalThis, "location", { value, configurable: true });
  try {
    await run();
  } finally {
    if (before) Object.defineProperty(globalThis, "location", before);
    else Reflect.deleteProperty(globalThis, "location");
  }
}

for (
  const [host, expected] of [
    ["example.com", "https://example.com"],
    ["example.com:8443", "https://example.com:8443"],
    ["8.8.8.8", "https://8.8.8.8"],
    ["172.32.0.1", "https://172.32.0.1"],
    ["localhost.example.com", "https://localhost.example.com"],
    ["localhost", "http://localhost"],
    ["localhost:8787", "http://localhost:8787"],
    ["127.0.0.1:8787", "http://127.0.0.1:8787"],
    ["10.0.0.1", "http://10.0.0.1"],
    ["192.168.0.1:1", "http://192.168.0.1:1"],
    ["172.16.0.1", "http://172.16.0.1"],
    ["172.31.0.1", "http://172.31.0.1"],
    ["[::1]:99", "http://[::1]:99"],
    ["[::ffff:7f00:1]:99", "http://[::ffff:7f00:1]:99"],
    ["box:8080", "http://box:8080"],
    ["http://example.com", "http://example.com"],
    ["https://localhost", "https://localhost"],
    ["ws://box.lan:8080", "http://box.lan:8080"],
    ["wss://box.lan:8080/", "https://box.lan:8080"],
    ["HTTPS://localhost", "https://localhost"],
  ]
) {
  test(`Without a page, ${host} is reached by ${expected}`, async () => {
    assert.equal(await place({ host }), expected);
  });
}

for (
  const [page, host, expected] of [
    ["https://example.com/a", undefined, "https://example.com"],
    ["http://example.com/a", undefined, "http://example.com"],
    ["http://example.com:81/a", undefined, "http://example.com:81"],
    ["https://localhost:3000", undefined, "https://localhost:3000"],
    ["https://localhost:3000", "localhost:3000", "https://localhost:3000"],
    ["https://localhost:3000", "localhost:8787", "https://localhost:8787"],
    ["http://box.lan:3000", "box.lan:8787", "http://box.lan:8787"],
    ["http://localhost:3000", "example.com", "https://example.com"],
    ["https://example.com", "http://example.com", "http://example.com"],
  ] as const
) {
  test(`On ${page}, ${host ?? "no host"} is reached by ${expected}`, async () => {
    await onPage(page, async () => {
      assert.equal(await place({ host }), expected);
    });
  });
}

test("A query may come later", async () => {
  const query = () => Promise.resolve({ token: "t" });
  const url = await place({ host: "http://x", query });
  assert.equal(url, "http://xtoken=t");
});

test("protocol says how a host without a scheme is reached", async () => {
  assert.equal(
    await place({ host: "example.com", protocol: "ws" }),
    "http://example.com",
  );
  assert.equal(
    await place({ host: "localhost", protocol: "https" }),
    "https://localhost",
  );
  assert.equal(
    await place({ host: "https://localhost", protocol: "ws" }),
    "https://localhost",
  );
});

for (
  const [options, expected] of [
    [{}, "/agents/chat-agent/default?"],
    [{ agent: "chat-agent", name: "a b" }, "/agents/chat-agent/a%20b?"],
    [{ name: "ä/?#%" }, "/agents/chat-agent/%C3%A4%2F%3F%23%25?"],
    [{ name: "a:b@c,d;e=f&g+h$" }, "/agents/chat-agent/a:b@c,d;e=f&g+h$?"],
    [{ prefix: "api/v1" }, "/api/v1/chat-agent/default?"],
    [{ basePath: "user", name: "x" }, "/user?"],
    [{ basePath: "/user", path: "a/b" }, "/user/a/b?"],
    [{ basePath: "" }, "/agents/chat-agent/default?"],
    [
      { path: "a/b", query: { q: "1 2", no: null, not: undefined } },
      "/agents/chat-agent/default/a/b?q=1+2",
    ],
  ] as [Partial<AgentFetchOptions>, string][]
) {
  test(`${JSON.stringify(options)} is asked at ${expected}`, async () => {
    assert.equal(
      await place({ host: "http://x", ...options }),
      `http://x${expected}`.replace("/agents/chat-agent/default?", ""),
    );
  });
}
