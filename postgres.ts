/**
 * Several processes on Node, Deno or Bun that serve the same agents, with
 * PostgreSQL. It needs the package `postgres`: `npm install postgres`.
 *
 * @example
 * ```ts
 * import { Agent } from "@roam/agents";
 * import { serveAgents } from "@roam/agents/auto";
 * import { postgres } from "@roam/agents/postgres";
 *
 * class ChatAgent extends Agent {}
 *
 * export default serveAgents({ ChatAgent }, {
 *   cluster: postgres("postgres://app:secret@db/app"),
 * });
 * ```
 *
 * @module
 */
export { postgres, type PostgresOptions } from "./cluster/postgres_cluster.ts";
export type { PipeTls } from "./cluster/net_types.ts";
export type { PostgresDatabaseOptions } from "./cluster/database_options.ts";
