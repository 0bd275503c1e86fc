import assert from "node:assert/strict";
import { test } from "node:test";
import { Agent } from "../../mod.ts";
import { HeldHost } from "../support/simulation/held_host.ts";
import { MemorySocket } from "../support/simulation/memory_socket.ts";

class Careless extends Agent {
  static callable = { itself: {} };
  count = 1;
  constructor(...args: ConstructorParameters<typeof Agent>) {
    super(...args);
    // As classes of Durable Objects do.
    Object.assign(this, { ctx: args[0], env: args[1] });
  }
  itself(): this {
    return this;
  }
}

test("a call that returns the agent sends its fields, and no secrets", async () => {
  const host = new HeldHost({ Careless }, { env: { SECRET: "hidden" } });
  const events = host.connect("careless/x");
  const socket = new MemorySocket();
  events.open(socket);
  const call = { type: "rpc", id: "1", method: "itself", args: [] };
  events.receive(JSON.stringify(call));
  const answer = () =>
    socket.sent.find((text) => String(text).includes('"type":"rpc"'));
  for (let round = 0; round < 10 && answer() === undefined; round++) {
    host.turn();
    await null;
  }
  const { result } = JSON.parse(String(answer()));
  assert.deepEqual(result, { count: 1 });
});
