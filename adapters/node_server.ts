import type { AgentClasses } from "../src/host/host.ts";
import { prefixSegments } from "../src/protocol/address.ts";

import { resolveLimits } from "../src/runtime/limits.ts";
import {
  type HandleOptions,
  listenOn,
  type ListenOptions,
  type NodeListener,
} from "./node_listener.ts";
import { DEV_PATH } from "./dev_access.ts";
import { assertArguments } from "./entry_arguments.ts";
import { assertNode } from "./node_packages.ts";
import { takeEvents } from "./node_events.ts";
import { genuine, type NodeHandler, NodeRequests } from "./node_requests.ts";
import { NodeSockets } from "./node_sockets.ts";
import type { NodeBindings, NodePackages, NodeServer } from "./node_types.ts";
import { Unused } from "./node_unused.ts";

import {
  type LocalEntry,
  type LocalOptions,
  serveLocal,
} from "./serve_local.ts";

/** Options of `serveAgents`. */
export type NodeServeOptions = LocalOptions<[bindings?: NodeBindings]>;

/** How requests reach the agents on Node, which starts no server by itself. */
export interface NodeDoor {
  /**
   * Starts a server, and resolves when it listens. Rejects when it can't.
   *
   * @example
   * ```ts
   * import { Agent } from "@roam/agents";
   * import { serveAgents } from "@roam/agents/node";
   *
   * class ChatAgent extends Agent {}
   *
   * const agents = serveAgents({ ChatAgent });
   * const { url } = await agents.listen({ port: 8787 });
   * console.log(`Listening on ${url}`);
   * ```
   */
  listen(options?: ListenOptions): Promise<NodeListener>;
  /**
   * Has a server of one's own, of `node:http` or `node:https`, hand over what
   * is for an agent, requests and upgrades, before its own listeners see it.
   * The rest stays theirs, unless `fallback` or `fetch` was given: these then
   * answer it. Returns `server`.
   *
   * @example
   * ```ts
   * import { createServer } from "node:http";
   * import { Agent } from "@roam/agents";
   * import { serveAgents } from "@roam/agents/node";
   *
   * class ChatAgent extends Agent {}
   *
   * const server = createServer((_, response) => response.end("the app's own"));
   * serveAgents({ ChatAgent }).handle(server).listen(8787);
   * ```
   */
  handle<T extends NodeServer>(server: T, options?: HandleOptions): T;
}

/** What `serveAgents` returns on Node. */
export interface NodeEntry
  extends LocalEntry<[bindings?: NodeBindings]>, NodeDoor {
  /** The part of an entry `{ fetch, websocket }` that a command can start it by, as on Bun. */
  readonly websocket: NodeDoor;
}

/** Escapes, dot segments and empty ones. */
const UNUSUAL = /[%\\]|\/[/.]/;

/** Serves `classes` by what `packages` has. */
export function serveNode(
  classes: AgentClasses,
  options: NodeServeOptions,
  packages: NodePackages,
): NodeEntry {
  assertNode();
  assertArguments(classes, options);
  const sockets = new NodeSockets(packages, resolveLimits(options.limits));
  const requests = new NodeRequests(packages, sockets);
  const served = serveLocal(classes, forUsers(options), requests.platform);
  const prefix = prefixSegments(options.prefix ?? "agents");
  /** Whether it is worth a `Request` to ask the router, which knows other spellings too. */
  const mayBeOurs = (url: string) =>
    prefix.length === 0 || url.includes(`/${prefix.join("/")}/`) ||
    url.startsWith(DEV_PATH) || UNUSUAL.test(url);
  const answersAll = (options.fallback ?? options.worker) !== undefined;
  const unused = new Unused();

  function handle<T extends NodeServer>(
    server: T,
    { fetch }: HandleOptions = {},
  ): T {
    assertServer(server);
    unused.end();
    const all: NodeHandler | undefined = fetch === undefined
      ? answersAll ? served.fetch : undefined
      : (request, bindings) => fetch(genuine(request), bindings);
    return takeEvents(server, requests, {
      concerns: all === undefined ? mayBeOurs : () => true,
      handler: all ?? served.route,
      last: served.fetch,
    });
  }

  const door: NodeDoor = {
    handle,
    async listen(options = {}) {
      return await listenOn(
        (server) => handle(server, options),
        options,
        served.close,
      );
    },
  };
  return {
    ...door,
    websocket: door,
    fetch(request, bindings) {
      assertRequest(request);
      unused.end();
      return served.fetch(request, bindings);
    },
    route(request, bindings) {
      assertRequest(request);
      unused.end();
      return served.route(request, bindings);
    },
    getAgent(agent, name, options) {
      unused.end();
      return served.getAgent(agent, name, options);
    },
    health: served.health,
    close: served.close,
    paths: served.paths,
  };
}

/** Throws a `TypeError` for an app, which is no server: nothing would ever come from it. */
function assertServer(server: unknown): void {
  const { listenerCount } = Object(server) as Partial<NodeServer>;
  if (typeof server === "object" && typeof listenerCount === "function") return;
  const received = server === null ? "null" : typeof server;
  throw new TypeError(
    `Cannot handle a server: it must be one of node:http or node:https, as in agents.handle(createServer(app)): received ${received}`,
  );
}

/** Throws a `TypeError` for Node's own request, as a middleware of Express gets it. */
function assertRequest(request: Request): void {
  if (!("httpVersion" in request)) return;
  throw new TypeError(
    "Cannot answer a request of Node's own: take agents.handle(server) in place of a middleware",
  );
}

/** `options` whose hooks and apps get a request that they may copy. */
function forUsers(options: NodeServeOptions): NodeServeOptions {
  const { fallback, onBeforeConnect, worker } = options;
  return {
    ...options,
    onBeforeConnect: onBeforeConnect &&
      ((request, ...rest) => onBeforeConnect(genuine(request), ...rest)),
    fallback: fallback &&
      ((request, ...native) => {
        const answer = typeof fallback === "function"
          ? fallback(genuine(request), ...native)
          : fallback.fetch(genuine(request), ...native);
        // `null` would mean that it is for somebody else, and nobody is left.
        return answer ?? undefined as unknown as Response;
      }),
    worker: worker &&
      { fetch: (request, ...rest) => worker.fetch(genuine(request), ...rest) },
  };
}
