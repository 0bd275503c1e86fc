/**
 * Serves a canvas for many cursors. One file for all runtimes:
 *
 *     npm start -- canvas deno
 *     npm start -- canvas bun
 *     npm start -- canvas node
 *     npm start -- canvas workerd
 */
import { durable, serveAgents } from "@roam/agents/auto";
import { servePage } from "../shared/serve_page.ts";
import { agents, page } from "./app.ts";

export const CanvasAgent = durable(agents.CanvasAgent);
export default serveAgents({ CanvasAgent }, {
  signals: true,
  fallback: servePage(page),
});
