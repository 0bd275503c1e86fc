import assert from "node:assert/strict";
import { test } from "node:test";
import { Pulse } from "../../adapters/durable_pulse.ts";
import type { WorkerSocket } from "../../adapters/worker_socket.ts";
import { Agent } from "../../src/agent/agent.ts";
import { Link } from "../../src/connections/link.ts";
import { Namespace, served } from "../../src/host/namespace.ts";
import type { Socket, SocketData } from "../../src/ports/socket.ts";

/** A connection whose sockets are watched, and what became of it. */
class Watched {
  readonly extended = true;
  readonly isGreeted = true;
  readonly isShut = false;
  readonly told: string[] = [];

  ask(): void {
    this.told.push("asked");
  }

  vanished(): void {
    this.told.push("vanished");
  }
}

/** An object with sockets, and a clock that a test moves. */
function world(links: Map<WorkerSocket, Watched>) {
  let now = 1000;
  const pulse = new Pulse(
    { getWebSockets: () => [...links.keys()] },
    (socket) => links.get(socket),
    () => now,
  );
  /** Something happens every second, for so many seconds. */
  const pass = (seconds: number, socket?: WorkerSocket) => {
    for (let at = 0; at < seconds; at++) {
      now += 1000;
      pulse.beat(socket);
    }
  };
  return { pass };
}

function socketIn(readyState: number): WorkerSocket {
  return {
    readyState,
    send() {},
    close() {},
    serializeAttachment() {},
    deserializeAttachment: () => null,
  };
}

test("a client that says nothing is asked, and then given up", () => {
  const link = new Watched();
  const { pass } = world(new Map([[socketIn(1), link]]));
  pass(20);
  assert.deepEqual(link.told, ["asked"].slice(0, link.told.length));
  pass(20);
  assert.deepEqual(link.told.slice(0, 2), ["asked", "vanished"]);
});

test("a client that says something is not", () => {
  const link = new Watched();
  const socket = socketIn(1);
  const { pass } = world(new Map([[socket, link]]));
  pass(60, socket);
  assert.deepEqual(link.told, []);
});

test("a socket that a client has left for another one is no sign that it has vanished", () => {
  const link = new Watched();
  const present = socketIn(1);
  const { pass } = world(new Map([[socketIn(2), link], [present, link]]));
  pass(60, present);
  assert.deepEqual(link.told, []);
});

/** A link with a socket, once its client has been greeted, and the codes that the socket was closed with. */
async function greeted(query: string): Promise<[Link, Namespace, number[]]> {
  const namespace = new Namespace({}, {});
  const instance = namespace.get(served("Chat", Agent), "room")!;
  const link = new Link(instance, `http://h/agents/chat/room?${query}`);
  if (link.wantsSession) link.keepsSession();
  const closed: number[] = [];
  const isGreeted = new Promise<void>((resolve) => {
    const socket: Socket = {
      readyState: 1,
      bufferedAmount: 0,
      send: (data: SocketData) => /mcp_servers/.test(`${data}`) && resolve(),
      close: (code: number) => closed.push(code),
    };
    link.open(socket);
  });
  await isGreeted;
  return [link, namespace, closed];
}

test("vanished() keeps a connection to which its client may come back, and ends another one", async () => {
  const [kept, first, codes] = await greeted("_roam=1&_session=1");
  kept.vanished();
  assert.deepEqual(codes, [1001]);
  assert.deepEqual([kept.readyState, kept.isHeld], [1, true]);
  // It is still found by what its client proves itself with.
  assert.notEqual(kept.session!.secret, "");
  const [ended, second, ends] = await greeted("_roam=1");
  ended.vanished();
  assert.deepEqual(ends, [1001]);
  assert.equal(ended.readyState, 2);
  kept.expire();
  ended.closed(1001, "", true);
  await Promise.all([first.close(), second.close()]);
});
