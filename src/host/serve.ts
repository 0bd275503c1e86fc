import type { Agent } from "../agent/agent.ts";
import type { ClientModule } from "./client_module.ts";
import type { HostEvent } from "../runtime/events.ts";
import { prefixSegments } from "../protocol/address.ts";
import { isThenable } from "../runtime/thenable.ts";
import { corsHeaders, type CorsOption, withHeaders } from "./cors.ts";
import type { AgentHandle, GetAgentOptions } from "./handle.ts";
import { healthAnswer, type HostHealth } from "./health.ts";
import type { Host } from "./host.ts";
import type { Answer, MaybePromise } from "./platform.ts";
import { internalError } from "../runtime/responses.ts";
import type { CloseOptions } from "./shutdown.ts";

export type { CloseOptions } from "./shutdown.ts";

/** Answers what no agent matches: a function, or an app with `fetch`, such as one of Hono's. */
export type Fallback<Native extends unknown[]> =
  | FallbackFunction<Native>
  | { fetch: FallbackFunction<Native> };

/** See {@linkcode Fallback}. */
export type FallbackFunction<Native extends unknown[]> = (
  request: Request,
  ...native: Native
) => MaybePromise<Response>;

/** What `serveAgents` returns: an entry of the runtime, and the way to the agents from elsewhere. */
export interface ServedAgents<Native extends unknown[]> {
  /** Answers every request. */
  fetch(request: Request, ...native: Native): MaybePromise<Response>;
  /** Answers a request for an agent; `null` when it is for somebody else. For use inside another app. */
  route(request: Request, ...native: Native): MaybePromise<Answer | null>;
  /** A handle on the instance of this class and name, for calls from the server side. */
  getAgent<T extends Agent = Agent>(
    agent: string | (new (...args: never[]) => T),
    name: string,
    options?: GetAgentOptions,
  ): AgentHandle<T>;
  /** How this process is doing, as `GET /agents/_health` answers it, with 200 or 503. Also of one that is alone. */
  health(): HostHealth;
  /**
   * Refuses new requests, lets running handlers and calls finish, closes all
   * connections with 1012, and resolves when what was written is stored.
   * After `graceMs` and a second it waits for nobody.
   */
  close(options?: CloseOptions): Promise<void>;
}

/** What an entry serves besides agents; the same on every runtime. */
export interface EntryOptions<Native extends unknown[]> {
  /** What the path of an agent begins with. Default `"agents"`. */
  prefix?: string | undefined;
  /** Answers what no agent matches: a function, or an app with `fetch`. Default 404. */
  fallback?: Fallback<Native> | undefined;
  /** Serves the client to pages that no bundler makes, as `/agents/client.js`: `browserClient` of `@roam/agents/browser`. Default none. */
  client?: ClientModule | undefined;
}

/** What else an entry has to know, when something fails. */
export interface FailureOptions {
  /** For the headers of the answer. */
  readonly cors?: CorsOption | undefined;
  /** Hears of it. */
  readonly onEvent?: ((event: HostEvent) => void) | undefined;
}

/** Makes an entry of `host`: what no agent matches goes to `fallback`. What either throws is answered with 500. */
export function serveHost<Native extends unknown[]>(
  host: Omit<Host<Native>, "bindings">,
  options: EntryOptions<Native> & FailureOptions = {},
): ServedAgents<Native> {
  const { getAgent, health, close } = host;
  const { fallback = notFound, client, prefix = "agents" } = options;
  const healthPath = `/${[...prefixSegments(prefix), "_health"].join("/")}`;
  const route = (request: Request, ...native: Native) => {
    const answer = host.fetch(request, native);
    if (answer !== null) return answer;
    return client?.answer(request, prefix) ??
      healthAnswer(request, healthPath, health);
  };
  const others: FallbackFunction<Native> = typeof fallback === "function"
    ? fallback
    : (request, ...native) => fallback.fetch(request, ...native);
  return {
    // Bun wants `undefined` for an upgraded request, which its own types do not say.
    fetch: guarded((request, ...native) => {
      const answer = route(request, ...native);
      if (answer === null) return others(request, ...native);
      return answer as MaybePromise<Response>;
    }, options),
    route,
    getAgent,
    health,
    close,
  };
}

/** `handler`, which neither throws nor rejects: runtimes answer with their own pages, some of which show the source. */
export function guarded<Native extends unknown[]>(
  handler: FallbackFunction<Native>,
  { cors, onEvent }: FailureOptions,
): FallbackFunction<Native> {
  const fail = (error: unknown): Response => {
    console.error("Cannot answer a request:", error);
    try {
      onEvent?.({ type: "failed", stage: "fallback", error });
    } catch (thrown) {
      console.error("onEvent threw:", thrown);
    }
    return withHeaders(internalError(), corsHeaders(cors));
  };
  return (request, ...native) => {
    try {
      const answer = handler(request, ...native);
      return isThenable(answer) ? Promise.resolve(answer).catch(fail) : answer;
    } catch (error) {
      return fail(error);
    }
  };
}

function notFound(): Response {
  return new Response("Not found", { status: 404 });
}
