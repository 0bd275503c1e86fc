import assert from "node:assert/strict";
import { after, before } from "node:test";
import type { FenceChange } from "../../cluster/engine.ts";
import type {
  AgentAddress,
  StoredSqlDatabase,
} from "../../src/ports/storage.ts";
import { MovedError } from "../../src/runtime/moved.ts";
import { SqliteStorage } from "../../storage/sqlite.ts";
import { TestNode } from "../support/cluster/nodes.ts";
import {
  missing,
  type PostgresServer,
  startPostgres,
} from "../support/cluster/postgres.ts";
import { randomOf } from "../support/random/random.ts";
import { seedOf } from "../support/random/seed.ts";
import { test } from "../support/runners/skippable.ts";
import {
  attempt,
  contents,
  run,
  verdict,
} from "../support/storage/paged_copies.ts";
import { randomChange } from "../support/storage/random_change.ts";

const STEPS = Number(process.env.ROAM_SQL_STEPS ?? 30);
const LIMITS = { databaseBytes: 64 * 1024 * 1024, openDatabases: 2 };
const MS = 10_000;
const options = { skip: missing };
const seed = seedOf("databases in PostgreSQL");

let server: PostgresServer;
before(async () => {
  if (missing === false) server = await startPostgres();
});
after(() => server?.stop());

/** As an instance that starts. */
async function open(
  { storage }: TestNode,
  address: AgentAddress,
): Promise<StoredSqlDatabase> {
  await storage.load(address);
  return await storage.openSql(address, LIMITS);
}

test(
  "a database in PostgreSQL is what SQLite has, whatever has changed it, and whoever opens it",
  options,
  async () => {
    const random = randomOf(seed);
    const node = new TestNode(server.url, { schema: "random" }).begin();
    await node.owns(256);
    const local = new SqliteStorage(":memory:");
    const instances = await Promise.all(
      ["ada", "bob", "cyd"].map(async (name) => {
        const address = { agent: "A", name };
        const plain = local.sql(address);
        return { address, plain, database: await open(node, address) };
      }),
    );
    for (let at = 0; at < STEPS; at++) {
      for (const { plain, database } of instances) {
        if (random() < 0.3) continue;
        for (const text of randomChange(random)) {
          assert.equal(attempt(database, text), attempt(plain, text), text);
        }
      }
      await node.storage.commit(instances);
      if (random() > 0.2) continue;
      for (const instance of instances) {
        instance.database.close();
        const { plain, address } = instance;
        const next = instance.database = await open(node, address);
        assert.equal(verdict(next), "ok", `seed ${seed}, step ${at}`);
        assert.equal(
          contents(next),
          contents(plain),
          `seed ${seed}, step ${at}`,
        );
      }
    }
    local.close();
    await node.leave();
  },
);

test(
  "pages of a node that was declared dead are refused, and the heir has what was acknowledged",
  options,
  async () => {
    const settings = { schema: "zombie", leaseMs: 1000 };
    const one = new TestNode(server.url, settings).begin();
    await one.owns(256);
    const address = one.ownAddress();
    const database = await open(one, address);
    run(database, "CREATE TABLE t (a)");
    run(database, "INSERT INTO t VALUES (1)");
    await one.storage.commit([{ address, database }]);
    run(database, "INSERT INTO t VALUES (2)");
    await takeAll(one);
    await assert.rejects(
      one.storage.commit([{ address, database }]),
      MovedError,
    );
    database.close();
    await one.leave();
    const heir = new TestNode(server.url, settings).begin();
    await heir.owns(256);
    const found = await open(heir, address);
    assert.deepEqual(run(found, "SELECT a FROM t"), [{ a: 1 }]);
    await heir.leave();
  },
);

/** Somebody who is never heard of again has all that `node` has. */
async function takeAll({ engine, member }: TestNode): Promise<void> {
  const [id, fence] = [crypto.randomUUID(), crypto.randomUUID()];
  const listed = { address: "127.0.0.1:9", phase: "up" as const, wire: 1 };
  await engine.join({ id, fence, ...listed }, false, MS);
  let me: FenceChange = {
    node: id,
    fences: [fence],
    next: crypto.randomUUID(),
  };
  // It may renew in between.
  for (let taken = 0; taken < 256;) {
    const map = await engine.renew(me, "up", MS);
    const silent = map!.nodes.filter((node) => node.id === member.self);
    taken = (await engine.claim(me, silent, 256, MS))?.length ?? 0;
    me = { ...me, fences: [me.next], next: crypto.randomUUID() };
  }
}
