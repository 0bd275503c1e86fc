import type { Check } from "../check.ts";
import { call, MCP, take } from "../frames.ts";
import { board, done, fresh, two } from "../scenes.ts";

/** How requests find their instance. */
export const routingChecks: Check[] = [
  {
    name: "onRequest() answers HTTP with status, body and stream",
    async run(app) {
      const path = "/agents/chat-room/http";
      const post = { method: "POST", body: "hear, hear" };
      return [
        await app.fetch(`${path}/announce`, post),
        await app.fetch(`${path}/stream`, { show: ["content-type"] }),
        await app.fetch(`${path}/elsewhere`),
        await app.fetch("/agents/board/http", { method: "DELETE" }),
      ];
    },
    expected: [
      [201, { announced: true }],
      [200, "data: one\n\ndata: two\n\n", "text/event-stream"],
      [404, "Not found"],
      [405, "Method not allowed"],
    ],
  },
  {
    name: "Without onRequest() the answer is 404 Not implemented",
    run: (app) => app.fetch("/agents/device-agent/http"),
    expected: [404, "Not implemented"],
  },
  {
    name: "The rest of the path, and the query, are the agent's",
    run: (app) => app.fetch("/agents/user-agent/path/a/b?c=d&e"),
    expected: [200, {
      name: "path",
      pathname: "/agents/user-agent/path/a/b",
      search: "?c=d&e",
    }],
  },
  {
    name: "Instances are told apart by class and name, and names by case",
    async run(app) {
      await call((await board(app, "Same"))[0], "rename", "Upper");
      await call((await board(app, "same"))[0], "rename", "Lower");
      const titles = [];
      for (const name of ["Same", "same", "SAME"]) {
        const [, state] = await app.fetch(`/agents/board/${name}`);
        titles.push((state as typeof fresh).title);
      }
      return [titles, await app.fetch("/agents/user-agent/Same")];
    },
    expected: [["Upper", "Lower", "Untitled"], [200, {
      name: "Same",
      pathname: "/agents/user-agent/Same",
      search: "",
    }]],
  },
  {
    name: "An unknown agent is 400, a foreign path the app's",
    async run(app) {
      return [
        await app.fetch("/agents/nothing/x"),
        await app.fetch("/agents/board"),
        await app.fetch("/elsewhere"),
      ];
    },
    expected: [[400, "Invalid request"], [404, "Not found"], [
      404,
      "Not found",
    ]],
  },
  {
    name: "getAgentByName() calls methods from the Worker, callable or not",
    async run(app) {
      const [ada] = await board(app, "served");
      const answer = await app.fetch("/api/add?to=served");
      return [answer, await take(ada, 1)];
    },
    expected: [
      [200, { id: 1, secret: "secret of served" }],
      [{
        state: {
          ...fresh,
          cards: [{ id: 1, text: "from the server", done: false }],
          updatedBy: "server",
        },
        type: "cf_agent_state",
      }],
    ],
  },
  {
    name: "getAgentByName() inside an agent reaches another one",
    async run(app) {
      const [cleo] = await two(app, "together");
      await take(cleo, 1);
      const [ada] = await board(app, "together");
      await call(ada, "addCard", "x");
      return [await call(ada, "finish", 1), await take(cleo, 1)];
    },
    expected: [
      [{ done: true, id: "finish", success: true, type: "rpc" }],
      [{ type: "announce", text: "Card 1 is done" }],
    ],
  },
  {
    name:
      "getAgentByName().fetch() upgrades under a path of the app (basePath)",
    async run(app) {
      const cookie = { cookie: "user=grace" };
      const client = await app.open("/user?_pk=g", cookie);
      const frames = await take(client, 3);
      return [
        frames,
        await call(client, "session"),
        await app.fetch("/user/settings?x=1", { headers: cookie }),
        await app.fetch("/user"),
      ];
    },
    expected: [
      [
        { name: "grace", agent: "user-agent", type: "cf_agent_identity" },
        { state: { visits: 0 }, type: "cf_agent_state" },
        MCP,
      ],
      [done("session", { userId: "grace", role: "member" })],
      [200, { name: "grace", pathname: "/user/settings", search: "?x=1" }],
      [401, "Unauthorized"],
    ],
    here: {
      expected: [
        [
          { name: "grace", agent: "user-agent", type: "cf_agent_identity" },
          { state: { visits: 1 }, type: "cf_agent_state" },
          MCP,
        ],
        [done("session", { userId: "grace", role: "member" })],
        [200, { name: "grace", pathname: "/user/settings", search: "?x=1" }],
        [401, "Unauthorized"],
      ],
      why: "The first state is the one that onConnect leaves",
    },
  },
  {
    name: "routeAgentRequest(): prefix, props and hooks, for WebSockets",
    async run(app) {
      const path = "/internal/v1/user-agent/system";
      const client = await app.open(`${path}?token=1`);
      const session = await call(client, "session");
      const room = "/internal/v1/chat-room/hooks?token=1&user=ada&_pk=a";
      const frames = await take(await app.open(room), 3);
      return [session, (frames[2] as { language: string }).language];
    },
    expected: [
      [done("session", { userId: "system", role: "admin" })],
      "xx",
    ],
  },
  {
    name: "routeAgentRequest(): prefix, cors and hooks, for HTTP",
    async run(app) {
      const path = "/internal/v1/chat-room/hooks/history";
      const show = [
        "access-control-allow-origin",
        "access-control-allow-methods",
        "access-control-allow-headers",
        "access-control-max-age",
      ];
      return [
        await app.fetch(path, { method: "OPTIONS", show }),
        await app.fetch(path, { show }),
        await app.fetch(`${path}?token=1`, { show }),
        await app.fetch("/internal/v2/chat-room/hooks"),
      ];
    },
    expected: [
      [200, "", ...cors()],
      [401, "No entry to CHAT_ROOM hooks", ...cors()],
      [200, [], ...cors()],
      [404, "Not internal"],
    ],
  },
];

function cors(): string[] {
  return ["*", "GET, POST, HEAD, OPTIONS", "*", "86400"];
}
