import type { Check } from "../check.ts";
import { call, take } from "../frames.ts";
import { done, line, two } from "../scenes.ts";

/** Messages, connections and their ends. */
export const connectionChecks: Check[] = [
  {
    name: "broadcast() leaves out who is in `without`",
    async run(app) {
      const [ada, bob] = await two(app, "broadcast");
      ada.send("hello");
      return [await take(ada, 2), await take(bob, 1)];
    },
    expected: [
      [{ type: "join", user: "bob" }, line("ada", 1, "hello")],
      [line("ada", 1, "hello")],
    ],
  },
  {
    name: "connection.setState() counts, and this.sql keeps",
    async run(app) {
      const [ada, bob] = await two(app, "counted");
      for (const text of ["one", "two", "three"]) ada.send(text);
      await take(ada, 4);
      return [
        await take(bob, 3),
        await app.fetch("/agents/chat-room/counted/history"),
      ];
    },
    expected: [
      [line("ada", 1, "one"), line("ada", 2, "two"), line("ada", 3, "three")],
      [200, [
        { user: "ada", text: "one" },
        { user: "ada", text: "two" },
        { user: "ada", text: "three" },
      ]],
    ],
  },
  {
    name: "Bytes arrive as an ArrayBuffer",
    async run(app) {
      const [ada] = await two(app, "bytes");
      await take(ada, 1);
      ada.send(new Uint8Array([1, 2, 3]));
      return await take(ada, 1);
    },
    expected: [{ bytes: [3, 2, 1] }],
  },
  {
    name: "connection.close() in onMessage() closes with its code",
    async run(app) {
      const [ada, bob] = await two(app, "kicked");
      bob.send("kick");
      const { code, reason } = await bob.closed;
      await take(ada, 1);
      const [{ wasClean: _, ...leave }] = await take(ada, 1) as [
        Record<string, unknown>,
      ];
      return [code, reason, leave];
    },
    expected: [
      4002,
      "You asked for it",
      {
        type: "leave",
        user: "bob",
        code: 4002,
        reason: "You asked for it",
      },
    ],
  },
  {
    name: "onClose() has the code and the reason of the client",
    async run(app) {
      const [ada, bob] = await two(app, "closed");
      await bob.close(3007, "for today");
      return await take(ada, 2);
    },
    expected: [
      { type: "join", user: "bob" },
      {
        type: "leave",
        user: "bob",
        code: 3007,
        reason: "for today",
        wasClean: true,
      },
    ],
  },
  {
    name:
      "onError() hears what onMessage() throws, and the connection lives on",
    async run(app) {
      const [ada, bob] = await two(app, "errors", "admin");
      await take(ada, 1);
      bob.send("throw");
      const heard = await take(ada, 1);
      bob.send("still here");
      return [heard, await take(bob, 1)];
    },
    expected: [
      [{ type: "error", message: "in onMessage" }],
      [line("bob", 1, "still here")],
    ],
  },
  {
    name: "getConnections(tag) finds those with the tag",
    async run(app) {
      const [ada] = await two(app, "tags");
      const cleo = await app.open("/agents/chat-room/tags?user=cleo&role=x");
      await take(cleo, 3);
      await take(ada, 2);
      ada.send("who");
      return await take(ada, 1);
    },
    expected: [["ada", "cleo"]],
  },
  {
    name: "getConnection(id) finds one, and getCurrentAgent() who asks",
    async run(app) {
      const [ada, bob] = await two(app, "whispers");
      const found = await call(bob, "whisper", "ada", "psst");
      ada.send("me");
      return [
        found,
        await take(ada, 3),
        await call(bob, "whisper", "nobody", "psst"),
      ];
    },
    expected: [
      [done("whisper", true)],
      [
        { type: "join", user: "bob" },
        { type: "whisper", text: "psst", from: "bob in whispers" },
        "ada in whispers",
      ],
      [done("whisper", false)],
    ],
  },
];
