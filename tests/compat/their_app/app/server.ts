import { getAgentByName, routeAgentRequest } from "agents";
import type { Env } from "./env.ts";

export { Board } from "./agents/board.ts";
export { ChatRoom } from "./agents/chat_room.ts";
export { DeviceAgent } from "./agents/device_agent.ts";
export { Reminders } from "./agents/reminders.ts";
export { UserAgent } from "./agents/user_agent.ts";

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const url = new URL(request.url);

    if (url.pathname === "/api/add") {
      const board = await getAgentByName(
        env.Board,
        url.searchParams.get("to")!,
      );
      return Response.json({
        id: await board.addCard("from the server"),
        secret: await board.secret(),
      });
    }

    // The server knows who it is: by a cookie here.
    if (url.pathname === "/user" || url.pathname.startsWith("/user/")) {
      const userId = /user=(\w+)/.exec(request.headers.get("cookie") ?? "")
        ?.[1];
      if (!userId) return new Response("Unauthorized", { status: 401 });
      const props = { userId, role: "member" };
      const agent = await getAgentByName(env.UserAgent, userId, { props });
      return agent.fetch(request);
    }

    if (url.pathname.startsWith("/internal/")) {
      const answer = await routeAgentRequest(request, env, {
        prefix: "internal/v1",
        cors: true,
        props: { userId: "system", role: "admin" },
        onBeforeConnect: (request, lobby) => {
          const { className, name } = lobby;
          if (!url.searchParams.has("token")) {
            return new Response(`No entry to ${className} ${name}`, {
              status: 401,
            });
          }
          const headers = new Headers(request.headers);
          headers.set("accept-language", "xx");
          return new Request(request, { headers });
        },
        onBeforeRequest: (_, { className, name }) => {
          if (!url.searchParams.has("token")) {
            return new Response(`No entry to ${className} ${name}`, {
              status: 401,
            });
          }
        },
      });
      return answer ?? new Response("Not internal", { status: 404 });
    }

    return (
      (await routeAgentRequest(request, env)) ??
        new Response("Not found", { status: 404 })
    );
  },
};
