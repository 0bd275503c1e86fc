/**
 * Serves an assistant, whose model is a local stand-in. One file for all
 * runtimes:
 *
 *     npm start -- assistant deno
 *     npm start -- assistant bun
 *     npm start -- assistant node
 *     npm start -- assistant workerd
 */
import { durable, serveAgents } from "@roam/agents/auto";
import { servePage } from "../shared/serve_page.ts";
import { agents, page } from "./app.ts";

export const AssistantAgent = durable(agents.AssistantAgent);
export default serveAgents({ AssistantAgent }, {
  signals: true,
  fallback: servePage(page),
});
