import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, test } from "node:test";
import { divergence, tryCrowd } from "../support/faults/crowd.ts";
import { seedOf } from "../support/random/seed.ts";
import { runtime } from "../support/suite.ts";
import { start } from "../targets/targets.ts";

const runs = Number(process.env.ROAM_RUNS ?? 2);
const clients = Number(process.env.ROAM_CLIENTS ?? 10);
const writes = Number(process.env.ROAM_WRITES ?? 20);

const store = mkdtempSync(`${tmpdir()}/roam-crowd-`);
const server = await start(runtime, {
  entry: "tests/fixtures/board_server.ts",
  objects: { BoardAgent: "BoardAgent" },
  store,
});
after(async () => {
  await server.stop();
  rmSync(store, { recursive: true, force: true });
});
const { host } = server;

test(`${runs} x ${clients} clients x ${writes} writes through networks that cut and stall: all end at the state of the server`, async () => {
  const seed = seedOf("convergence");
  let [faults, rejected] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const report = await tryCrowd({
      host,
      name: `run-${run}`,
      seed: seed + run,
      clients,
      writes,
      counting: run % 2 === 1,
    });
    faults += report.faults;
    rejected += report.rejected;
  }
  console.log(
    `seed ${seed}: ${
      runs * clients * writes
    } writes, ${faults} faults, ${rejected} writes rejected at the client, 0 divergent`,
  );
});

test("a client that ignores the state is found out", async () => {
  const options = { host, name: "deaf", seed: 1, clients: 4, writes: 5 };
  await assert.rejects(
    tryCrowd({ ...options, deaf: true, patience: 2000 }),
    /client 0 shows .*, and the state is/,
  );
});

test("divergence() knows equal views from others", () => {
  assert.equal(divergence({ a: 1 }, [{ a: 1 }, { a: 1 }]), undefined);
  assert.match(divergence({ a: 1 }, [{ a: 1 }, { a: 2 }])!, /client 1 shows/);
  assert.match(divergence(null, [undefined])!, /client 0 shows/);
});
