import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { TestClient } from "../support/clients/client.ts";
import { randomOf } from "../support/random/random.ts";
import { seedOf } from "../support/random/seed.ts";
import { greeting, write } from "../support/clients/state_client.ts";
import { runtime } from "../support/suite.ts";
import { type Server, start } from "../targets/targets.ts";

/** An object of workerd's takes 20 ms to come into being. */
const agents = Number(
  process.env.ROAM_AGENTS ?? (runtime === "workerd" ? 100 : 1000),
);
const restarts = Number(process.env.ROAM_RESTARTS ?? 10);
/** Milliseconds from the start of the next process to the first client that has the state it knew. */
const BOUND = 1000;
const STATE = { text: "x".repeat(1000) };

test(`a server with ${agents} agents is back within ${BOUND} ms of ${restarts} times kill -9`, async () => {
  const seed = seedOf("recovery");
  const random = randomOf(seed);
  const store = mkdtempSync(`${tmpdir()}/roam-recovery-`);
  const open = () =>
    start(runtime, {
      entry: "tests/fixtures/crash_server.ts",
      objects: { KeptAgent: "KeptAgent" },
      store,
    });
  let server = await open();
  const times: number[] = [];
  try {
    await fill(server);
    for (let restart = 0; restart < restarts; restart++) {
      const name = `agent-${Math.floor(random() * agents)}`;
      const known = await connect(server, name);
      // Under way when it is killed.
      write(known.client, STATE, { id: "last" });
      await server.stop();
      await known.client.closed;
      const begin = performance.now();
      server = await open();
      const found = await connect(server, name);
      times.push(performance.now() - begin);
      assert.equal(found.epoch, known.epoch);
      assert(found.rev === known.rev || found.rev === known.rev + 1);
      assert.deepEqual(found.state, STATE);
      await found.client.close();
    }
  } finally {
    await server.stop();
    rmSync(store, { recursive: true, force: true });
  }
  const p99 = percentile(times, 0.99);
  console.log(
    `seed ${seed}: back after ${
      percentile(times, 0.5)
    } ms (median), ${p99} ms (p99)`,
  );
  assert(p99 <= BOUND, `${p99} ms`);
});

/** Stores a state of 1 KiB for each agent. */
async function fill(server: Server): Promise<void> {
  const names = Array.from({ length: agents }, (_, at) => `agent-${at}`);
  const body = JSON.stringify(STATE);
  while (names.length > 0) {
    const answers = names.splice(0, 50).map(async (name) => {
      const url = `http://${server.host}/agents/kept-agent/${name}`;
      const response = await fetch(url, { method: "POST", body });
      await response.body?.cancel();
      assert.equal(response.status, 200);
    });
    await Promise.all(answers);
  }
}

async function connect(server: Server, name: string) {
  const url = `ws://${server.host}/agents/kept-agent/${name}?_roam=1`;
  const client = new TestClient(url);
  const [, , { state, epoch, rev }] = await greeting(client);
  return { client, state, epoch, rev };
}

function percentile(times: readonly number[], part: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.round(sorted[Math.ceil(sorted.length * part) - 1]);
}
