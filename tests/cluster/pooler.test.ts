import assert from "node:assert/strict";
import { TestNode } from "../support/cluster/nodes.ts";
import {
  missingPgbouncer,
  startPgbouncer,
} from "../support/cluster/pgbouncer.ts";
import { missing, startPostgres } from "../support/cluster/postgres.ts";
import { test } from "../support/runners/skippable.ts";

test("nodes behind PgBouncer with 3 connections share, take over and write", {
  skip: missing || missingPgbouncer,
}, async () => {
  const server = await startPostgres();
  const pooler = await startPgbouncer(server.direct.port);
  const settings = { leaseMs: 1000, prepare: false };
  const nodes = [1, 2, 3].map(() => new TestNode(pooler.url, settings));
  const [one, two, three] = nodes;
  try {
    for (const node of nodes) node.begin();
    await Promise.all(nodes.map((node) =>
      node.until(() => {
        const { size } = node.member.life.owned;
        return size >= 84 && size <= 94;
      })
    ));
    const address = one.ownAddress();
    const writing = Array.from({ length: 50 }, async (_, at) => {
      const snapshot = { state: "{}", epoch: "e", rev: at + 1 };
      await one.storage.commit([{ address, snapshot }]);
    });
    await Promise.all(writing);
    await one.vanish();
    const owner = () =>
      [two, three].find(({ member }) =>
        member.life.owned.has(member.shardOf(address))
      );
    await Promise.race(
      [two, three].map((node) => node.until(() => owner() !== undefined)),
    );
    const found = await owner()!.storage.load(address);
    assert.equal(found?.rev, 50);
    await two.leave();
    await three.owns(256);
    await three.leave();
  } finally {
    for (const node of nodes) await node.vanish();
    await pooler.stop();
    await server.stop();
  }
});
