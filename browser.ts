/**
 * The client as one module that a server hands to its pages, for those that no
 * bundler makes.
 *
 * @example
 * ```ts
 * import { Agent } from "@roam/agents";
 * import { serveAgents } from "@roam/agents/auto";
 * import { browserClient } from "@roam/agents/browser";
 *
 * class Counter extends Agent {}
 *
 * // The page: import { AgentClient } from "/agents/client.js";
 * export default serveAgents({ Counter }, { client: browserClient });
 * ```
 *
 * @module
 */
import { type ClientModule, clientModule } from "./src/host/client_module.ts";
import { hash, source } from "./built/browser_client.ts";

export type { ClientModule };

/** What `@roam/agents/client` exports, bundled and minified: the option `client` of `serveAgents`. */
export const browserClient: ClientModule = clientModule(source, hash);
