// The hook for React.

export const hook = {
  title: "The hook",
  rows: [
    {
      feature: "`useAgent(options)`",
      core: true,
      verdict: "better",
      note:
        "React 18 and 19. `cacheTtl` has no effect, because nothing is cached",
      tests: {
        "browser/react.test.ts": [
          "useAgent() renders state, and methods work off the client",
          "useAgent() reconnects for an option that matters, and for no other",
        ],
        "browser/react_sockets.test.ts": [
          "enabled: false does not connect until it is true, and disconnects",
        ],
        "compat/their_server_react/their_server_react.test.ts": [
          "useAgent(): renders identity and state, over one socket in StrictMode",
          "useAgent(): basePath, where the server decides by a cookie who answers",
        ],
      },
    },
    {
      feature: "An async `query`",
      core: true,
      verdict: "better",
      note: "It does not suspend, and is asked for each attempt to connect",
      tests: {
        "browser/react.test.ts": [
          "useAgent() reconnects for an option that matters, and for no other",
        ],
        "compat/their_server_react/their_server_react.test.ts": [
          "useAgent(): an async query, and a prefix",
        ],
      },
    },
    {
      feature: "What it returns",
      core: true,
      verdict: "same",
      note: "The client, with `path` and `getHttpUrl()`",
      tests: {
        "browser/react.test.ts": [
          "useAgent() renders state, and methods work off the client",
        ],
        "compat/their_server_react/their_server_react.test.ts": [
          "useAgent(): setState, call and stub, both ways",
          "useAgent(): a close with 4001 is final, and shows",
        ],
      },
    },
    {
      feature: "`onOpen`, `onMessage`, `onClose`, `onError`, `onMcpUpdate`",
      core: true,
      verdict: "same",
      note: "`onMessage` has no frames of the protocol",
      tests: {
        "browser/react.test.ts": [
          "useAgent() renders state, and methods work off the client",
        ],
        "compat/their_server_react/their_server_react.test.ts": [
          "useAgent(): onMessage has the agent's own messages, onMcpUpdate the servers",
        ],
      },
    },
    {
      feature: "Renders for state, identity and `connectionError`",
      core: true,
      verdict: "better",
      note: "`useAgentState(agent, selector)` renders for its selection only",
      tests: {
        "browser/react.test.ts": [
          "useAgentState() renders only when its selection changes",
        ],
        "compat/their_server_react/their_server_react.test.ts": [
          "useAgent(): setState, call and stub, both ways",
          "useAgent(): a refused write is taken back, and told",
        ],
      },
    },
    {
      feature: "Calls in effects, and across connections",
      core: true,
      verdict: "same",
      tests: {
        "browser/react.test.ts": [
          "A call in a mount effect is sent once there is a connection",
        ],
      },
    },
    {
      feature: "StrictMode",
      core: true,
      verdict: "better",
      note: "One socket, where a remount makes two there",
      tests: {
        "browser/react_sockets.test.ts": [
          "useAgent() in StrictMode opens one socket",
          "1,000 mounts and unmounts leave no connection on the server",
        ],
        "compat/their_server_react/their_server_react.test.ts": [
          "useAgent(): renders identity and state, over one socket in StrictMode",
        ],
      },
    },
    {
      feature: "Another address",
      core: true,
      verdict: "better",
      note: "The state of the old one is gone at once",
      tests: {
        "browser/react.test.ts": [
          "useAgent() shows no state of another address",
        ],
        "compat/their_server_react/their_server_react.test.ts": [
          "useAgent(): another address brings another state, and none of the old one",
        ],
      },
    },
    {
      feature: "On a server",
      verdict: "same",
      note: "It renders, and connects nowhere",
      tests: {
        "browser/react_server.test.ts": [
          "React ${react} on ${runtime}: hooks render on a server, and connect nowhere",
        ],
      },
    },
  ],
};
