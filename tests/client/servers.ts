import { after, test } from "node:test";
import type { SocketClass } from "./behaviours/spy.ts";
import { behaviours, type Place, play } from "./behaviours/all.ts";
import { seedOf } from "../support/random/seed.ts";
import type { Runtime } from "../targets/targets.ts";
import { startStage } from "./stage/start_stage.ts";

/** A server on `runtime`, and what clients of this process have at hand. */
export async function placeBefore(runtime: Runtime): Promise<Place> {
  const stage = await startStage([runtime]);
  after(() => stage.stop());
  // Node 20 has none.
  const WebSocket = globalThis.WebSocket ??
    (await import("undici")).WebSocket as unknown as SocketClass;
  return { stage: stage.url, seed: seedOf("behaviours"), WebSocket };
}

/** All that a client can rely on, against a server on `runtime`. */
export async function meet(runtime: Runtime): Promise<void> {
  const place = await placeBefore(runtime);
  for (const behaviour of behaviours) {
    const run = () => play(behaviour, place, runtime);
    test(`${runtime}: ${behaviour.name}`, run);
  }
}
