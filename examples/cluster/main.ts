/**
 * Starts PostgreSQL, three processes that serve the same agents, a load
 * balancer in front of them, and a page that shows which of them has which
 * room:
 *
 *     npm start -- cluster
 *     npm start -- cluster bun
 *     npm start -- cluster node
 */
import process from "node:process";
import { serveAgents } from "@roam/agents/auto";
import { servePage } from "../shared/serve_page.ts";
import { page } from "./app.ts";
import { Panel } from "./panel.ts";
import { startSupervisor } from "./supervisor.ts";

const supervisor = await startSupervisor(() => {
  agents.getAgent(Panel, "main").refresh().catch(() => {});
});

const agents = serveAgents({ Panel }, {
  env: supervisor,
  storage: "memory",
  fallback: servePage(page),
});
supervisor.watch();

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    await agents.close({ graceMs: 0 });
    await supervisor.end();
    process.exit(0);
  });
}

export default agents;
