import assert from "node:assert/strict";
import { once } from "../../support/clients/events.ts";
import { ask, message, theirs } from "./visit.ts";

theirs(
  "broadcast(): in a call reaches everybody, the caller before its result",
  async (visit) => {
    const caller = await visit.join("CallsAgent");
    const other = await visit.join("CallsAgent");
    const quiet = visit.socket("calls-agent");
    await message(quiet);
    const heard = [caller, other, quiet].map((client) =>
      message(client, (data) => data === "news")
    );
    const order: string[] = [];
    heard[0].then(() => order.push("news"));
    await caller.call("tell", ["news"]).then(() => order.push("result"));
    await Promise.all(heard);
    assert.deepEqual(order, ["news", "result"]);
  },
);

theirs(
  "broadcast(): leaves those out whose ids it is given, and takes bytes",
  async (visit) => {
    const [one, two] = [
      await visit.join("CommandAgent"),
      await visit.join("CommandAgent"),
    ];
    two.binaryType = "arraybuffer";
    const got: unknown[] = [];
    one.addEventListener(
      "message",
      (event) => got.push((event as MessageEvent).data),
    );
    const bytes = message(two, (data) => data instanceof ArrayBuffer);
    await ask(one, "broadcastBytes", [1, 2, 255], [one.id]);
    assert.deepEqual(
      new Uint8Array(await bytes as ArrayBuffer),
      new Uint8Array([1, 2, 255]),
    );
    assert.deepEqual(got, ['{"broadcastBytes":null}']);
  },
);

theirs("PartySocket.send(): bytes come back as bytes", async (visit) => {
  const socket = visit.socket("echo-agent");
  socket.binaryType = "arraybuffer";
  await once(socket, "open");
  const is = (data: unknown) => data instanceof ArrayBuffer;
  for (const bytes of [[], [1, 2, 3], [0, 255]]) {
    const echo = message(socket, is);
    socket.send(new Uint8Array(bytes));
    assert.deepEqual([...new Uint8Array(await echo as ArrayBuffer)], bytes);
  }
});
