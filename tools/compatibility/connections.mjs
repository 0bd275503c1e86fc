// What a connection has.

export const connections = {
  title: "Connections",
  rows: [
    {
      feature: "`Connection`: `id`, `send()`, `close()`, `readyState`",
      core: true,
      verdict: "better",
      note:
        "A class of its own, which on no runtime throws when the peer has gone; also `bufferedAmount` and `accept()`. It has no `addEventListener`, which hears nothing there",
      tests: {
        "suite/connections.test.ts": [
          "a connection knows its id, uri and tags",
        ],
        "suite/closing.test.ts": [
          "connection.close(${code}) reaches the client",
          "a second close, and what is sent after the first, do nothing",
        ],
        "compat/their_app/checks/connection_checks.ts": [
          "connection.close() in onMessage() closes with its code",
        ],
      },
    },
    {
      feature: "`connection.state`, `connection.setState()`",
      core: true,
      verdict: "same",
      note: "Kept while the object hibernates, 16 KiB at most, on Workers",
      tests: {
        "suite/connections.test.ts": [
          "connection.setState() keeps a value, or makes it of the last, for this connection alone",
        ],
        "compat/their_app/checks/connection_checks.ts": [
          "connection.setState() counts, and this.sql keeps",
        ],
      },
    },
    {
      feature: "Flags of the library beside it",
      core: true,
      verdict: "better",
      note: "They are nowhere near `connection.state`, so it can't lose them",
      tests: {
        "suite/state_readonly.test.ts": [
          "setConnectionReadonly() goes both ways, and isConnectionReadonly() knows",
        ],
        "suite/handshake.test.ts": [
          "shouldSendProtocolMessages: false keeps the library's frames back",
        ],
      },
    },
    {
      feature: "`connection.uri`, `connection.tags`",
      verdict: "same",
      tests: {
        "suite/connections.test.ts": [
          "a connection knows its id, uri and tags",
        ],
        "compat/their_app/checks/greeting_checks.ts": [
          "onStart() has run before onConnect(), once, which sees id, tags and request",
        ],
      },
    },
    {
      feature: "Limits",
      verdict: "better",
      note:
        "Messages, what a slow client is owed, waiting frames and connections are bounded, each with a close code: see [limits](limits.md)",
      tests: {
        "suite/limits.test.ts": [
          "a message past limits.messageBytes closes with 1009",
          "a connection too many for the instance closes with 1013",
          "more frames than may wait for onConnect close with 1013",
        ],
      },
    },
  ],
};
