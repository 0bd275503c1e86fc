import assert from "node:assert/strict";
import { RawClient } from "../support/clients/raw_client.ts";
import { behaviour, hops, runtime, suite } from "../support/suite.ts";

// Its hooks decide after an await.
const server = await suite("guarded");
const { host } = server.server;
const agent = (name: string) => `/api/v1/hooks-agent/${name}`;
const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n" +
  "Sec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

function get(path: string, headers = ""): string {
  return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n`;
}

/** The statuses of answers that were sent one after another. */
function statuses(answers: string): number[] {
  return Array.from(
    answers.matchAll(/HTTP\/1\.1 (\d+) /g),
    ([, status]) => Number(status),
  );
}

for (
  const [what, query, status] of [
    ["is refused", "?refuse", 401],
    ["is let in", "", 101],
    ["is malformed", "", 400],
  ] as const
) {
  behaviour(
    `a WebSocket that a client asks for before it has the answer to a request before it, and that ${what}, harms nobody, and its answer comes second`,
    async () => {
      const name = server.name("pipelined");
      const handshake = status === 400
        ? upgrade.replace("Version: 13", "Version: 8")
        : upgrade;
      const answers = RawClient.exchange(
        host,
        get(`${agent(name)}?request=wait`) +
          get(agent(name) + query, handshake),
        (answers) => statuses(answers).length === 2,
      );
      if (runtime === "bun") {
        // It ends the connection.
        assert.deepEqual(statuses(await answers), []);
      } else {
        await server.noted("waiting", name, "request");
        const opened = await server.fetch(`${agent(name)}?open=request`);
        assert.equal(await opened.text(), "opened request");
        const text = await answers;
        const [first, second] = statuses(text);
        assert.equal(first, 200);
        // Deno and workerd decide by themselves which version they speak.
        if (status !== 400 || runtime === "node") {
          assert.equal(second, status);
        }
        assert.ok(text.indexOf("waited") < text.lastIndexOf("HTTP/1.1"), text);
      }
      const client = await server.open(agent(name));
      await client.close();
    },
  );
}

behaviour(
  "many requests and a WebSocket in one piece are answered in their order",
  async () => {
    const path = agent(server.name("pipelined"));
    const count = 20;
    const answers = await RawClient.exchange(
      host,
      get(path).repeat(count) + get(`${path}?refuse`, upgrade),
      (answers) => statuses(answers).length > count,
    );
    const expected = Array.from({ length: count }, () => 200);
    assert.deepEqual(statuses(answers), [...expected, 401]);
  },
  { bun: "Bun ends such a connection" },
);

for (
  const [who, path, status] of [
    ["onRequest", agent("unread"), 200],
    ["onBeforeRequest", `${agent("unread")}?refuse`, 401],
    ["the library", "/api/v1/nobody/unread", 400],
  ] as const
) {
  behaviour(
    `a body that nobody reads does not have the next request of its connection wait: ${who} answers`,
    async () => {
      const body = "x".repeat(1_000_000);
      // Where the connection does not end, all of it comes.
      const answers = await RawClient.exchange(
        host,
        `POST ${path} HTTP/1.1\r\nHost: ${host}\r\n` +
          `Content-Length: ${body.length}\r\n\r\n${body}` +
          get(agent("unread")),
        (answers) => statuses(answers).length === 2,
      );
      // Bun ends a connection whose next request comes before an answer that takes a while.
      if (runtime !== "node" && (runtime !== "bun" || hops)) return;
      assert.deepEqual(statuses(answers), [status, 200]);
    },
  );
}

behaviour(
  "a request that offers another protocol is a request, with its body",
  async () => {
    const answers = await RawClient.exchange(
      host,
      `POST /api/v1/a-i-assistant/offers HTTP/1.1\r\nHost: ${host}\r\n` +
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n" +
        "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n" +
        "Content-Length: 4\r\n\r\nkept",
      (answers) => /"body":"[^"]*"/.test(answers),
    );
    assert.match(answers, /"body":"kept"/);
  },
  { deno: "Deno answers 400 by itself" },
);
