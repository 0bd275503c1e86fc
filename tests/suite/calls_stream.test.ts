import assert from "node:assert/strict";
import { connect } from "node:net";
import { Caller } from "../support/clients/caller.ts";
import { behaviour, runtime, suite } from "../support/suite.ts";

const server = await suite();
// Timers of workerd fire one after another, more than a millisecond apart.
const pauseMs = runtime === "workerd" ? 0 : 1;

/** Runs `test` with a client of its own. */
function streams(
  name: string,
  test: (caller: Caller, instance: string) => Promise<void>,
  skips?: Parameters<typeof behaviour>[2],
): void {
  behaviour(name, async () => {
    const instance = server.name("streams");
    const path = `/agents/streams-agent/${instance}`;
    const caller = await Caller.open(server, path);
    await test(caller, instance);
    await caller.close();
  }, skips);
}

/** The text of a piece, or of a last frame. */
const piece = (json: string, done = false) =>
  `{"done":${done},"id":"9",${
    json && `"result":${json},`
  }"success":true,"type":"rpc"}`;
const last = (json = "") => piece(json, true);
const error = (message: string, code = "FAILED") =>
  `{"error":"${message}","id":"9","success":false,"type":"rpc","code":"${code}"}`;

const wholes: [method: string, args: unknown[], frames: string[]][] = [
  ["push", [[1, { a: null }, null]], [
    piece("1"),
    piece('{"a":null}'),
    piece("null"),
    last(),
  ]],
  ["push", [[], "final"], [last('"final"')]],
  ["pushLater", [2], [piece("0"), piece("1"), last('"done"')]],
  ["forget", [], [piece("1"), last()]],
  ["refuse", [], [piece("1"), error("not today")]],
  ["throwFirst", [], [error("at once")]],
  ["throwText", [], [error("a text")]],
  ["throwLater", [], [piece("1"), error("amid the stream")]],
  ["twice", [], [last('"once"')]],
  ["count", [2], [piece("0"), piece("1"), last('"2 in all"')]],
  ["count", [0], [last('"0 in all"')]],
  ["countUp", [2], [piece("0"), piece("1"), last('"2 in all"')]],
  ["readable", [], [piece('"a"'), piece('"b"'), last()]],
  ["words", ["to be"], [piece('"to"'), piece('"be"'), last()]],
  ["lazy", [], [piece("0"), piece("1"), last('"2 in all"')]],
  ["breaks", [], [piece("1"), error("amid the stream")]],
];
for (const [method, args, frames] of wholes) {
  streams(
    `${method}(${
      JSON.stringify(args).slice(1, -1)
    }) streams exactly ${frames.length} frames`,
    async (caller) => {
      const call = caller.start(method, args, "9");
      await call.done;
      // Whatever came too much would come before the next answer.
      await caller.call("add", 1, 2);
      assert.deepEqual(call.texts, frames);
    },
  );
}

streams(
  "a stream that is closed says so and sends nothing",
  async (caller, name) => {
    await caller.call("twice");
    await server.noted("twice", name, [false, true, true, false, false, false]);
  },
);

for (const method of ["pushOdd", "odd"]) {
  streams(
    `a piece that is no JSON ends the stream with an error that says so: ${method}`,
    async (caller, name) => {
      const { error } = await caller.call(method);
      assert.match(error!, /^Cannot send what .* returned: it must be JSON: /);
      await server.noted("error", name);
      if (method === "odd") await server.noted("returned", name, "odd");
    },
  );
}

streams("streams and calls interleave", async (caller) => {
  const stream = caller.start("endless");
  await stream.until(3);
  assert.equal((await caller.call("add", 1, 2)).result, 3);
  await stream.until(6);
  assert.deepEqual(stream.pieces.slice(0, 6), [0, 1, 2, 3, 4, 5]);
  caller.cancel(stream.id);
  await stream.done;
});

streams(
  "cancelling a generator returns it, fires its signal, and is answered last",
  async (caller, name) => {
    const call = caller.start("endless");
    await call.until(2);
    caller.cancel(call.id);
    assert.equal((await call.done).code, "CANCELLED");
    await server.noted("returned", name, "endless");
    await server.noted("aborted", name, "endless");
    const { length } = call.frames;
    await new Promise((resolve) => setTimeout(resolve, 20));
    await caller.call("add", 1, 2);
    assert.equal(call.frames.length, length);
  },
);

streams(
  "cancelling a generator that waits for something reaches it by its signal, and is no error",
  async (caller, name) => {
    const call = caller.start("stuck");
    await call.until(1);
    caller.cancel(call.id);
    await server.noted("returned", name, "stuck");
    await caller.call("add", 1, 2);
    assert.ok(!server.notes(name).some(([kind]) => kind === "error"));
  },
);

