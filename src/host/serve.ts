import type { Agent } from "../agent/agent.ts";
import type { AgentHandle, GetAgentOptions } from "./handle.ts";
import type { Host } from "./host.ts";
import type { Answer, MaybePromise } from "./router.ts";

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
  /** Refuses new requests, closes all connections with 1012, and resolves when the handlers are done. */
  close(): Promise<void>;
}

/** Makes an entry of `host`: what no agent matches goes to `fallback`. */
export function serveHost<Native extends unknown[]>(
  host: Omit<Host<Native>, "bindings">,
  fallback: Fallback<Native> = notFound,
): ServedAgents<Native> {
  const { getAgent, close } = host;
  const route = (request: Request, ...native: Native) =>
    host.fetch(request, native);
  const others: FallbackFunction<Native> = typeof fallback === "function"
    ? fallback
    : (request, ...native) => fallback.fetch(request, ...native);
  return {
    // Bun wants `undefined` for an upgraded request, which its own types do not say.
    fetch(request, ...native) {
      const answer = host.fetch(request, native);
      if (answer === null) return others(request, ...native);
      return answer as MaybePromise<Response>;
    },
    route,
    getAgent,
    close,
  };
}

function notFound(): Response {
  return new Response("Not found", { status: 404 });
}
