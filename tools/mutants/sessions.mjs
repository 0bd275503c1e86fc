// Connections that go on with another socket, at both ends.
export const sessions = {
  tests: ["suite/sessions", "suite/gaps", "faults/resume"],
  mutants: [
    {
      what: "what is held counts before it is sent",
      file: "src/connections/session.ts",
      find: "this.#keep(data, this.#sent + 1);",
      replace: "this.#keep(data, ++this.#sent);",
    },
    {
      what: "an answer to a heartbeat counts",
      file: "src/connections/session.ts",
      find: "if (data === PONG) return;",
      replace: "",
    },
    {
      what: "a heartbeat counts",
      file: "src/connections/session.ts",
      find: "if (data === PING) return;",
      replace: "",
      runtimes: ["deno", "bun", "node"],
    },
    {
      what: "a used secret stays good",
      file: "src/connections/session.ts",
      find: "this.isConfirmed = true;",
      replace: "",
    },
    {
      what: "a client that lacks what is gone goes on",
      file: "src/connections/session.ts",
      find: "if (received < this.#lost)",
      replace: "if (false)",
    },
    {
      what: "what waited for the socket is lost with it",
      file: "src/connections/session.ts",
      find: "for (const data of rest) this.hold(data);",
      replace: "",
      tests: ["suite/sessions"],
    },
    {
      what: "the beginning of a secret is enough",
      file: "src/connections/sessions.ts",
      find: 'if (known === "" || known.length !== secret.length) return false;',
      replace: 'return known !== "";',
    },
    {
      what: "a socket that was replaced is heard",
      file: "src/connections/link.ts",
      find: "if (session === undefined || !session.isMoved)",
      replace: "if (true)",
    },
    {
      what: "a goodbye does not end the session",
      file: "src/connections/closable.ts",
      find: "(code === CloseCode.ABNORMAL || code === CloseCode.NO_STATUS) &&",
      replace: "true &&",
    },
    {
      what: "the id of one that can't be gone on with stays taken",
      file: "src/connections/resumption.ts",
      find: "link?.expire();",
      replace: "",
    },
    {
      what: "the oldest messages are kept past the limit",
      file: "src/connections/kept_frames.ts",
      find:
        "return this.#bytes > this.#limit || this.#memory.bytes > this.#hostLimit",
      replace: "return false",
    },
    {
      what: "the client sends again what the server has",
      file: "src/client/delivery.ts",
      find: "while (this.#gone < received) this.#drop();",
      replace: "",
    },
    {
      what: "the client sends bytes again that have changed",
      file: "src/client/delivery.ts",
      find: "? (data as ArrayBuffer).slice?.() ?? data",
      replace: "? data",
    },
    {
      what: "a socket that was replaced has its connection closed on Workers",
      file: "adapters/durable_pulse.ts",
      find: "if (socket.readyState !== 1) continue;",
      replace: "",
      tests: ["unit/durable_pulse"],
    },
    {
      what: "a client that has vanished can't come back on Workers",
      file: "src/connections/closable.ts",
      find: "if (!this.#outlives(CloseCode.ABNORMAL)) return",
      replace: "return",
      tests: ["unit/durable_pulse"],
    },
    {
      what: "a client goes on only where nobody has said a code",
      file: "src/client/reconnecting_socket.ts",
      find: "delivery.session && end.code !== TOO_BIG",
      replace: "delivery.session && end.code === ABNORMAL",
    },
    {
      what: "what is in no log is lost in silence",
      file: "src/client/session.ts",
      find: "if (this.#gap) this.#missed(",
      replace: "if (this.#gap && !frame?.log) this.#missed(",
    },
    {
      what: "calls fail when their connection breaks",
      file: "src/client/session.ts",
      find: "if (isFinal) this.calls.lost(next);",
      replace: "this.calls.lost(next);",
    },
  ],
};
