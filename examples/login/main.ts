/**
 * Serves a club that one has to sign in to. `npm start` makes a secret for its
 * sessions; elsewhere give it one, as SESSION_SECRET. One file for all runtimes:
 *
 *     npm start -- login deno
 *     npm start -- login bun
 *     npm start -- login node
 *     npm start -- login workerd
 */
import { durable, serveAgents } from "@roam/agents/auto";
import { environment } from "../shared/environment.ts";
import { servePage } from "../shared/serve_page.ts";
import { agents, guards, page } from "./app.ts";

export const ClubAgent = durable(agents.ClubAgent);
export default serveAgents({ ClubAgent }, {
  ...guards,
  env: environment(),
  signals: true,
  fallback: servePage(page),
});
