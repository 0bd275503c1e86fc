import assert from "node:assert/strict";
import { MovedError } from "../../src/runtime/moved.ts";
import { postgresClient } from "../../cluster/postgres.ts";
import { DatabaseProxy } from "../support/cluster/database_proxy.ts";
import { TestNode } from "../support/cluster/nodes.ts";
import {
  makeStandby,
  missing,
  type PostgresServer,
  startPostgres,
} from "../support/cluster/postgres.ts";
import { test } from "../support/runners/skippable.ts";

const settings = { leaseMs: 1000 };

test(
  "a standby that has missed a takeover leaves one who may write, and tells that history has changed",
  {
    skip: missing,
  },
  async () => {
    const primary = await startPostgres();
    const standby = await makeStandby(primary);
    await standby.start();
    const proxies = [primary.port, primary.port].map((port) =>
      new DatabaseProxy(port)
    );
    for (const proxy of proxies) await proxy.listen();
    const [one, two] = proxies.map(({ port }) =>
      new TestNode(`postgres://postgres@127.0.0.1:${port}/postgres`, settings)
    );
    try {
      await one.begin().owns(256);
      const address = one.ownAddress();
      const write = (node: TestNode, rev: number) =>
        node.storage.commit([
          { address, snapshot: { state: "{}", epoch: "e", rev } },
        ]);
      await write(one, 1);
      await caughtUp(primary, standby);
      await standby.crash();
      // The takeover that the standby misses.
      proxies[0].target = 1;
      proxies[0].cut();
      await two.begin().owns(256);
      assert.equal((await two.storage.load(address))?.epoch, "e");
      await write(two, 2);
      await primary.crash();
      await standby.start();
      await query(standby, "select pg_promote()");
      for (const proxy of proxies) {
        proxy.target = standby.port;
        proxy.cut();
      }
      await assert.rejects(write(two, 3), MovedError);
      await one.until(() => one.member.state === "live");
      await write(one, 2);
      const found = await one.storage.load(address);
      assert.equal(found?.rev, 2);
      await one.until(() => one.member.history !== "");
      await two.until(() => two.member.life.owned.size > 100);
      await one.leave();
      await two.owns(256);
      // Written by who had not heard yet that history has changed, or not.
      const { epoch } = (await two.storage.load(address))!;
      assert.match(epoch, /^e(?:~\d+\.00000002)?$/);
      const old = { agent: "TestAgent", name: "never written since" };
      assert.equal(await two.storage.load(old), undefined);
      await two.leave();
    } finally {
      for (const node of [one, two]) await node.vanish();
      for (const proxy of proxies) await proxy.close();
      await primary.stop();
      await standby.stop();
    }
  },
);

test("what was stored before a failover has a new epoch after it", {
  skip: missing,
}, async () => {
  const primary = await startPostgres();
  const standby = await makeStandby(primary);
  await standby.start();
  const proxy = await new DatabaseProxy(primary.port).listen();
  const url = `postgres://postgres@127.0.0.1:${proxy.port}/postgres`;
  const node = new TestNode(url, settings);
  try {
    await node.begin().owns(256);
    const address = node.ownAddress();
    const load = async () => (await node.storage.load(address))!.epoch;
    await node.storage.commit([
      { address, snapshot: { state: "{}", epoch: "e", rev: 1 } },
    ]);
    assert.equal(await load(), "e");
    await caughtUp(primary, standby);
    await primary.crash();
    await query(standby, "select pg_promote()");
    proxy.target = standby.port;
    const epoch = await load();
    assert.match(epoch, /^e~\d+\.00000002$/);
    await node.storage.commit([
      { address, snapshot: { state: "{}", epoch, rev: 2 } },
    ]);
    await node.member.refresh();
    await node.storage.commit([
      { address, snapshot: { state: "{}", epoch, rev: 3 } },
    ]);
    assert.equal(await load(), epoch);
    await node.leave();
  } finally {
    await node.vanish();
    await proxy.close();
    await primary.stop();
    await standby.stop();
  }
});

async function query(
  { direct: { url } }: PostgresServer,
  text: string,
) {
  const client = postgresClient({ url, prepare: false, idleMs: 60_000 }, 1);
  try {
    return await client.query(text, []);
  } finally {
    await client.end();
  }
}

/** The standby has all that the primary has. */
async function caughtUp(primary: PostgresServer, standby: PostgresServer) {
  const [{ lsn }] = await query(primary, "select pg_current_wal_lsn() as lsn");
  for (;;) {
    const [{ done }] = await query(
      standby,
      `select pg_last_wal_replay_lsn() >= '${lsn}' as done`,
    );
    if (done) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
