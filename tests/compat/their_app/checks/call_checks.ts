import type { Check } from "../check.ts";
import { call, take } from "../frames.ts";
import { board, done, failed, piece } from "../scenes.ts";

/** What clients call. */
export const callChecks: Check[] = [
  {
    name: "A call returns a result, nothing, or the error's message",
    async run(app) {
      const [ada] = await board(app, "calls");
      return [
        await call(ada, "addCard", "first"),
        await call(ada, "nothing"),
        await call(ada, "fail", "as asked"),
        await call(ada, "unheard"),
        await call(ada, "secret"),
      ];
    },
    expected: [
      [done("addCard", 1)],
      [{ done: true, id: "nothing", success: true, type: "rpc" }],
      [failed("fail", "as asked")],
      [failed("unheard", "Method unheard does not exist")],
      [failed("secret", "Method secret is not callable")],
    ],
  },
  {
    name: "Calls run at the same time: a fast one is answered first",
    async run(app) {
      const [ada] = await board(app, "concurrent");
      const frame = (id: string, milliseconds: number) =>
        JSON.stringify({
          args: [milliseconds],
          id,
          method: "slow",
          type: "rpc",
        });
      ada.send(frame("slow", 150));
      ada.send(frame("fast", 1));
      return await take(ada, 2);
    },
    expected: [done("fast", 1), done("slow", 150)],
  },
  {
    name: "What a call changes is told before its result, also to the caller",
    async run(app) {
      const [ada] = await board(app, "order");
      const args = ["Order"];
      ada.send(
        JSON.stringify({ args, id: "1", method: "rename", type: "rpc" }),
      );
      const frames = await take(ada, 3) as { type: string }[];
      return frames.map(({ type }) => type).filter((type) =>
        type !== "changed"
      );
    },
    expected: ["cf_agent_state", "rpc"],
  },
  {
    name: "A StreamingResponse sends pieces, and ends with a result",
    async run(app) {
      const [ada] = await board(app, "streams");
      for (const text of ["a", "b", "c"]) await call(ada, "addCard", text);
      return await call(ada, "read", 1);
    },
    expected: [
      piece("read", "b"),
      piece("read", "c"),
      done("read", { read: 2 }),
    ],
  },
  {
    name: "A stream ends with the error that is thrown, or said",
    async run(app) {
      const [ada] = await board(app, "broken-streams");
      return [await call(ada, "breaks"), await call(ada, "gives")];
    },
    expected: [
      [piece("breaks", "one"), failed("breaks", "in the middle")],
      [piece("gives", "one"), failed("gives", "that was all")],
    ],
  },
  {
    name: "getCallableMethods() tells what @callable() says",
    async run(app) {
      const [ada] = await board(app, "methods");
      const [frame] = await call(ada, "methods") as [
        { result: [string, unknown][] },
      ];
      return frame.result.filter(([name]) => /addCard|read|nothing/.test(name));
    },
    expected: [
      ["addCard", { description: "Adds a card" }],
      ["nothing", {}],
      ["read", { streaming: true, description: "Reads the cards out" }],
    ],
  },
];
