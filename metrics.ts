/**
 * Figures of a server for Prometheus, made of what `onEvent` is told.
 *
 * @example
 * ```ts
 * import { Agent } from "@roam/agents";
 * import { serveAgents } from "@roam/agents/deno";
 * import { createMetrics } from "@roam/agents/metrics";
 *
 * class ChatAgent extends Agent {}
 *
 * const metrics = createMetrics();
 *
 * export default serveAgents({ ChatAgent }, {
 *   onEvent: metrics.onEvent,
 *   fallback: (request) =>
 *     new URL(request.url).pathname === "/metrics"
 *       ? metrics.response()
 *       : new Response("Not found", { status: 404 }),
 * });
 * ```
 *
 * @module
 */
export { createMetrics, type Metrics } from "./metrics/metrics.ts";
