// What travels.

export const protocol = {
  title: "The wire",
  text:
    "[PROTOCOL.md](../PROTOCOL.md) has it whole. Extensions are announced by our client, and silent towards everybody else's.",
  rows: [
    {
      feature: "`/{prefix}/{agent}/{name}[/{path}]?_pk={id}&…`",
      core: true,
      verdict: "better",
      note:
        "Names are percent-decoded once. Our client encodes what theirs would make another path of: `/`, `?`, `#`, `%` and the backslash",
      tests: {
        "suite/routing.test.ts": [
          "a name of an instance: ${JSON.stringify(name).slice(0, 40)}",
          "names that are none are refused with 400, by WebSocket and by HTTP",
          "unknown agents are 400, also those on the prototype chain",
        ],
        "compat/their_server/names.test.ts": [
          "AgentClient: the name ${name} reaches the instance that Cloudflare's client reaches",
          "AgentClient: the name ${name} is one instance",
        ],
        "compat/their_app/checks/routing_checks.ts": [
          "Instances are told apart by class and name, and names by case",
          "The rest of the path, and the query, are the agent's",
        ],
        "compat/their_client/connecting.ts": [
          "AgentClient.name: ${name}, sent as it is, is the instance ${instance}",
        ],
      },
    },
    {
      feature: "`ChatAgent` is `chat-agent`",
      core: true,
      verdict: "better",
      note:
        "`AIAssistant` is `a-i-assistant`, and nothing else: an address has one spelling, so that guards by path hold. Another one is redirected (HTTP), or refused with the right one in the server's log (WebSocket)",
      tests: {
        "unit/agent_name.test.ts": [
          "kebabCase() spells ${className} as Cloudflare's SDK does",
        ],
        "suite/routing.test.ts": [
          "an agent is found by its name in kebab-case",
        ],
        "suite/spelling.test.ts": [
          "another spelling of an address reaches nobody: ${what}",
        ],
        "compat/their_client/connecting.ts": [
          "AgentClient.agent: ${agent} is found as ${url}",
        ],
      },
    },
    {
      feature: "`_pk` is the connection's id",
      core: true,
      verdict: "better",
      note: "Where another live connection has it, a new one",
      tests: {
        "suite/connections.test.ts": [
          "_pk that is taken, or no id, gets a fresh id, and the older connection is left alone",
        ],
        "client/behaviours/connecting.ts": [
          "The id is the connection's, also after a reconnect",
        ],
        "compat/their_client/connecting.ts": [
          "AgentClient.id: is the connection's id",
          "AgentClient.id: two live sockets may share one, and both are served",
        ],
      },
    },
    {
      feature: "Identity, state and MCP servers come first",
      core: true,
      verdict: "same",
      tests: {
        "unit/frames.test.ts": [
          "identityFrame() is spelled as Cloudflare's SDK spells it",
          "MCP_SERVERS_FRAME is spelled as Cloudflare's SDK spells it",
        ],
        "suite/state.test.ts": [
          "a new client gets the state as its second frame",
          "the state frame is spelled as Cloudflare spells it",
        ],
        "compat/their_client/wire.ts": [
          "frames: identity, state and MCP servers are the first three, and spelled so",
        ],
      },
    },
    {
      feature: "State frames, and their errors",
      core: true,
      verdict: "better",
      note:
        "The true state follows an error, and the writer is corrected where frames crossed",
      tests: {
        "unit/frames.test.ts": [
          "stateErrorFrame() is spelled as Cloudflare's SDK spells it",
        ],
        "suite/state.test.ts": [
          "a client's write goes to the others, and not back",
        ],
        "suite/state_versions.test.ts": ["a base client sees none of it"],
        "compat/their_client/refusals.ts": [
          "validateStateChange: a refusal says State update rejected, nothing more, and the true state follows",
        ],
      },
    },
    {
      feature: "Calls, results, pieces and errors",
      core: true,
      verdict: "same",
      tests: {
        "unit/frames.test.ts": [
          "callErrorFrame() is spelled as Cloudflare's SDK spells it",
        ],
        "suite/calls.test.ts": [
          '${method}(${JSON.stringify(args).slice(1, -1)}) is answered with exactly ${ result || "no result" }',
        ],
        "suite/calls_stream.test.ts": [
          "${method}(${ JSON.stringify(args).slice(1, -1) }) streams exactly ${frames.length} frames",
        ],
        "compat/their_client/wire.ts": [
          "frames: calls, states and refusals are spelled so",
        ],
      },
    },
    {
      feature: "What only looks like a frame is the agent's",
      core: true,
      verdict: "same",
      tests: {
        "suite/state.test.ts": ["what is no state frame goes to onMessage"],
        "suite/messages.test.ts": [
          "${what} reaches onMessage as it is, and comes back",
        ],
        "compat/their_client/wire.ts": [
          "onMessage: what is no frame of the protocol reaches it as it is",
        ],
      },
    },
    {
      feature: "Close codes",
      core: true,
      verdict: "same",
      note:
        "1008 and 4000 to 4999 are final for clients; nothing that should be tried again uses them",
      tests: {
        "client/reconnecting.test.ts": [
          "Close code ${code} is final",
          "Close code ${code} brings the client back",
        ],
        "compat/their_server/connecting.test.ts": [
          "AgentClient: a close by onMessage() with 4002 is final",
        ],
        "compat/their_client/closing.ts": [
          "connection.close(): ${code} is the end, and the client knows why",
          "connection.close(): ${code} brings the client back by itself",
        ],
      },
    },
    {
      feature: "Reconnecting",
      core: true,
      verdict: "better",
      note:
        "Soon and at random times; at once when the network is back or the page is seen again; heartbeats find dead connections",
      tests: {
        "unit/backoff.test.ts": [
          "The first retry comes within half a second, and none after more than 30",
        ],
        "unit/storm.test.ts": [
          "${CLIENTS} clients come back spread out to a server that ${how} and is away for ${downtime} ms",
        ],
        "unit/reconnecting_socket.test.ts": [
          "Without a network it is dialled at the longest delay, and at once when that is back",
          "A server that falls silent is asked twice, and given up within 30 seconds",
        ],
        "compat/their_server/restarting.test.ts": [
          "AgentClient: a connection that breaks is made again, and follows the state",
        ],
      },
    },
    {
      feature: "Authentication",
      core: true,
      verdict: "better",
      note:
        "By query, cookie or hook as there; also by subprotocol, because the first that is offered is chosen. Hooks get `env`, have a deadline, and hand on what they found out as `ctx.data`. Pages of other origins can neither connect nor send what changes something, by default",
      tests: {
        "suite/handshake.test.ts": ["the first offered subprotocol is chosen"],
        "suite/guards.test.ts": [
          "onBeforeConnect may refuse with a status, before there is an instance",
          "allowedOrigins lets a page of another origin in, and only that",
        ],
        "suite/before_hooks.test.ts": [
          "onBeforeConnect and onBeforeRequest hand on data, frozen, and read env (${how})",
        ],
        "suite/origins.test.ts": [
          "a page of another origin may look, and neither connect nor change anything",
        ],
        "suite/routing.test.ts": [
          "a page of another origin is refused with 403 before the upgrade, and told how to be allowed",
        ],
      },
    },
    {
      feature: "The transport `capnweb` (`?__agents_transport=capnweb`)",
      verdict: "never",
      note:
        "Refused with 400, and named in the log. Every client of theirs speaks JSON unless it is told otherwise",
    },
    {
      feature: "Our client sends their server nothing that theirs would not",
      core: true,
      verdict: "same",
      note:
        "But for `_roam=1` in the URL, and a request that asks why a handshake failed",
      tests: {
        "compat/their_server/visit.ts": [
          "Nothing that was sent is an extension, but for _roam=1 in the URL",
        ],
        "compat/their_server_react/their_server_react.test.ts": [
          "useAgent(): nothing that was sent is an extension, but for _roam=1 in the URL",
        ],
        "client/calls.test.ts": [
          "A base server is not told of cancelled calls",
        ],
        "unit/reconnecting_socket.test.ts": [
          "A server without the extensions is not asked, nor is any with an interval of 0",
        ],
      },
    },
  ],
};
