import type { Check } from "../check.ts";
import { MCP, take } from "../frames.ts";
import { changed, fresh, greeting } from "../scenes.ts";

/** How connections begin, or are refused. */
export const greetingChecks: Check[] = [
  {
    name: "A connection begins with identity, state and MCP servers",
    async run(app) {
      return await greeting(await app.open("/agents/board/first?_pk=ada"));
    },
    expected: [
      changed("server", "Untitled"),
      { name: "first", agent: "board", type: "cf_agent_identity" },
      { state: fresh, type: "cf_agent_state" },
      MCP,
    ],
    here: {
      expected: [
        { name: "first", agent: "board", type: "cf_agent_identity" },
        { state: fresh, type: "cf_agent_state" },
        MCP,
      ],
      why: "`initialState` is no change: nothing is stored, and no hook called",
    },
  },
  {
    name: "sendIdentityOnConnect: false, and no state: only the MCP servers",
    async run(app) {
      const client = await app.open("/agents/device-agent/quiet");
      return await take(client, 2);
    },
    expected: [MCP, { enabled: true, hasState: false }],
  },
  {
    name: "shouldSendProtocolMessages() false: nothing but the agent's own",
    async run(app) {
      const client = await app.open("/agents/device-agent/raw?protocol=false");
      const other = await app.open("/agents/device-agent/raw");
      await take(other, 2);
      other.send("level 3");
      const seen = await take(other, 2);
      client.send("hello");
      return [await take(client, 2), seen];
    },
    expected: [
      [{ enabled: false, hasState: false }, "got hello"],
      [{ state: { level: 3 }, type: "cf_agent_state" }, "got level 3"],
    ],
  },
  {
    name: "A state that is null is sent, one that is undefined is not",
    async run(app) {
      const client = await app.open("/agents/device-agent/null");
      await take(client, 2);
      client.send("null");
      await take(client, 2);
      const second = await app.open("/agents/device-agent/null");
      return await take(second, 3);
    },
    expected: [
      { state: null, type: "cf_agent_state" },
      MCP,
      { enabled: true, hasState: true },
    ],
  },
  {
    name:
      "onStart() has run before onConnect(), once, which sees id, tags and request",
    async run(app) {
      const headers = { "accept-language": "de" };
      await app.open("/agents/chat-room/start?user=bob&_pk=b");
      const client = await app.open(
        "/agents/chat-room/start?_pk=a&user=ada&role=admin",
        headers,
      );
      const frames = await take(client, 3);
      client.send("uri");
      return [...frames, ...await take(client, 1)];
    },
    expected: [
      { name: "start", agent: "chat-room", type: "cf_agent_identity" },
      MCP,
      {
        type: "welcome",
        id: "a",
        tags: ["a", "admin", "known"],
        started: 1,
        language: "de",
      },
      "/agents/chat-room/start?_pk=a&user=ada&role=admin",
    ],
  },
  {
    name: "connection.close() in onConnect() after an await refuses",
    async run(app) {
      const client = await app.open("/agents/chat-room/refused");
      client.send("me");
      const messages: unknown[] = [];
      const closed = client.closed.then(({ code, reason }) => [code, reason]);
      // Whoever is let in gets an answer in place of a close.
      const answer = async (): Promise<unknown> => {
        const [message] = await take(client, 1);
        messages.push(message);
        return String(message).includes(" in ") ? "let in" : await answer();
      };
      return [messages, await answer().catch(() => closed)];
    },
    expected: [
      [{ name: "refused", agent: "chat-room", type: "cf_agent_identity" }, MCP],
      [4001, "Who are you?"],
    ],
    here: {
      expected: [[], [4001, "Who are you?"]],
      why: "A client that onConnect refuses has seen nothing",
    },
  },
];
