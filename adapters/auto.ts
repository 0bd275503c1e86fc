/**
 * Serves agents on whatever runtime loads it: one and the same file is a
 * `deno serve` entry, a `bun run` entry and a Worker.
 *
 * @example
 * ```ts
 * import { Agent } from "@roam/agents";
 * import { durable, serveAgents } from "@roam/agents/auto";
 *
 * class Chat extends Agent {}
 *
 * export const ChatAgent = durable(Chat);
 * export default serveAgents({ ChatAgent });
 * ```
 *
 * @module
 */
import type { AgentClass } from "../src/agent/agent.ts";
import type { HomeOptions } from "../src/agent/home.ts";
import type { AgentClasses } from "../src/host/host.ts";
import type { ServedAgents } from "../src/host/serve.ts";
import * as bun from "./bun.ts";
import * as deno from "./deno.ts";
import type { LocalOptions } from "./serve_local.ts";
import * as workers from "./workers.ts";

export type {
  Fallback,
  FallbackFunction,
  ServedAgents,
} from "../src/host/serve.ts";
export {
  type AgentRouteOptions,
  getAgentByName,
  routeAgentRequest,
} from "./agent_routing.ts";
export type { AgentGetOptions } from "./durable_instance.ts";
export type { StorageOption } from "./open_storage.ts";
export type {
  RoutingRetryEvent,
  RoutingRetryOptions,
} from "./routing_retry.ts";
export type { LocalOptions } from "./serve_local.ts";
export type { WorkerApp } from "./worker_app.ts";

/** What the runtime puts behind the request: Deno its info, Bun its server, Workers the bindings and the context. */
// deno-lint-ignore no-explicit-any -- differs by runtime
export type NativeArguments = any[];

/** Options of {@linkcode serveAgents}. On Workers `storage` is always the Durable Object's, and `env` the Worker's. */
export type ServeOptions = LocalOptions<NativeArguments>;

/** What {@linkcode serveAgents} returns: an entry for each of the runtimes. */
export interface AutoEntry extends ServedAgents<NativeArguments> {
  /** On Bun: belongs into the same `Bun.serve` call as `fetch`. */
  readonly websocket?: unknown;
}

/** On Workers a Durable Object class made of `agentClass`; elsewhere `agentClass` itself. */
export function durable<T extends AgentClass>(
  agentClass: T,
  options?: HomeOptions,
): T {
  if (!isWorkers()) return agentClass;
  return workers.durable(agentClass, options) as unknown as T;
}

/** Serves `classes` by the adapter of this runtime. */
export function serveAgents(
  classes: AgentClasses,
  options: ServeOptions = {},
): AutoEntry {
  if (isWorkers()) {
    const objects = classes as unknown as Record<
      string,
      workers.DurableAgentClass
    >;
    const { storage: _, ...rest } = options;
    return workers.serveAgents(objects, rest);
  }
  return "Bun" in globalThis
    ? bun.serveAgents(classes, options)
    : deno.serveAgents(classes, options);
}

/** See https://developers.cloudflare.com/workers/runtime-apis/web-standards/#navigatoruseragent */
function isWorkers(): boolean {
  return globalThis.navigator?.userAgent === "Cloudflare-Workers";
}
