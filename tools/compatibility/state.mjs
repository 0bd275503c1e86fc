// The agent's state.

export const state = {
  title: "State",
  rows: [
    {
      feature: "`initialState`",
      core: true,
      verdict: "better",
      note:
        "It is the state until something is stored; that is no change, so nothing is stored and no hook is called",
      tests: {
        "suite/state.test.ts": [
          "a new client gets the state as its second frame",
        ],
        "compat/their_app/checks/greeting_checks.ts": [
          "A connection begins with identity, state and MCP servers",
        ],
      },
    },
    {
      feature: "`this.state`",
      core: true,
      verdict: "better",
      note: "Frozen: a change in place throws, where it would be lost",
      tests: {
        "suite/state_values.test.ts": [
          "the state can't be changed in place",
          "a client's state can't be changed in place either",
        ],
        "suite/state.test.ts": [
          "there is no state frame when the state is undefined, and one when it is null",
        ],
        "compat/their_app/checks/greeting_checks.ts": [
          "A state that is null is sent, one that is undefined is not",
        ],
      },
    },
    {
      feature: "`this.setState(next)`",
      core: true,
      verdict: "better",
      note:
        "Also a function of the previous state. What a client is sent is stored; what is no JSON is refused, and nothing changes",
      tests: {
        "suite/state.test.ts": [
          "setState() on the server sends the state to every client, the caller's before its answer",
          "setState() takes a function of the previous state",
        ],
        "suite/state_values.test.ts": [
          "what is no JSON is refused by setState(), and nothing changes",
        ],
        "faults/crash.test.ts": [
          "nothing that was acknowledged is lost in ${cycles} times kill -9: ${at}",
        ],
        "compat/their_app/checks/call_checks.ts": [
          "What a call changes is told before its result, also to the caller",
        ],
      },
    },
    {
      feature: "`validateStateChange(next, source)`",
      core: true,
      verdict: "better",
      note: "The client whose write is refused is sent the true state",
      tests: {
        "suite/state_hooks.test.ts": [
          "validateStateChange() refuses a client: the error, then the true state, and nobody else sees anything",
          "validateStateChange() that throws is thrown by setState()",
        ],
        "compat/their_app/checks/state_checks.ts": [
          "validateStateChange() refuses a client's write, whose message stays secret",
          "validateStateChange() refuses what a method sets, and the caller hears why",
        ],
      },
    },
    {
      feature: "`onStateChanged(state, source)`, `onStateUpdate()`",
      core: true,
      verdict: "better",
      note: "Once for each change, in order, also for what it sets itself",
      tests: {
        "suite/state_hooks.test.ts": [
          "onStateChanged() hears of each change, and who made it",
          "setState() in onStateChanged() is told in order, and a loop of it ends",
          "onStateUpdate() is called in place of onStateChanged()",
          "an agent that overrides both does not start",
        ],
        "compat/their_app/checks/state_checks.ts": [
          "A client's write goes to the others, and onStateChanged() knows whose",
        ],
      },
    },
    {
      feature:
        "`shouldConnectionBeReadonly()`, `setConnectionReadonly()`, `isConnectionReadonly()`",
      core: true,
      verdict: "better",
      note: "A refused client is sent the true state",
      tests: {
        "suite/state_readonly.test.ts": [
          "a readonly client's write is refused with the error of the protocol, then the state",
          "setState() throws on behalf of a readonly connection, and reading works",
          "setConnectionReadonly() goes both ways, and isConnectionReadonly() knows",
        ],
        "compat/their_app/checks/state_checks.ts": [
          "A readonly client's write is refused, and so is what its calls set",
        ],
      },
    },
    {
      feature:
        "`shouldSendProtocolMessages()`, `isConnectionProtocolEnabled()`",
      verdict: "same",
      tests: {
        "suite/handshake.test.ts": [
          "shouldSendProtocolMessages: false keeps the library's frames back",
        ],
        "suite/state_readonly.test.ts": [
          "a client without protocol messages gets no state, and may write it",
        ],
        "compat/their_app/checks/greeting_checks.ts": [
          "shouldSendProtocolMessages() false: nothing but the agent's own",
        ],
      },
    },
  ],
};
