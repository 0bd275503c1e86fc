import type { Agent, AgentClass } from "../agent/agent.ts";
import type { ConnectionContext } from "../agent/connection.ts";
import type { HomeOptions } from "../agent/home.ts";
import type { SocketEvents } from "../ports/socket.ts";
import { indexByUrlName } from "../protocol/agent_name.ts";
import type { AgentNamespace } from "./agent_namespace.ts";
import {
  type AgentHandle,
  agentHandle,
  type GetAgentOptions,
  unknownAgent,
} from "./handle.ts";
import { LocalBackend } from "./local_backend.ts";
import { LocalNamespace } from "./local_namespace.ts";
import { Namespace, type Served, served } from "./namespace.ts";
import {
  type Answer,
  type MaybePromise,
  Router,
  type RouterOptions,
} from "./router.ts";

/** The classes that a host serves, by the name that stands, in kebab-case, in the URL. */
export type AgentClasses = Readonly<Record<string, AgentClass>>;

/** Options of {@linkcode createHost}, the same on every runtime. */
export interface HostOptions extends HomeOptions, RouterOptions {
  /** What agents get as `env`. Default `{}`. */
  env?: unknown;
}

/** What a runtime has to do for {@linkcode createHost}. */
export interface Platform<Native> {
  /**
   * Upgrades `request` and has the events of its socket delivered to
   * `events`. Throws a {@linkcode Refusal} when the handshake is malformed.
   */
  upgrade(request: Request, events: SocketEvents, native: Native): Answer;
  /** Makes what can be read of `request` after the upgrade. Called when a hook is going to take it. */
  keep?(request: Request): ConnectionContext;
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
  /** A binding for each class, as an app that was written for Workers finds them in its `env`. */
  readonly bindings: Readonly<Record<string, AgentNamespace>>;
  /** Refuses new requests, closes all connections with 1012, and resolves when the handlers are done. */
  close(): Promise<void>;
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
  const kinds = Object.entries(classes).map(([className, agentClass]) =>
    [className, served(className, agentClass)] as const
  );
  const byUrlName = indexByUrlName(kinds);
  const byName = new Map<unknown, typeof kinds[number][1]>(kinds);
  for (const [, kind] of kinds) byName.set(kind.agentClass, kind);
  const namespace = new Namespace(options, options.env ?? {});
  const backend = new LocalBackend(namespace, platform);
  const router = new Router(byUrlName, options, backend);
  const handle = <T>(kind: Served, name: string, props: unknown) =>
    agentHandle<T>(name, {
      fetch: (request, native) =>
        backend.fetch(kind, name, request, native as Native, props),
      call: (method, args) => backend.call(kind, name, method, args, props),
    });
  const bindings = kinds.map(([className, kind]) => [
    className,
    new LocalNamespace({
      get: (name, props) => handle(kind, name, props),
      start: (name, props) => backend.start(kind, name, props),
    }),
  ]);
  return {
    fetch: (request, native) => router.fetch(request, native),
    getAgent(agent, name, { props } = {}) {
      const kind = byName.get(agent) ?? byUrlName.get(String(agent));
      if (kind === undefined) throw unknownAgent(agent);
      return handle(kind, name, props);
    },
    bindings: Object.fromEntries(bindings),
    close: () => namespace.close(),
  };
}
