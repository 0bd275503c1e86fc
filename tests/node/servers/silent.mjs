// Deno and Bun serve such a file.
import { serveAgents } from "../../../adapters/auto.ts";
import { Counter } from "./agents.mjs";

export default serveAgents({ Counter }, { storage: "memory" });
