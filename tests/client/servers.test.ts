import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { SocketClass } from "./behaviours/spy.ts";
import {
  behaviours,
  type Place,
  play,
  playForgeries,
} from "./behaviours/all.ts";
import type { Bench } from "./behaviours/bench.ts";
import { rejects } from "./behaviours/expect.ts";
import { silence } from "./behaviours/silence.ts";
import { seedOf } from "../support/seed.ts";
import { startStage } from "./stage/start_stage.ts";

const seed = seedOf("behaviours");

const stage = await startStage();
after(() => stage.stop());

// Node 20 has none.
const WebSocket = globalThis.WebSocket ??
  (await import("undici")).WebSocket as unknown as SocketClass;
const place: Place = { stage: stage.url, seed, WebSocket };

for (const target of ["deno", "bun", "workerd"]) {
  for (const behaviour of behaviours) {
    test(`${target}: ${behaviour.name}`, () => play(behaviour, place, target));
  }
}

test("Behaviours do not hold over a network that falsifies them", async () => {
  assert.deepEqual(await playForgeries(place, "deno"), []);
});

test("A client that notices silence too late is found out", async () => {
  const name = "a slower heartbeat";
  const run = async (bench: Bench) => {
    const options = { host: bench.proxy, heartbeatInterval: 900 };
    const message = 'the call is "too late", and not undefined';
    await rejects(silence(bench, options, "stall", "resume"), { message });
  };
  await play({ name, run }, place, "deno");
});
