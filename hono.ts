/**
 * Serves agents from within a Hono app, on every runtime.
 *
 * @example
 * ```ts
 * import { Hono } from "hono";
 * import { Agent } from "@roam/agents";
 * import { serveAgents } from "@roam/agents/auto";
 * import { agentsMiddleware } from "@roam/agents/hono";
 *
 * class ChatAgent extends Agent {}
 *
 * const agents = serveAgents({ ChatAgent });
 * const app = new Hono();
 * app.use("*", agentsMiddleware(agents));
 * app.get("/", (c) => c.text("hello"));
 *
 * // Bun needs the second part; elsewhere it is undefined.
 * export default { fetch: app.fetch, websocket: agents.websocket };
 * ```
 *
 * @module
 */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import {
  type AgentRouteOptions,
  routeAgentRequest,
} from "./adapters/agent_routing.ts";
import type { Answer, MaybePromise } from "./src/host/platform.ts";

export type { AgentRouteOptions };

/** What the middleware needs of `serveAgents`' result. */
export interface RoutedAgents {
  /** Answers a request for an agent; `null` when it is for somebody else. */
  route(
    request: Request,
    // deno-lint-ignore no-explicit-any -- differs by runtime
    ...native: any[]
  ): MaybePromise<Answer | null>;
}

/** Options of {@linkcode agentsMiddleware}. */
export interface AgentsMiddlewareOptions {
  /** Those of `routeAgentRequest`, for an app that finds its agents in `env`. */
  options?: AgentRouteOptions | undefined;
  /** Called with what an agent's route throws. Without it the error goes on to the app's own `onError`. */
  onError?: ((error: Error) => void) | undefined;
}

/** A Hono middleware, by the part of its type that Hono looks at. */
export type AgentsMiddleware = (
  // deno-lint-ignore no-explicit-any -- each app has its own environment
  context: any,
  next: () => Promise<void>,
) => Promise<Response | void>;

/**
 * Answers the requests that are for an agent, and passes the others on.
 * What stands before it in the app, authentication for instance, also stands
 * before the agents.
 *
 * @example
 * ```ts
 * import { Hono } from "hono";
 * import { basicAuth } from "hono/basic-auth";
 * import { serveAgents } from "@roam/agents/deno";
 * import { agentsMiddleware } from "@roam/agents/hono";
 *
 * const app = new Hono();
 * app.use("/agents/*", basicAuth({ username: "ada", password: "secret" }));
 * app.use("*", agentsMiddleware(serveAgents({})));
 * ```
 */
export function agentsMiddleware(
  agents: RoutedAgents,
  options?: Omit<AgentsMiddlewareOptions, "options">,
): AgentsMiddleware;
/**
 * The same for an app on Workers, or one that is the `worker` of
 * `serveAgents`: the agents are the bindings in its `env`.
 */
export function agentsMiddleware(
  options?: AgentsMiddlewareOptions,
): AgentsMiddleware;
/** Both of the above. */
export function agentsMiddleware(
  first: RoutedAgents | AgentsMiddlewareOptions = {},
  second: AgentsMiddlewareOptions = {},
): AgentsMiddleware {
  const isServed = "route" in first;
  const { onError, options } = isServed ? second : first;
  const agents: RoutedAgents = isServed ? first : {
    route: (request, env) => routeAgentRequest(request, env, options),
  };
  return createMiddleware(async (context, next) => {
    let answer: Answer | null;
    try {
      // What the runtime puts behind the request is Hono's env: Bun's server, Deno's info, the Worker's bindings.
      answer = await agents.route(
        context.req.raw,
        context.env,
        executionOf(context),
      );
    } catch (error) {
      if (onError === undefined) throw error;
      onError(error as Error);
      return context.text("Internal Server Error", 500);
    }
    if (answer === null) return await next();
    // Where the runtime has taken the connection over, it looks at no response.
    if (answer === undefined) return new Response(null);
    // An agent may answer with what fetch() gave it, whose headers can't be changed, as middlewares do.
    return answer.status === 101 ? answer : new Response(answer.body, answer);
  });
}

/** Outside of Workers there is none, and Hono's getter throws. */
function executionOf(context: Context): unknown {
  try {
    return context.executionCtx;
  } catch {
    return undefined;
  }
}
