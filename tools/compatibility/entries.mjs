// The entries of their package that are parts for Durable Objects without Agent.

export const entries = {
  title: "Entries of 0.32 for plain Durable Objects",
  text:
    "Their package has capabilities that any Durable Object can be composed of. Most of them are marked as experimental there. Here an instance is composed by the library, and `Agent` has what they do.",
  rows: [
    {
      feature: "`agents/lifecycle`",
      verdict: "never",
      note:
        "`Agent` is the one base class. Our client works with a plain Durable Object that has theirs",
      tests: {
        "compat/their_server/lifecycle.test.ts": [
          "AgentClient: a plain Durable Object with their Lifecycle sends state, answers calls and gets messages",
        ],
      },
    },
    {
      feature: "`agents/websockets`",
      verdict: "never",
      note:
        "Connections belong to `Agent`. Cap'n Web, their second way of sending frames, is not here",
    },
    {
      feature: "`agents/state`",
      verdict: "never",
      note:
        "The state belongs to `Agent`. Our client shares a state with a Durable Object that has theirs",
      tests: {
        "compat/their_server/lifecycle.test.ts": [
          "AgentClient: two clients of a plain Durable Object with their State see each other's writes",
        ],
      },
    },
    {
      feature: "`agents/schedules`",
      verdict: "never",
      note: "`this.schedule()` and its kin, of every agent",
    },
    {
      feature: "`agents/queue`",
      verdict: "never",
      note: "`this.queue()` and its kin, of every agent",
    },
    {
      feature: "`agents/streams`",
      verdict: "never",
      note:
        "Methods stream to who calls them. What has to outlive the connection belongs into the state or `this.sql`",
    },
    {
      feature: "`agents/tasks`",
      verdict: "never",
      note:
        "Jobs run at least once, and what they set is stored with their end; they have no steps that are journaled",
    },
    {
      feature: "`agents/sessions`, `agents/context`",
      verdict: "never",
      note: "Histories of conversations with models are another product",
    },
    {
      feature: "`agents/routing`: `routeAgentRequest`, `getAgentByName`",
      verdict: "same",
      note: "In `@roam/agents/workers` and `/auto`",
      tests: {
        "suite/worker_app.test.ts": [
          "routeAgentRequest() finds the instance by the binding's name, for HTTP",
          "getAgentByName() resolves when the instance has started, with props",
        ],
      },
    },
    {
      feature: "`agents/routing`: `RoutedAgents`",
      verdict: "never",
      note:
        "A list of instances is an agent of its own, with a table in `this.sql`",
    },
  ],
};
