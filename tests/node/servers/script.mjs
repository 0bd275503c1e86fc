// Asks an agent, and ends.
import { serveAgents } from "../../../adapters/node.ts";
import { Counter } from "./agents.mjs";

const agents = serveAgents({ Counter }, { storage: "memory" });
console.log(`now ${await agents.getAgent("Counter", "x").add()}`);
await agents.close();
