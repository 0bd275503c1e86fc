// The client.

export const client = {
  title: "The client",
  rows: [
    {
      feature: "`new AgentClient(options)`",
      core: true,
      verdict: "better",
      note:
        "A scheme in `host` is honoured, names are encoded, `query` may be async, a handshake that is refused with 401, 403 or 404 is final",
      tests: {
        "client/connection.test.ts": [
          "The URL has _pk first, then _roam, then the query, asked anew for each attempt",
          "Subprotocols are offered, and the chosen one is told",
        ],
        "client/reconnecting.test.ts": [
          "A handshake that is refused with 401, 403 or 404 is final",
        ],
        "compat/their_server/connecting.test.ts": [
          "AgentClient: a class may be named as it is, or as the URL has it",
          "AgentClient: id, path and query are in the URL, and an async query is asked for each attempt",
          "AgentClient: basePath, where the server decides who answers, and another one after a reconnect",
          "AgentClient: a prefix of several segments",
        ],
        "compat/their_server/names.test.ts": [
          "AgentClient: the name ${name} reaches the instance that Cloudflare's client reaches",
        ],
      },
    },
    {
      feature:
        "`agent`, `name`, `state`, `identified`, `ready`, `connectionError`, `readyState`, `id`, `url`, …",
      core: true,
      verdict: "better",
      note:
        "`ready` always settles; also `status` and `pending`, and an event `change`",
      tests: {
        "client/ready.test.ts": [
          "ready survives failed attempts, is another promise after a loss, and needs no identity",
        ],
        "client/connection.test.ts": [
          "Frames of the base protocol reach listeners, heartbeats and extensions do not",
        ],
        "compat/their_server/connecting.test.ts": [
          "AgentClient: the server says who answers, and ready resolves",
          "AgentClient: ready resolves where the class sends no identity",
          "AgentClient: a close by onConnect() with 4001 is final",
        ],
      },
    },
    {
      feature: "`setState()`, `onStateUpdate`, `onStateUpdateError`",
      core: true,
      verdict: "better",
      note:
        "It returns a promise; a refused write is taken back; a function of the state loses no increment; a write made offline does not overwrite what others wrote meanwhile",
      tests: {
        "client/state.test.ts": [
          "setState() rolls back when the server refuses",
          "setState(function) is strict, and applied again on a conflict",
        ],
        "client/state_offline.test.ts": [
          "A write made offline is dropped when the server's state moved on",
        ],
        "compat/their_server/state.test.ts": [
          "AgentClient: setState() is seen at once, by the others soon, and kept",
          "AgentClient: a write that validateStateChange() refuses is taken back",
          "AgentClient: a readonly client's writes are taken back, and its calls fail that write",
        ],
      },
    },
    {
      feature: "`call()`",
      core: true,
      verdict: "better",
      note:
        "Errors have a `code`, and say whether the method may have run; a `signal` cancels; a call that timed out before it was sent never is; `stream()` iterates",
      tests: {
        "client/calls.test.ts": [
          "call() without a connection waits, and one that timed out is never sent",
          "A stream calls back with each piece, in both spellings of the options",
          "Every pending call settles when the client is closed or refused",
        ],
        "compat/their_server/calls.test.ts": [
          "AgentClient: call() and stub return results, and nothing",
          "AgentClient: call() rejects with the server's message",
          "AgentClient: a call times out, or is aborted, and its late answer harms nobody",
          "AgentClient: streams call back, in both spellings of the options",
          "AgentClient: a call made before there is a connection waits for it",
        ],
      },
    },
    {
      feature: "`stub`",
      core: true,
      verdict: "same",
      tests: {
        "client/calls.test.ts": [
          "The stub ignores what consoles, promises and test runners look for",
        ],
        "compat/their_server/calls.test.ts": [
          "AgentClient: call() and stub return results, and nothing",
        ],
      },
    },
    {
      feature:
        "`close()`, `reconnect()`, `send()`, `updateProperties()`, `drainQueuedMessages()`",
      core: true,
      verdict: "same",
      note: "What waits is bounded: one message too many is an error",
      tests: {
        "client/reconnecting.test.ts": [
          "close() tells listeners before it returns, and is the end",
          "reconnect() ends the connection, makes another one, and keeps what was not sent",
        ],
        "client/connection.test.ts": [
          "What was sent before open leaves in order, before the open event",
        ],
        "client/calls.test.ts": [
          "What is too much for the queue is an error of the caller",
        ],
        "compat/their_server/connecting.test.ts": [
          "AgentClient: updateProperties() counts from the next connection on",
        ],
      },
    },
    {
      feature: "`agentFetch()`",
      core: true,
      verdict: "same",
      tests: {
        "client/behaviours/requests.ts": [
          "agentFetch() reaches onRequest(), with path, query, method and body",
        ],
        "compat/their_server/connecting.test.ts": [
          "agentFetch(): reaches onRequest(), by name, path, query and basePath",
        ],
      },
    },
    {
      feature: "`AgentClient<MyAgent>`, `AgentClient<State>`",
      core: true,
      verdict: "better",
      note: "Streamed pieces have types too",
      tests: {
        "types/client.test.ts": [
          "AgentClient<Agent> knows state, methods and arguments",
          "AgentClient<State> knows the state, and any method",
        ],
      },
    },
    {
      feature:
        "`createStubProxy`, `AgentConnectionError`, `DEFAULT_CALL_TIMEOUT_MS`",
      verdict: "same",
      tests: {
        "client/calls.test.ts": [
          "The stub ignores what consoles, promises and test runners look for",
        ],
        "client/reconnecting.test.ts": ["Close code ${code} is final"],
      },
    },
  ],
};
