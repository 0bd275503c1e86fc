/**
 * Figures and spans of a server for OpenTelemetry, made of what `onEvent` is
 * told. It needs `@opentelemetry/api`, and does nothing without an SDK.
 *
 * @example
 * ```ts
 * import { Agent } from "@roam/agents";
 * import { serveAgents } from "@roam/agents/deno";
 * import { createTelemetry } from "@roam/agents/opentelemetry";
 *
 * class ChatAgent extends Agent {}
 *
 * const { onEvent } = createTelemetry();
 * export default serveAgents({ ChatAgent }, { onEvent });
 * ```
 *
 * @module
 */
export {
  createTelemetry,
  type MeterSource,
  type Telemetry,
  type TelemetryOptions,
  type TracerSource,
} from "./metrics/telemetry.ts";
