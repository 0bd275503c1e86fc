/**
 * Serves a chat with rooms. One file for all runtimes:
 *
 *     npm start -- chat deno
 *     npm start -- chat bun
 *     npm start -- chat node
 *     npm start -- chat workerd
 */
import { durable, serveAgents } from "@roam/agents/auto";
import { servePage } from "../shared/serve_page.ts";
import { agents, page } from "./app.ts";

export const ChatRoom = durable(agents.ChatRoom);
export default serveAgents({ ChatRoom }, {
  signals: true,
  fallback: servePage(page),
});
