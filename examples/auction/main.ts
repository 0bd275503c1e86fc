/**
 * Serves an auction. One file for all runtimes:
 *
 *     npm start -- auction deno
 *     npm start -- auction bun
 *     npm start -- auction node
 *     npm start -- auction workerd
 */
import { durable, serveAgents } from "@roam/agents/auto";
import { servePage } from "../shared/serve_page.ts";
import { agents, page } from "./app.ts";

export const AuctionAgent = durable(agents.AuctionAgent);
export default serveAgents({ AuctionAgent }, {
  signals: true,
  fallback: servePage(page),
});
