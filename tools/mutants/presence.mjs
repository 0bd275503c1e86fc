/** What clients show of themselves. */
export const presence = {
  tests: ["suite/presence", "suite/presence_reloads"],
  mutants: [
    {
      what: "who loses the connection is gone at once",
      file: "src/presence/leavers.ts",
      find: "if (limits.presenceMs === 0",
      replace: "if (limits.presenceMs >= 0",
    },
    {
      what: "who says goodbye is shown for longer",
      file: "src/presence/leavers.ts",
      find:
        "if (end !== undefined && !PASSING.includes(end.code)) return false;",
      replace: "",
    },
    {
      what: "whom the agent closes is shown for longer",
      file: "src/presence/leavers.ts",
      find: "isClosing || client.isShut",
      replace: "isClosing",
    },
    {
      what: "who comes back leaves all the same when the time is over",
      file: "src/presence/leavers.ts",
      find: "this.#host.shared(expiring).delete(leaver);",
      replace: "",
    },
    {
      what: "who does not come back is shown as long as the session may go on",
      file: "src/presence/presence.ts",
      find:
        "if (client.presence && !this.#leavers.add(client)) this.#left(client);",
      replace: "",
    },
    {
      what: "who comes back late is not shown",
      file: "src/presence/presence.ts",
      find: "if (this.#away.delete(client)) this.#show(client);",
      replace: "",
    },
    {
      what: "who comes meanwhile is not told of those that may be back",
      file: "src/presence/presence.ts",
      find: "this.#leavers.clients.map((other) => [other.id, other])",
      replace: "[]",
    },
    {
      what: "who comes meanwhile is told of those that have left",
      file: "src/presence/presence.ts",
      find: "if (other.presence && !this.#away.has(other))",
      replace: "if (other.presence)",
    },
  ],
};
