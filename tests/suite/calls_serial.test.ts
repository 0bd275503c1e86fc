import assert from "node:assert/strict";
import { Caller } from "../support/clients/caller.ts";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite();

const serial = (name: string) =>
  Caller.open(server, `/agents/serial-calls-agent/${name}`);

behaviour(
  "a serial agent runs calls, streams and messages one after another",
  async () => {
    const name = server.name("serial");
    const caller = await serial(name);
    caller.start("slow", ["a"]);
    caller.start("count", ["b"]);
    caller.client.send("c");
    caller.start("fails");
    const last = caller.start("slow", ["d"]);
    await last.done;
    // The answer may overtake what the server prints.
    await server.noted("ended", name, "d");
    assert.deepEqual(
      server.notes(name).map(([kind, what]) => `${kind} ${what}`),
      [
        "began a",
        "ended a",
        "began b",
        "ended b",
        "began c",
        "ended c",
        "began d",
        "ended d",
      ],
    );
    await caller.close();
  },
);

behaviour(
  "a serial agent does not begin a call that was cancelled before its turn",
  async () => {
    const name = server.name("serial");
    const caller = await serial(name);
    // In one piece, so that the second is cancelled while the first runs.
    caller.start("slow", ["a", 300]);
    const second = caller.start("slow", ["b"]);
    caller.cancel(second.id);
    assert.equal((await second.done).code, "CANCELLED");
    assert.equal((await caller.call("slow", "c")).result, "c");
    assert.ok(!server.notes(name).some(([, what]) => what === "b"));
    await caller.close();
  },
);

behaviour(
  "a serial agent that calls one that calls it back does not hang",
  async () => {
    const name = server.name("serial");
    const caller = await serial(name);
    assert.equal((await caller.call("reenter")).result, `reached ${name}`);
    await caller.close();
  },
);
