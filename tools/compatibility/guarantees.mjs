// What is promised about order.

export const guarantees = {
  title: "Guarantees",
  rows: [
    {
      feature: "`onStart` is done before anything else",
      core: true,
      verdict: "same",
      tests: {
        "suite/errors.test.ts": [
          "concurrent first requests share one start, which comes before anything else",
        ],
      },
    },
    {
      feature: "Tags, flags, first frames, `onConnect`; no message before",
      core: true,
      verdict: "better",
      note:
        "Tags and flags, `onConnect`, then identity, state and MCP servers: what is refused sees nothing",
      tests: {
        "suite/handshake.test.ts": [
          "an accepted connection begins with identity, then MCP servers, then what onConnect sent",
          "a slow onConnect holds frames of both directions, and lets them go in order",
        ],
        "suite/state.test.ts": [
          "what onConnect() sets is in the first state frame, once",
        ],
      },
    },
    {
      feature: "Messages and calls start in the order of arrival",
      core: true,
      verdict: "same",
      tests: {
        "suite/messages.test.ts": ["1,000 messages come back in order"],
        "suite/calls.test.ts": [
          "answers come when they are ready, in whatever order",
        ],
      },
    },
    {
      feature: "Nothing comes between in `setState`; clients see its order",
      core: true,
      verdict: "same",
      tests: {
        "suite/state.test.ts": [
          "changes in one turn arrive one by one and in order",
        ],
      },
    },
    {
      feature: "`onStateChanged` follows, and holds nothing up",
      core: true,
      verdict: "better",
      note: "In the order of the changes",
      tests: {
        "suite/state_hooks.test.ts": [
          "setState() in onStateChanged() is told in order, and a loop of it ends",
          "onStateChanged() that throws goes to onError, and the change stays",
        ],
      },
    },
    {
      feature: "`onClose` once, when `getConnections` has forgotten it",
      core: true,
      verdict: "same",
      tests: {
        "suite/closing.test.ts": ["onClose is called once, and last"],
        "suite/connections.test.ts": [
          "getConnections() lists the live ones, by tag too",
        ],
      },
    },
    {
      feature: "After a reconnect a client is sent the state, and nothing else",
      core: true,
      verdict: "better",
      note:
        "Our client is also sent what it missed, and goes on with the same connection; theirs is not",
      tests: {
        "client/behaviours/network.ts": [
          "A connection cut after any number of bytes is made again, and the state is right",
        ],
        "suite/sessions.test.ts": [
          "what is sent to a client without a connection comes when it is back, once and in order",
        ],
        "compat/their_server/restarting.test.ts": [
          "AgentClient: comes back when the server was killed, with id, identity, state and what waits",
        ],
      },
    },
    {
      feature: "Schedules and queues run at least once",
      verdict: "better",
      note:
        "Never early, also when clocks jump; once where the effect is the state. What ends its process each time is given up",
      tests: {
        "suite/waking.test.ts": [
          "jobs outlive kill -9: what is overdue runs, what is not yet due waits",
          "a job that was begun runs again when its process was killed",
        ],
        "faults/schedules.test.ts": [
          "each of ${PER_CYCLE} jobs has its effect once in ${cycles} times kill -9",
        ],
        "unit/clock_jumps.test.ts": [
          "cron runs once for each occurrence, and never early, in ${JUMPS} jumps of the clock: ${part}",
        ],
        "unit/schedules.test.ts": [
          "a job whose process ends each time is given up, and blocks nothing",
        ],
      },
    },
    {
      feature: "Clients end at the server's state",
      core: true,
      verdict: "better",
      note:
        "Whatever was written at the same time, offline or refused. There two clients that write at once may differ for ever",
      tests: {
        "suite/state_versions.test.ts": [
          "a base client that was sent another's state before its write gets the accepted one back",
          "a base client that writes on before its correction has come ends at its last write",
        ],
        "models/state_model.test.ts": [
          "the state converges in every order: ${name}",
        ],
        "unit/state_schedules.test.ts": [
          "every client ends at the stored state, whatever the order of events: schedules ${first} to ${last}",
        ],
        "compat/their_client/converging.ts": [
          "AgentClient.setState(): clients that write at the same time all end at the server's state",
          "AgentClient.setState(): they do not on a server that sends each state to all but its writer",
        ],
      },
    },
  ],
};
