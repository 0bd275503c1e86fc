/**
 * Serves agents on Cloudflare Workers: each instance is a Durable Object, and
 * its connections hibernate.
 *
 * @example
 * ```ts
 * import { Agent } from "@roam/agents";
 * import { durable, serveAgents } from "@roam/agents/workers";
 *
 * class Chat extends Agent {}
 *
 * // wrangler.jsonc binds ChatAgent to this class and lists it in new_sqlite_classes.
 * export const ChatAgent = durable(Chat);
 * export default serveAgents({ ChatAgent });
 * ```
 *
 * @module
 */
import type { Agent } from "../src/agent/agent.ts";
import type { AgentNamespace } from "../src/host/agent_namespace.ts";
import {
  agentHandle,
  type GetAgentOptions,
  unknownAgent,
} from "../src/host/handle.ts";
import type { HostOptions } from "../src/host/host.ts";
import { Router } from "../src/host/router.ts";
import {
  type EntryOptions,
  type ServedAgents,
  serveHost,
} from "../src/host/serve.ts";
import { resolveLimits } from "../src/runtime/limits.ts";
import {
  indexByUrlName,
  kebabCase,
  serveError,
} from "../src/protocol/agent_name.ts";
import { type Binding, BindingBackend } from "./agent_routing.ts";
import type { DurableAgentClass } from "./durable.ts";
import { DurableInstance } from "./durable_instance.ts";
import { warnOfMisspeltOptions } from "./option_names.ts";
import type { WorkerApp } from "./worker_app.ts";

export type { WorkerSocket } from "./worker_socket.ts";
export type { ObjectCursor, ObjectStorage } from "../storage/object_storage.ts";
export {
  durable,
  type DurableAgent,
  type DurableAgentClass,
  type DurableContext,
  type DurableOptions,
} from "./durable.ts";

export type * from "./entry_types.ts";
export * from "./routing_exports.ts";

/** Options of {@linkcode serveAgents}. `env` is the Worker's. */
export interface ServeOptions
  extends
    Omit<HostOptions, "env" | "clock" | "storage">,
    EntryOptions<WorkerArguments> {
  /** Answers every request in place of this entry: an app that calls {@linkcode routeAgentRequest} by itself. */
  worker?: WorkerApp | undefined;
}

/** What a Worker's `fetch` gets behind the request: the bindings, and the execution context. */
export type WorkerArguments = [env: unknown, ctx?: unknown];

/**
 * Serves `classes` by the names of their bindings; the result is a Worker.
 *
 * @example
 * ```ts
 * import { Agent } from "@roam/agents";
 * import { durable, serveAgents } from "@roam/agents/workers";
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
  classes: Readonly<Record<string, DurableAgentClass>>,
  options: ServeOptions = {},
): ServedAgents<WorkerArguments> {
  warnOfMisspeltOptions(options);
  const bindings = new Bindings();
  const kinds = Object.entries(classes).map(([className, durableClass]) => {
    // Both are in the same script: objects are made after it has run.
    if (typeof durableClass?.register !== "function") {
      throw serveError(
        className,
        `its class must be wrapped for Workers: export const ${className} = durable(…)`,
      );
    }
    durableClass.register(className, options, (env) => {
      bindings.env ??= env;
    });
    return [className, new Kind(className, bindings)] as const;
  });
  const byUrlName = indexByUrlName(kinds);
  const byName = new Map<unknown, Kind>(kinds);
  for (const [className, kind] of kinds) byName.set(classes[className], kind);
  const backend = new BindingBackend({ routingRetry: false }, options.onEvent);
  const router = new Router({
    kinds: byUrlName,
    options,
    backend,
    hookMs: resolveLimits(options.limits).connectMs,
  });
  const served = serveHost({
    fetch(request, native) {
      bindings.env = native[0];
      return router.fetch(request, undefined, native[0]);
    },
    getAgent<T extends Agent>(
      agent: string | (new (...args: never[]) => T),
      name: string,
      options: GetAgentOptions = {},
    ) {
      const kind = byName.get(agent) ?? byUrlName.exact.get(String(agent));
      if (kind === undefined) throw unknownAgent(agent, Object.keys(classes));
      // At each use: the bindings are known from the first request on.
      const instance = () =>
        new DurableInstance(kind.namespace, name, {
          ...options,
          routingRetry: false,
        });
      return agentHandle<T>(name, {
        fetch: (request) => instance().fetch(request),
        call: (method, args) => instance().call(method, args),
      });
    },
    health: () => ({ ok: true, state: "live" }),
    close: () => Promise.resolve(),
  }, options);
  const { worker } = options;
  if (worker === undefined) return served;
  return {
    ...served,
    fetch(request, env, ctx) {
      bindings.env = env;
      return worker.fetch(request, env, ctx);
    },
  };
}

/** The Worker's bindings, found in its `env` when they are asked for. */
class Bindings {
  env: unknown;
  #seenEnv: unknown;
  #namespaces = new Map<string, AgentNamespace>();

  get(className: string): AgentNamespace {
    if (this.#seenEnv !== this.env) {
      this.#namespaces.clear();
      this.#seenEnv = this.env;
    }
    let namespace = this.#namespaces.get(className);
    if (namespace === undefined) {
      namespace = findBinding(this.env, className);
      this.#namespaces.set(className, namespace);
    }
    return namespace;
  }
}

class Kind implements Binding {
  readonly className: string;
  #bindings: Bindings;

  constructor(className: string, bindings: Bindings) {
    this.className = className;
    this.#bindings = bindings;
  }

  get namespace(): AgentNamespace {
    return this.#bindings.get(this.className);
  }
}

/** The binding of this name, in any spelling that has the same URL name. */
function findBinding(env: unknown, className: string): AgentNamespace {
  const wanted = kebabCase(className);
  for (const [key, value] of Object.entries(env ?? {})) {
    if (typeof value?.idFromName === "function" && kebabCase(key) === wanted) {
      return value;
    }
  }
  throw new TypeError(
    env === undefined
      ? `Cannot reach agent "${className}": the Worker has had no request yet, so its bindings are unknown`
      : `Cannot reach agent "${className}": the Worker has no Durable Object binding of this name; add to wrangler.jsonc, under durable_objects.bindings, { "name": "${className}", "class_name": "${className}" }, and "${className}" to new_sqlite_classes of a migration`,
  );
}
