import assert from "node:assert/strict";
import { test } from "node:test";
import type { BackoffOptions } from "../../src/client/backoff.ts";
import { ReconnectingSocket } from "../../src/client/reconnecting_socket.ts";
import { seedOf } from "../support/random/seed.ts";
import {
  stormFigures,
  stormProblems,
} from "../support/simulation/storm_check.ts";
import { VirtualServer } from "../support/simulation/virtual_server.ts";
import { VirtualTime } from "../support/simulation/virtual_time.ts";

const CLIENTS = 5000;
const BOUNDS = { clients: CLIENTS, share: 0.1, windowMs: 250, p99Ms: 15_000 };
/** What closes the connections: an announced restart, or nothing. */
const RESTART = 1012;
const CRASH = 1006;

interface Storm {
  readonly code: number;
  /** How long the server is away, in milliseconds. */
  readonly downtime: number;
  readonly options?: BackoffOptions;
  /** Instead of the clock's. */
  readonly random?: () => number;
}

/** When the clients of a server were back, from when it was: each is a connection as it stands, and only the network and the time are not real. */
async function storm(
  { code, downtime, options, random }: Storm,
): Promise<number[]> {
  const clock = new VirtualTime(seedOf(`storm of ${code}`));
  const environment = { ...clock.environment, ...random && { random } };
  const server = new VirtualServer(clock);
  const { WebSocket } = server;
  // A server that is away answers no question, either.
  const fetch = () => Promise.reject(new TypeError("away"));
  const sockets = Array.from({ length: CLIENTS }, (_, index) => {
    const target = () => Promise.resolve({ url: `ws://x/${index}` });
    return new ReconnectingSocket(
      { WebSocket, fetch, ...options },
      {
        target,
        opened() {},
        flush() {},
        renewed() {},
        received() {},
        failed() {},
        changed() {},
        ended() {},
      },
      environment,
    );
  });
  for (const socket of sockets) socket.start();
  await clock.run(10_000);
  assert.equal(server.size, CLIENTS);
  server.goAway(code);
  const back = 10_000 + downtime;
  await clock.run(back);
  server.arrivals.length = 0;
  server.isUp = true;
  await clock.run(10 * 60_000);
  assert.ok(sockets.every(({ phase }) => phase === "open"));
  for (const socket of sockets) socket.stop(1000, "");
  // Each has come once.
  assert.equal(new Set(server.arrivals.map(([, url]) => url)).size, CLIENTS);
  return server.arrivals.map(([at]) => at - back);
}

for (
  const [code, downtime] of [
    [RESTART, 0],
    [RESTART, 500],
    [RESTART, 2000],
    [RESTART, 5000],
    [CRASH, 500],
    [CRASH, 1000],
    [CRASH, 2000],
    [CRASH, 5000],
  ]
) {
  const how = code === RESTART ? "restarts" : "crashes";
  test(`${CLIENTS} clients come back spread out to a server that ${how} and is away for ${downtime} ms`, async () => {
    const times = await storm({ code, downtime });
    const { worst, p99 } = stormFigures(times, BOUNDS.windowMs);
    console.log(`at most ${worst} in 250 ms, p99 ${Math.round(p99)} ms`);
    assert.deepEqual(stormProblems(times, BOUNDS), []);
  });
}

test("Clients without jitter, or with little, are found out", async () => {
  const downtime = 2000;
  const stiff = await storm({ code: CRASH, downtime, random: () => 0.99 });
  assert.match(stormProblems(stiff, BOUNDS).join(), /^5000 of 5000 within/);
  const options = { minReconnectionDelay: 40 };
  const hasty = await storm({ code: RESTART, downtime: 0, options });
  assert.match(stormProblems(hasty, BOUNDS).join(), /^\d+ of 5000 within/);
});

test("stormProblems() finds each thing that may not happen", () => {
  const bounds = { clients: 10, share: 0.2, windowMs: 250, p99Ms: 1000 };
  const spread = Array.from({ length: 10 }, (_, at) => at * 125);
  assert.deepEqual(stormProblems(spread, { ...bounds, p99Ms: 2000 }), []);
  assert.deepEqual(stormProblems(spread, bounds), ["p99 is 1125 ms"]);
  assert.deepEqual(stormProblems(spread.slice(1), { ...bounds, p99Ms: 2000 }), [
    "9 of 10 are back",
  ]);
  const crowded = [...spread.slice(0, 8), 130, 140];
  assert.deepEqual(stormProblems(crowded, bounds), [
    "4 of 10 within 250 ms",
  ]);
});
