/**
 * Serves agents on Node, from 22.13.
 *
 * It needs two packages besides this one: `npm install ws srvx`.
 *
 * @example
 * ```ts
 * // node main.ts
 * import { Agent } from "@roam/agents";
 * import { serveAgents } from "@roam/agents/node";
 *
 * class ChatAgent extends Agent {}
 *
 * await serveAgents({ ChatAgent }).listen({ port: 3000 });
 * ```
 *
 * @module
 */
import { NodeRequest, sendNodeResponse } from "srvx/node";
import { WebSocket, WebSocketServer } from "ws";
import type { AgentClasses } from "../src/host/host.ts";
import type { ListenOptions, NodeListener } from "./node_listener.ts";
import { type NodeEntry, serveNode } from "./node_server.ts";
import type { NodeBindings, NodePackages } from "./node_types.ts";
import type { LocalOptions } from "./serve_local.ts";

export type {
  HandleOptions,
  ListenOptions,
  NodeListener,
} from "./node_listener.ts";
export type { NodeDoor, NodeEntry } from "./node_server.ts";
export type {
  NodeBindings,
  NodeIncoming,
  NodeOutgoing,
  NodeServer,
} from "./node_types.ts";
export type * from "./local_types.ts";

/** Options of {@linkcode serveAgents}. */
export type ServeOptions = LocalOptions<[bindings?: NodeBindings]>;

const packages = {
  NodeRequest,
  sendNodeResponse,
  WebSocket,
  WebSocketServer,
} as unknown as NodePackages;

/**
 * Serves `classes`, once `listen()` or `handle()` of the result was called.
 *
 * @example
 * ```ts
 * import { Agent } from "@roam/agents";
 * import { serveAgents } from "@roam/agents/node";
 *
 * class ChatAgent extends Agent {}
 *
 * const agents = serveAgents({ ChatAgent });
 * const { url } = await agents.listen({ port: 3000 });
 * console.log(`Listening on ${url}`);
 * ```
 */
export function serveAgents(
  classes: AgentClasses,
  options: ServeOptions = {},
): NodeEntry {
  return serveNode(classes, options, packages);
}

/**
 * Starts what a file exports by default: what `serveAgents()` returned, here
 * or in `@roam/agents/auto`, or an app `{ fetch, websocket }` that has the
 * agents in it. For commands that serve any such file. Rejects with a
 * `TypeError` for anything else.
 *
 * @example
 * ```ts
 * import { listen } from "@roam/agents/node";
 *
 * const { default: entry } = await import(new URL("main.ts", import.meta.url).href);
 * const { url } = await listen(entry, { port: 3000 });
 * ```
 */
export async function listen(
  entry: unknown,
  options: Omit<ListenOptions, "fetch"> = {},
): Promise<NodeListener> {
  const { fetch, listen, websocket } = Object(entry) as Partial<NodeEntry>;
  if (typeof fetch !== "function") {
    throw new TypeError(
      `Cannot serve an entry: it must be what serveAgents() returns, or have a method "fetch": received ${
        entry === null ? "null" : typeof entry
      }`,
    );
  }
  if (typeof listen === "function") return await listen(options);
  const door = typeof websocket?.listen === "function"
    ? websocket
    : serveAgents({}, { storage: "memory" });
  return await door.listen({ ...options, fetch: fetch.bind(entry) });
}
