import type { Agent, AgentClass } from "../agent/agent.ts";
import type { InstanceHostOptions } from "../agent/host_context.ts";
import type { Cluster } from "../ports/cluster.ts";
import { indexByUrlName } from "../protocol/agent_name.ts";
import type { AgentNamespace } from "./agent_namespace.ts";
import {
  type AgentHandle,
  agentHandle,
  type GetAgentOptions,
  unknownAgent,
} from "./handle.ts";
import { ClusterBackend } from "./cluster_backend.ts";
import type { HostHealth } from "./health.ts";
import { LocalBackend } from "./local_backend.ts";
import { LocalNamespace } from "./local_namespace.ts";
import type { CloseOptions } from "./shutdown.ts";
import { Namespace, type Served, served } from "./namespace.ts";
import type { Answer, MaybePromise, Platform } from "./platform.ts";
import { Router, type RouterOptions } from "./router.ts";

/** The classes that a host serves, by the name that stands, in kebab-case, in the URL. */
export type AgentClasses = Readonly<Record<string, AgentClass>>;

/** Options of {@linkcode createHost}, the same on every runtime. */
export interface HostOptions extends InstanceHostOptions, RouterOptions {
  /** What agents get as `env`. Default `{}`. */
  env?: unknown | undefined;
  /**
   * Several processes serve the same agents, behind whatever balances the
   * load: `postgres(url)` of `@roam/agents/postgres`. It is also where states
   * are kept, in place of `storage`. Default: this process is alone.
   */
  cluster?: Cluster | undefined;
}

/** All agents of one process. */
export interface Host<Native> {
  /** Answers a request for an agent; `null` when it is for somebody else, `undefined` when the platform took the connection over. */
  fetch(request: Request, native: Native): MaybePromise<Answer | null>;
  /** A handle on the instance of this class and name, for calls from the server side. */
  getAgent<T extends Agent = Agent>(
    agent: string | (new (...args: never[]) => T),
    name: string,
    options?: GetAgentOptions,
  ): AgentHandle<T>;
  /** How the process is doing, for a health check. */
  health(): HostHealth;
  /** A binding for each class, as an app that was written for Workers finds them in its `env`. */
  readonly bindings: Readonly<Record<string, AgentNamespace>>;
  /**
   * Refuses new requests, lets running handlers and calls finish, closes all
   * connections with 1012, and resolves when what was written is stored.
   * After `graceMs` and a second it waits for nobody.
   */
  close(options?: CloseOptions): Promise<void>;
}

/**
 * The dispatcher under every adapter: finds the instance a request is for,
 * creates it, and connects the two. It knows web standards only; what differs
 * by runtime is in `platform`.
 *
 * @example
 * ```ts
 * import { Agent, createHost, Refusal } from "@roam/agents";
 *
 * class EchoAgent extends Agent {}
 *
 * const host = createHost({ EchoAgent }, {}, {
 *   upgrade() {
 *     throw new Refusal(501, "no WebSockets here");
 *   },
 * });
 * const request = new Request("http://localhost/agents/echo-agent/one");
 * await host.fetch(request, undefined);
 * ```
 */
export function createHost<Native>(
  classes: AgentClasses,
  options: HostOptions,
  platform: Platform<Native>,
): Host<Native> {
  return assembleHost(classes, options, platform).host;
}

/** What is in a host, for tools that look at what runs. */
export interface HostInside {
  /** The instances, the store, and what they share. */
  readonly namespace: Namespace;
  /** The classes, with their instances in memory, by their names. */
  readonly kinds: ReadonlyMap<string, Served>;
  /** Where instances are that are not in this process. */
  readonly cluster: Cluster | undefined;
}

/** The same, with what is in it: a {@linkcode HostInside}, which the declarations of the package do without. */
export function assembleHost<Native>(
  classes: AgentClasses,
  options: HostOptions,
  platform: Platform<Native>,
): { readonly host: Host<Native>; readonly inside: object } {
  if (options.cluster !== undefined && options.storage !== undefined) {
    throw new TypeError(
      "Cannot serve: states are kept by the cluster: leave `storage` out",
    );
  }
  const kinds = Object.entries(classes).map(([className, agentClass]) =>
    [className, served(className, agentClass)] as const
  );
  const byUrlName = indexByUrlName(kinds);
  const env = options.env ?? {};
  const byName = new Map<unknown, typeof kinds[number][1]>(kinds);
  for (const [, kind] of kinds) byName.set(kind.agentClass, kind);
  const { cluster } = options;
  const byClass = new Map(kinds);
  const storage = cluster?.storage ?? options.storage;
  const namespace = new Namespace({ ...options, storage }, env, byClass);
  const inside: HostInside = { namespace, kinds: byClass, cluster };
  const backend = cluster === undefined
    ? new LocalBackend(namespace, platform)
    : new ClusterBackend(cluster, namespace, platform, byClass);
  const router = new Router({
    kinds: byUrlName,
    options,
    backend,
    hookMs: namespace.limits.connectMs,
  });
  const handle = <T>(kind: Served, name: string, props: unknown) =>
    agentHandle<T>(name, {
      fetch: (request, native) =>
        backend.fetch(kind, name, { request }, native as Native, props),
      call: (method, args) => backend.call(kind, name, method, args, props),
    });
  const bindings = kinds.map(([className, kind]) => [
    className,
    new LocalNamespace({
      get: (name, props) => handle(kind, name, props),
      enter: (name, admitted, props) =>
        backend.fetch(kind, name, admitted, [] as unknown as Native, props),
      start: (name, props) => backend.start(kind, name, props),
    }),
  ]);
  const host: Host<Native> = {
    fetch(request, native) {
      const received = platform.received?.(request, native);
      return router.fetch(request, native, env, received);
    },
    getAgent(agent, name, { props } = {}) {
      const kind = byName.get(agent) ?? byUrlName.exact.get(String(agent));
      if (kind === undefined) throw unknownAgent(agent, Object.keys(classes));
      return handle(kind, name, props);
    },
    bindings: Object.fromEntries(bindings),
    health: () => backend.health(),
    close: (options) => backend.close(options),
  };
  return { host, inside };
}
