import assert from "node:assert/strict";
import { after, before } from "node:test";
import {
  missing,
  type PostgresServer,
  startPostgres,
} from "../support/cluster/postgres.ts";
import { takeovers } from "../support/cluster/takeovers.ts";
import { randomOf } from "../support/random/random.ts";
import { seedOf } from "../support/random/seed.ts";
import { test } from "../support/runners/skippable.ts";

const seed = seedOf("takeovers");
const COUNT = Number(process.env.ROAM_TAKEOVERS ?? 30);

let server: PostgresServer;
before(async () => {
  if (missing === false) server = await startPostgres();
});
after(() => server?.stop());

const options = { skip: missing };

test(
  "a node whose shards were taken stores nothing more, and nothing of it is lost",
  options,
  async () => {
    const { url } = server;
    const random = randomOf(seed);
    const found = await takeovers({
      url,
      schema: "race",
      count: COUNT,
      random,
    });
    console.log(`seed ${seed}: ${COUNT} takeovers: ${JSON.stringify(found)}`);
    assert.deepEqual([found.zombies, found.lost], [0, 0]);
    assert.equal(found.refused, COUNT * 3);
    assert(found.stored > 0);
  },
);

test("without a lock on the fence it would", options, async () => {
  const random = randomOf(seed);
  // Each time with some luck, on a busy machine with little.
  for (let round = 0, zombies = 0; zombies === 0; round++) {
    const found = await takeovers({
      url: server.url,
      schema: `race_unlocked_${round}`,
      count: COUNT,
      random,
      alter: (text) => text.replace(" for share)", ")"),
    });
    console.log(`seed ${seed}: without the lock: ${JSON.stringify(found)}`);
    zombies = found.zombies;
    assert(zombies > 0 || round < 10, "no race was lost");
  }
});
