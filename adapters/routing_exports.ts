// What a Worker needs that routes requests by itself, and so can be had wherever such an app runs.
export {
  type AgentRouteOptions,
  getAgentByName,
  routeAgentRequest,
} from "./agent_routing.ts";
export type { AgentGetOptions } from "./durable_instance.ts";
export type {
  RoutingRetryEvent,
  RoutingRetryOptions,
} from "./routing_retry.ts";
