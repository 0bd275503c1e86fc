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
import type { HostEvent } from "../src/agent/events.ts";
import { agentHandle, unknownAgent } from "../src/host/handle.ts";
import type { HostOptions } from "../src/host/host.ts";
import { type Backend, Router } from "../src/host/router.ts";
import {
  type Fallback,
  type ServedAgents,
  serveHost,
} from "../src/host/serve.ts";
import { indexByUrlName, kebabCase } from "../src/protocol/agent_name.ts";
import type { DurableAgentClass } from "./durable.ts";
import { callStub, type Stub } from "./durable_call.ts";

export type { WorkerSocket } from "./worker_socket.ts";
export type { ObjectStorage } from "../storage/durable_object.ts";
export {
  durable,
  type DurableAgent,
  type DurableAgentClass,
  type DurableContext,
} from "./durable.ts";

export type {
  Fallback,
  FallbackFunction,
  ServedAgents,
} from "../src/host/serve.ts";

/** Options of {@linkcode serveAgents}. `env` is the Worker's. */
export interface ServeOptions
  extends Omit<HostOptions, "env" | "clock" | "storage"> {
  /** Answers what no agent matches: a function, or an app with `fetch`. Default 404. */
  fallback?: Fallback<WorkerArguments>;
}

/** What a Worker's `fetch` gets behind the request: the bindings, and the execution context. */
export type WorkerArguments = [env: unknown, ctx?: unknown];

/** Serves `classes` by the names of their bindings; the result is a Worker. */
export function serveAgents(
  classes: Readonly<Record<string, DurableAgentClass>>,
  options: ServeOptions = {},
): ServedAgents<WorkerArguments> {
  const kinds = Object.entries(classes).map(([className, durableClass]) => {
    // Both are in the same script: objects are made after it has run.
    durableClass.register(className, options, (env) => {
      backend.env ??= env;
    });
    return [className, { className, durableClass }] as const;
  });
  const byUrlName = indexByUrlName(kinds);
  const byName = new Map<unknown, Kind>(kinds);
  for (const [, kind] of kinds) byName.set(kind.durableClass, kind);
  const backend = new DurableBackend(options.onEvent);
  const router = new Router(byUrlName, options, backend);
  return serveHost({
    fetch(request, native) {
      backend.env = native[0];
      return router.fetch(request, native);
    },
    getAgent<T extends Agent>(
      agent: string | (new (...args: never[]) => T),
      name: string,
    ) {
      const kind = byName.get(agent) ?? byUrlName.get(String(agent));
      if (kind === undefined) throw unknownAgent(agent);
      return agentHandle<T>(name, {
        fetch: (request) => backend.stub(kind, name).fetch(request),
        call: (method, args) =>
          callStub(backend.stub(kind, name), method, args),
      });
    },
    close: () => Promise.resolve(),
  }, options.fallback);
}

interface Kind {
  readonly className: string;
  readonly durableClass: DurableAgentClass;
}

interface DurableNamespace {
  idFromName(name: string): unknown;
  get(id: unknown): Stub;
}

/** The instances are Durable Objects, wherever the platform put them. */
class DurableBackend implements Backend<Kind, WorkerArguments> {
  env: unknown;
  #onEvent: ((event: HostEvent) => void) | undefined;
  #namespaces = new Map<Kind, DurableNamespace>();
  #seenEnv: unknown;

  constructor(onEvent: ((event: HostEvent) => void) | undefined) {
    this.#onEvent = onEvent;
  }

  connect(
    kind: Kind,
    name: string,
    _request: Request,
    seen: Request,
  ): Promise<Response> {
    return this.stub(kind, name).fetch(seen);
  }

  request(kind: Kind, name: string, request: Request): Promise<Response> {
    return this.stub(kind, name).fetch(request);
  }

  emit(make: () => HostEvent): void {
    this.#onEvent?.(make());
  }

  stub(kind: Kind, name: string): Stub {
    const namespace = this.#namespace(kind);
    return namespace.get(namespace.idFromName(name));
  }

  #namespace(kind: Kind): DurableNamespace {
    if (this.#seenEnv !== this.env) {
      this.#namespaces.clear();
      this.#seenEnv = this.env;
    }
    let namespace = this.#namespaces.get(kind);
    if (namespace === undefined) {
      namespace = findBinding(this.env, kind.className);
      this.#namespaces.set(kind, namespace);
    }
    return namespace;
  }
}

/** The binding of this name, in any spelling that has the same URL name. */
function findBinding(env: unknown, className: string): DurableNamespace {
  const wanted = kebabCase(className);
  for (const [key, value] of Object.entries(env ?? {})) {
    if (typeof value?.idFromName === "function" && kebabCase(key) === wanted) {
      return value;
    }
  }
  throw new TypeError(
    env === undefined
      ? `Cannot reach agent "${className}": the Worker has had no request yet, so its bindings are unknown`
      : `Cannot reach agent "${className}": the Worker has no Durable Object binding of this name`,
  );
}
