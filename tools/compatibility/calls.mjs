// Methods that clients call.

export const calls = {
  title: "Methods that clients call",
  rows: [
    {
      feature: "`@callable({ description?, streaming? })`",
      core: true,
      verdict: "better",
      note:
        "Also `static callable`, which no build has to know, and schemas for arguments and results. `unstable_callable` is not there",
      tests: {
        "suite/calls.test.ts": [
          "a decorated method is callable, also by a subclass",
        ],
        "suite/calls_schema.test.ts": [
          "a schema decides about ${method}(${JSON.stringify(args).slice(1, -1)})",
        ],
        "compat/their_app/checks/call_checks.ts": [
          "A call returns a result, nothing, or the error's message",
        ],
      },
    },
    {
      feature: "`StreamingResponse`",
      core: true,
      verdict: "better",
      note:
        "A stream that is not ended ends with its method; a client that leaves or cancels fires `signal`; async generators stream as they are",
      tests: {
        "suite/calls_stream.test.ts": [
          "a stream that is closed says so and sends nothing",
          "cancelling a StreamingResponse closes it and fires its signal",
          "a client that leaves stops what it streams: ${method}",
          "1,000 pushed streams of 100 pieces lose none and keep their order",
        ],
        "compat/their_app/checks/call_checks.ts": [
          "A StreamingResponse sends pieces, and ends with a result",
          "A stream ends with the error that is thrown, or said",
        ],
      },
    },
    {
      feature: "`getCallableMethods()`",
      verdict: "same",
      tests: {
        "suite/calls.test.ts": [
          "getCallableMethods() lists inherited, decorated and listed methods with what is said about them",
        ],
        "compat/their_app/checks/call_checks.ts": [
          "getCallableMethods() tells what @callable() says",
        ],
      },
    },
    {
      feature: "Calls at the same time",
      core: true,
      verdict: "better",
      note: "Up to 1,000 of a connection; more are refused",
      tests: {
        "suite/calls.test.ts": [
          "answers come when they are ready, in whatever order",
        ],
        "suite/calls_cancel.test.ts": [
          "more than 1,000 calls at the same time are refused, until one is done",
        ],
        "compat/their_app/checks/call_checks.ts": [
          "Calls run at the same time: a fast one is answered first",
        ],
      },
    },
  ],
};
