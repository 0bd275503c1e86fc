import type { Agent } from "../src/agent/agent.ts";
import type { HostEvent } from "../src/runtime/events.ts";
import type { AgentNamespace } from "../src/host/agent_namespace.ts";
import { type AgentHandle, agentHandle } from "../src/host/handle.ts";
import { LocalNamespace } from "../src/host/local_namespace.ts";
import {
  type Backend,
  Router,
  type RouterOptions,
} from "../src/host/router.ts";
import type { Admitted } from "../src/host/before_hook.ts";
import type { Answer } from "../src/host/platform.ts";
import { RefusalLog } from "../src/host/refusal_log.ts";
import { indexByUrlName, type UrlNames } from "../src/protocol/agent_name.ts";
import { DEFAULT_LIMITS } from "../src/runtime/limits.ts";
import { type AgentGetOptions, DurableInstance } from "./durable_instance.ts";

/** Options of {@linkcode routeAgentRequest}. */
export interface AgentRouteOptions<Props extends object = object>
  extends RouterOptions, AgentGetOptions<Props> {}

/**
 * Answers a request for an agent, HTTP or WebSocket; `null` when it is for
 * somebody else. The agents are the bindings in `env`, each under its name in
 * kebab-case: `/agents/chat-room/lobby` is the instance `lobby` of
 * `env.ChatRoom`, or `env.CHAT_ROOM`. A name that no binding has is answered
 * with 400.
 *
 * As with `serveAgents`, pages of other origins may not open WebSockets
 * unless `allowedOrigins` lists them.
 *
 * @example
 * ```ts
 * import { routeAgentRequest } from "@roam/agents/workers";
 *
 * export default {
 *   async fetch(request: Request, env: object): Promise<Response> {
 *     const answer = await routeAgentRequest(request, env, {
 *       allowedOrigins: ["https://app.example.com"],
 *     });
 *     return answer ?? new Response("Not found", { status: 404 });
 *   },
 * };
 * ```
 */
export async function routeAgentRequest<Env>(
  request: Request,
  env: Env,
  options: AgentRouteOptions = {},
): Promise<Response | null> {
  const router = new Router({
    kinds: bindingsOf(env),
    options,
    backend: new BindingBackend(options),
    hookMs: DEFAULT_LIMITS.connectMs,
    log,
  });
  return await router.fetch(request, undefined, env) as Response | null;
}

/** Shared: there is a router for each request. */
const log = new RefusalLog();

/**
 * Resolves with the instance of this name when it has started: with `fetch`,
 * which takes any request, and all public methods of its class, callable by
 * clients or not. Rejects when it does not start. On Workers arguments and
 * results travel as JSON.
 *
 * @example
 * ```ts
 * import { Agent, type AgentNamespace } from "@roam/agents";
 * import { getAgentByName } from "@roam/agents/workers";
 *
 * class Counter extends Agent {
 *   increment(): number {
 *     return 1;
 *   }
 * }
 *
 * export default {
 *   async fetch(_: Request, env: { Counter: AgentNamespace<Counter> }) {
 *     const counter = await getAgentByName(env.Counter, "visits");
 *     return Response.json(await counter.increment());
 *   },
 * };
 * ```
 */
export async function getAgentByName<
  Env = unknown,
  T extends Agent<Env> = Agent<Env>,
  Props extends object = object,
>(
  namespace: AgentNamespace<T>,
  name: string,
  options: AgentGetOptions<Props> = {},
): Promise<AgentHandle<T>> {
  if (namespace instanceof LocalNamespace) {
    const handle = await namespace.started(name, options.props);
    return handle as AgentHandle<T>;
  }
  if (typeof namespace?.idFromName !== "function") {
    throw new TypeError(
      `Cannot get agent ${
        JSON.stringify(name)
      }: it needs the binding of its class, such as env.ChatAgent: received ${typeof namespace}`,
    );
  }
  const instance = new DurableInstance(namespace, name, options);
  const handle = agentHandle<T>(name, instance);
  await instance.start();
  return handle;
}

/** A binding, and the name it has. */
export interface Binding {
  readonly className: string;
  readonly namespace: AgentNamespace;
}

/** The instances are behind bindings, on Workers wherever the platform put them. */
export class BindingBackend implements Backend<Binding, unknown> {
  #options: AgentGetOptions;
  #onEvent: ((event: HostEvent) => void) | undefined;

  constructor(
    options: AgentGetOptions,
    onEvent?: (event: HostEvent) => void,
  ) {
    this.#options = options;
    this.#onEvent = onEvent;
  }

  async connect(
    binding: Binding,
    name: string,
    _request: Request,
    admitted: Admitted,
  ): Promise<Answer> {
    const { namespace } = binding;
    // There the platform puts the headers into the 101.
    return namespace instanceof LocalNamespace
      ? await namespace.enter(name, admitted, this.#options.props)
      : upgradeWith(await this.request(binding, name, admitted), admitted);
  }

  async request(
    { className, namespace }: Binding,
    name: string,
    admitted: Admitted,
  ): Promise<Response> {
    const options = this.#options;
    if (namespace instanceof LocalNamespace) {
      const answer = await namespace.enter(name, admitted, options.props);
      return answer ?? new Response(null);
    }
    const instance = new DurableInstance(namespace, name, options, className);
    return await instance.enter(admitted);
  }

  emit(make: () => HostEvent): void {
    this.#onEvent?.(make());
  }
}

function upgradeWith(answer: Response, { headers }: Admitted): Response {
  for (const [name, value] of headers ?? []) answer.headers.append(name, value);
  return answer;
}

const known = new WeakMap<object, UrlNames<Binding>>();

/** The bindings of agents in `env`, by what stands in the URL. */
function bindingsOf(env: unknown): UrlNames<Binding> {
  if (typeof env !== "object" || env === null) {
    throw new TypeError(
      `Cannot route a request: env must be an object: received ${
        env === null ? "null" : typeof env
      }`,
    );
  }
  let bindings = known.get(env);
  if (bindings === undefined) {
    const found = Object.entries(env).filter(([, value]) =>
      typeof value?.idFromName === "function"
    );
    bindings = indexByUrlName(
      found.map(([className, namespace]) =>
        [className, { className, namespace }] as const
      ),
    );
    known.set(env, bindings);
  }
  return bindings;
}
