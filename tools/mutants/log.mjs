// The log of broadcasts, and connections that end at a time.
export const log = {
  tests: [
    "unit/message_log",
    "unit/expirations",
    "unit/durable_alarm",
    "suite/log",
    "suite/expiry",
  ],
  mutants: [
    {
      what: "what was broadcast during a handshake is sent twice",
      file: "src/log/message_log.ts",
      find: "const until = client.logOffset ?? this.#loadedOffset;",
      replace: "const until = this.#head.offset;",
    },
    {
      what: "a client that was left out gets the message when it comes back",
      file: "src/log/replay.ts",
      find: "return without.includes(id) ||",
      replace: "return false ||",
    },
    {
      what: "a client that was left out does not count the message",
      file: "src/log/message_log.ts",
      find: "if (client?.extended) client.send(skipFrame(1));",
      replace: "",
    },
    {
      what: "a message for one client counts as one of the log",
      file: "src/connections/link.ts",
      find: "if (isCounted(data)) this.send(skipFrame(-1));",
      replace: "",
    },
    {
      what: "what is not stored yet is forgotten",
      file: "src/log/message_log.ts",
      find: "if (outbox === undefined && !this.#isWhole) this.#recent = [];",
      replace: "this.#recent = [];",
    },
    {
      what: "a log of a storage that takes its time is not whole",
      file: "src/log/message_log.ts",
      find: "this.#isWhole = true;",
      replace: "",
    },
    {
      what: "a cursor of another log is taken for one of this",
      file: "src/log/message_log.ts",
      find: "const isOfThis = epoch === this.#head.epoch ||",
      replace: "const isOfThis = true ||",
    },
    {
      what: "a message that is gone is not missed",
      file: "src/log/message_log.ts",
      find: "if (oldest?.offset !== offset + 1 ||",
      replace: "if (",
    },
    {
      what: "messages that are too old are given out",
      file: "src/log/message_log.ts",
      find: "return offset > offsetAbove && at >= since && total > totalAbove;",
      replace: "return offset > offsetAbove && total > totalAbove;",
    },
    {
      what: "a client goes on without the epoch of a log that has begun",
      file: "src/log/message_log.ts",
      find: 'if (epoch === "") this.#tellEpoch();',
      replace: "",
    },
    {
      what: "a connection that has ended is kept until its time",
      file: "src/connections/expirations.ts",
      find:
        "if (items?.delete(item) && items.size === 0) this.#due.delete(due);",
      replace: "",
    },
    {
      what: "an earlier time does not move the timer",
      file: "src/connections/expirations.ts",
      find: "if (due < this.#armed) this.#arm(due);",
      replace: "if (this.#armed === Infinity) this.#arm(due);",
    },
    {
      what: "the alarm of a job is put off for a connection",
      file: "adapters/durable_alarm.ts",
      find: "this.#job ??= { due: this.#firstJob() };",
      replace: "",
    },
    {
      what: "the time of a connection is forgotten when its object sleeps",
      file: "src/connections/connection_record.ts",
      find: "this.expires = kept.expires;",
      replace: "",
      runtimes: ["workerd"],
    },
  ],
};
