/**
 * Serves a form that several people fill in at once. One file for all runtimes:
 *
 *     npm start -- board deno
 *     npm start -- board bun
 *     npm start -- board node
 *     npm start -- board workerd
 */
import { durable, serveAgents } from "@roam/agents/auto";
import { servePage } from "../shared/serve_page.ts";
import { agents, page } from "./app.ts";

export const BoardAgent = durable(agents.BoardAgent);
export default serveAgents({ BoardAgent }, {
  signals: true,
  fallback: servePage(page),
});