streams(
  "cancelling an iterable that waits closes it at once, and once",
  async (caller, name) => {
    const call = caller.start("silent");
    await server.noted("asked", name, "silent");
    caller.cancel(call.id);
    await server.noted("returned", name, "silent");
    // What it said when it was closed has been read by now.
    await caller.call("add", 1, 2);
    await caller.call("add", 1, 2);
    const closed = server.notes(name).filter(([kind]) => kind === "returned");
    assert.equal(closed.length, 1);
    assert.deepEqual(call.pieces, []);
  },
);

streams(
  "a signal that is asked for when the call was cancelled has fired",
  async (caller, name) => {
    const call = caller.start("askLate");
    await call.until(1);
    caller.cancel(call.id);
    await server.noted("late", name, true);
  },
);

streams(
  "cancelling a StreamingResponse closes it and fires its signal",
  async (caller, name) => {
    const call = caller.start("pushOn");
    await call.until(2);
    caller.cancel(call.id);
    assert.equal((await call.done).code, "CANCELLED");
    await server.noted("aborted", name, "pushOn");
    await server.noted("stopped", name, true, true);
  },
);

for (const method of ["endless", "stuck", "pushOn"]) {
  behaviour(
    `a client that leaves stops what it streams: ${method}`,
    async () => {
      const name = server.name("streams");
      const caller = await Caller.open(server, `/agents/streams-agent/${name}`);
      await caller.start(method).until(1);
      caller.close();
      await server.noted(method === "pushOn" ? "stopped" : "returned", name);
    },
  );
}

streams(
  "a generator that never waits leaves others their turn",
  async (caller, name) => {
    const call = caller.start("endless", [0]);
    await call.until(100);
    const other = await Caller.open(server, `/agents/streams-agent/${name}`);
    assert.equal((await other.call("add", 1, 2)).result, 3);
    caller.cancel(call.id);
    await server.noted("returned", name, "endless");
    await other.close();
  },
);

streams(
  "40 MB of one generator arrive, ten times what may wait",
  async (caller, name) => {
    const call = caller.start("flood", [10_000, 4000]);
    await call.done;
    assert.equal(call.pieces.length, 10_000);
    await server.noted("flooded", name, "all");
  },
);

behaviour(
  "a generator is not asked for more while the peer does not read",
  async () => {
    const name = server.name("streams");
    const peer = await reader(`/agents/streams-agent/${name}`);
    peer.call("flood", [10_000, 4000]);
    await server.noted("flooded", name, 0);
    // The systems on the way take some megabytes; then nothing moves.
    const asked = () =>
      server.notes(name).filter(([kind]) => kind === "flooded").length;
    for (let last = -1; last !== asked();) {
      last = asked();
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    assert.ok(asked() < 60, `asked for ${asked()} hundreds of 100`);
    peer.socket.resume();
    await server.noted("flooded", name, "all");
    peer.socket.destroy();
  },
  { workerd: "the runtime does not tell how much is unsent" },
);

streams(
  "1,000 streams of 100 pieces lose none and keep their order",
  async (caller) => {
    const calls = Array.from(
      { length: 1000 },
      () => caller.start("count", [100]),
    );
    for (const call of calls) {
      assert.equal((await call.done).result, "100 in all");
      assert.deepEqual(
        call.pieces,
        Array.from({ length: 100 }, (_, at) => at),
      );
    }
  },
);

streams(
  "1,000 pushed streams of 100 pieces lose none and keep their order",
  async (caller) => {
    const calls = Array.from(
      { length: 1000 },
      () => caller.start("pushLater", [100, pauseMs]),
    );
    for (const call of calls) {
      assert.equal((await call.done).result, "done");
      assert.deepEqual(
        call.pieces,
        Array.from({ length: 100 }, (_, at) => at),
      );
    }
  },
);

/** A peer that reads nothing until it is told to. */
async function reader(path: string) {
  const [host, port] = server.server.host.split(":");
  const socket = connect(Number(port), host);
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: ${server.server.host}\r\nUpgrade: websocket\r\n` +
      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  await new Promise((resolve) => socket.once("data", resolve));
  socket.pause();
  // Without a listener, `resume` throws away what arrives.
  return {
    socket,
    call(method: string, args: unknown[]): void {
      const frame = JSON.stringify({ args, id: "1", method, type: "rpc" });
      const text = new TextEncoder().encode(frame);
      // A short frame, masked with zeroes.
      socket.write(
        new Uint8Array([0x81, 0x80 | text.length, 0, 0, 0, 0, ...text]),
      );
    },
  };
}
