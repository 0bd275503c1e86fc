import assert from "node:assert/strict";
import { test } from "node:test";
import { Agent } from "../../mod.ts";
import { HeldHost } from "../support/simulation/held_host.ts";
import { MemorySocket } from "../support/simulation/memory_socket.ts";

test("a socket that opens when there is no room for its instance closes with 1013, and is not counted as one that has gone", () => {
  const limits = { instances: 1, connections: 1, idleMs: 1000 };
  const host = new HeldHost({ Agent }, { limits });
  const late = host.connect("agent/a");
  host.clock.pass(2000);
  const inTime = host.connect("agent/b");
  inTime.open(new MemorySocket());
  const socket = new MemorySocket((code, reason) =>
    late.closed(code, reason, true)
  );
  late.open(socket);
  assert.equal(socket.closeCode, 1013);
  // There is room for one, and it is there.
  assert.equal(host.connect("agent/b"), inTime, "a second one was upgraded");
});
