import assert from "node:assert/strict";
import { test } from "node:test";
import { play, playForgeries } from "./behaviours/all.ts";
import type { Bench } from "./behaviours/bench.ts";
import { rejects } from "./behaviours/expect.ts";
import { silence } from "./behaviours/silence.ts";
import { placeBefore } from "./servers.ts";

const place = await placeBefore("deno");

test("Behaviours do not hold over a network that falsifies them", async () => {
  assert.deepEqual(await playForgeries(place, "deno"), []);
});

test("A client that notices silence too late is found out", async () => {
  const name = "a slower heartbeat";
  const run = async (bench: Bench) => {
    const options = { host: bench.proxy, heartbeatInterval: 900 };
    const message = 'the end is "too late", and not "1006 no heartbeat"';
    await rejects(silence(bench, options, "stall", "resume"), { message });
  };
  await play({ name, run }, place, "deno");
});
