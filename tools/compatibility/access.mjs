// How requests and the server's own code find an instance.

export const access = {
  title: "From the server",
  rows: [
    {
      feature: "`routeAgentRequest(request, env, options?)`",
      core: true,
      verdict: "better",
      note:
        "Pages of other origins may open WebSockets only where `allowedOrigins` lists them; `props` travel where no client can forge them; names are percent-decoded. It works on Deno and Bun with the option `worker`",
      tests: {
        "suite/worker_app.test.ts": [
          "routeAgentRequest() finds the instance by the binding's name, for HTTP",
          "routeAgentRequest() upgrades, and the identity is the name of the binding",
          "routeAgentRequest() answers 400 for ${agent}",
          "routeAgentRequest() is null for foreign paths",
          "routeAgentRequest() keeps pages of other origins out, unless allowedOrigins lists them",
          "a client can't send props",
        ],
        "compat/their_app/checks/routing_checks.ts": [
          "routeAgentRequest(): prefix, props and hooks, for WebSockets",
          "routeAgentRequest(): prefix, cors and hooks, for HTTP",
          "An unknown agent is 400, a foreign path the app's",
        ],
      },
    },
    {
      feature: "`routingRetry`, `locationHint`, `jurisdiction`",
      core: true,
      verdict: "same",
      note: "The last two mean nothing outside of Workers",
      tests: {
        "unit/routing_retry.test.ts": [
          "withRetries() makes three attempts, or as many as it is told",
          "withRetries() does not repeat for ${what}",
          "A Durable Object is placed where the options say",
          "A repeated request has its body, and a new stub",
        ],
      },
    },
    {
      feature: "`getAgentByName(namespace, name, options?)`",
      core: true,
      verdict: "better",
      note:
        "On every runtime. On Workers arguments and results of methods travel as JSON",
      tests: {
        "suite/worker_app.test.ts": [
          "getAgentByName() resolves when the instance has started, with props",
          "getAgentByName() rejects with the reason when the instance does not start, and tries again",
          "getAgentByName().fetch() takes any request",
          "getAgentByName().fetch() upgrades (${path})",
        ],
        "compat/their_app/checks/routing_checks.ts": [
          "getAgentByName() calls methods from the Worker, callable or not",
          "getAgentByName() inside an agent reaches another one",
          "getAgentByName().fetch() upgrades under a path of the app (basePath)",
        ],
      },
    },
    {
      feature: "Methods of a Durable Object's own stub",
      verdict: "same",
      note:
        "With `durable(Class, { base: DurableObject })`; all public methods, but those of `Agent` itself. Elsewhere stubs have them anyway",
      tests: {
        "suite/native_stubs.test.ts": [
          "durable(Class, { base }): stubs of the platform call methods, when the agent has started",
          "durable(Class, { base }): what a method throws reaches the caller",
        ],
      },
    },
    {
      feature: "`hono-agents`: `agentsMiddleware({ options?, onError? })`",
      verdict: "better",
      note: "In `@roam/agents/hono`; also for the result of `serveAgents`",
      tests: {
        "suite/hono.test.ts": [
          "agentsMiddleware() finds the agents in the env of a Hono app that is a Worker",
          "agentsMiddleware answers for agents, and passes on what no agent matches",
          "basicAuth before agentsMiddleware guards WebSockets and requests",
        ],
      },
    },
    {
      feature: "`buildAgentPath()`, `buildAgentUrl()`, `RoutedAgents`",
      verdict: "not yet",
      note: "With sub-agents",
    },
  ],
};
