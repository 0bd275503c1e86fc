/**
 * Serves agents on whatever runtime loads it: one and the same file is a
 * `deno serve` entry, a `bun run` entry and a Worker. Node starts no server
 * for an entry: there the file also calls `listen()`.
 *
 * @example
 * ```ts
 * import { Agent } from "@roam/agents";
 * import { durable, serveAgents } from "@roam/agents/auto";
 *
 * class Chat extends Agent {}
 *
 * export const ChatAgent = durable(Chat);
 * const agents = serveAgents({ ChatAgent });
 * export default agents;
 *
 * // On Node alone, where it also needs `npm install ws srvx`.
 * await agents.listen?.({ port: 3000 });
 * ```
 *
 * @module
 */
import type { AgentClass } from "../src/agent/agent.ts";
import type { AgentClasses } from "../src/host/host.ts";
import type { ServedAgents } from "../src/host/serve.ts";
import * as bun from "./bun.ts";
import * as deno from "./deno.ts";
import { loadPackages } from "./node_packages.ts";
import { type NodeDoor, serveNode } from "./node_server.ts";
import type { LocalOptions } from "./serve_local.ts";
import * as workers from "./workers.ts";

export type * from "./local_types.ts";
export * from "./routing_exports.ts";

/** What the runtime puts behind the request: Deno its info, Bun its server, Node its own request and response, Workers the bindings and the context. */
// deno-lint-ignore no-explicit-any -- differs by runtime
export type NativeArguments = any[];

/** Options of {@linkcode serveAgents}. On Workers `storage` is always the Durable Object's, and `env` the Worker's; `cluster` means nothing. */
export type ServeOptions = LocalOptions<NativeArguments>;

/** What {@linkcode serveAgents} returns: an entry for each of the runtimes. */
export interface AutoEntry
  extends ServedAgents<NativeArguments>, Partial<NodeDoor> {
  /** On Bun: belongs into the same `Bun.serve` call as `fetch`. On Node: what has `listen()`. */
  readonly websocket?: unknown;
  /** Where the agents are, as `/agents/chat-agent`; not on Workers. */
  readonly paths?: readonly string[];
}

/**
 * On Workers a Durable Object class made of `agentClass`; elsewhere `agentClass`
 * itself.
 *
 * @example
 * ```ts
 * import { Agent } from "@roam/agents";
 * import { durable, serveAgents } from "@roam/agents/auto";
 *
 * class Chat extends Agent {}
 *
 * export const ChatAgent = durable(Chat);
 * export default serveAgents({ ChatAgent }, {
 *   allowedOrigins: ["https://app.example.com"],
 * });
 * ```
 */
export function durable<T extends AgentClass>(
  agentClass: T,
  options?: workers.DurableOptions,
): T {
  if (!isWorkers()) return agentClass;
  return workers.durable(agentClass, options) as unknown as T;
}

/**
 * Serves `classes` by the adapter of this runtime.
 *
 * @example
 * ```ts
 * import { Agent } from "@roam/agents";
 * import { durable, serveAgents } from "@roam/agents/auto";
 *
 * class Chat extends Agent {}
 *
 * export const ChatAgent = durable(Chat);
 * export default serveAgents({ ChatAgent }, {
 *   allowedOrigins: ["https://app.example.com"],
 * });
 * ```
 */
export function serveAgents(
  classes: AgentClasses,
  options: ServeOptions = {},
): AutoEntry {
  if (isWorkers()) {
    const objects = classes as unknown as Record<
      string,
      workers.DurableAgentClass
    >;
    const { storage: _, cluster: __, ...rest } = options;
    return workers.serveAgents(objects, rest);
  }
  if ("Bun" in globalThis) return bun.serveAgents(classes, options);
  if ("Deno" in globalThis) return deno.serveAgents(classes, options);
  return serveNode(classes, options, loadPackages());
}

/** See https://developers.cloudflare.com/workers/runtime-apis/web-standards/#navigatoruseragent */
function isWorkers(): boolean {
  return globalThis.navigator?.userAgent === "Cloudflare-Workers";
}
