import assert from "node:assert/strict";
import { after, before } from "node:test";
import { MovedError } from "../../src/runtime/moved.ts";
import { postgresClient } from "../../cluster/postgres.ts";
import { DatabaseProxy } from "../support/cluster/database_proxy.ts";
import { TestNode } from "../support/cluster/nodes.ts";
import {
  missing,
  type PostgresServer,
  startPostgres,
} from "../support/cluster/postgres.ts";
import { test } from "../support/runners/skippable.ts";

const LEASE = 1000;
/** Longer than two leases. */
const OUTAGE_MS = Number(process.env.ROAM_OUTAGE_MS ?? 2500);
const options = { skip: missing };

let server: PostgresServer;
let proxy: DatabaseProxy;
before(async () => {
  if (missing !== false) return;
  server = await startPostgres({ durable: true });
  proxy = await new DatabaseProxy(server.port).listen();
});
after(async () => {
  await proxy?.close();
  await server?.stop();
});

let schemas = 0;

/** Two nodes that have their shares; `run` is told of them and their schema. */
async function withTwo(
  run: (one: TestNode, two: TestNode, schema: string) => Promise<void>,
  settings: { leaseMs?: number } = {},
): Promise<void> {
  const schema = `faults_${schemas++}`;
  const url = `postgres://postgres@127.0.0.1:${proxy.port}/postgres`;
  const one = new TestNode(url, { leaseMs: LEASE, schema, ...settings });
  const two = new TestNode(url, { leaseMs: LEASE, schema, ...settings });
  await one.begin().owns(256);
  await two.begin().owns(128);
  await one.owns(128);
  one.events.length = two.events.length = 0;
  try {
    await run(one, two, schema);
  } finally {
    await Promise.all([one.leave(), two.leave()]);
  }
}

function write(node: TestNode, name: string, rev: number): Promise<void> {
  const address = { agent: "TestAgent", name };
  return node.storage.commit([
    { address, snapshot: { state: "{}", epoch: "e", rev } },
  ]);
}

async function read(node: TestNode, name: string): Promise<number | undefined> {
  const found = await node.storage.load({ agent: "TestAgent", name });
  return found?.rev;
}

/** Resolves when all of them are in that state. */
async function become(
  state: "frozen" | "live",
  ...nodes: TestNode[]
): Promise<void> {
  await Promise.all(
    nodes.map((node) => node.until(() => node.member.state === state)),
  );
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

test(
  "a database that hangs freezes its nodes, and then all goes on",
  options,
  async () => {
    await withTwo(async (one, two) => {
      const { name } = one.ownAddress();
      await write(one, name, 1);
      const goOn = server.hang();
      const writing = write(one, name, 2);
      await become("frozen", one, two);
      await rest(OUTAGE_MS);
      goOn();
      await writing;
      await become("live", one, two);
      assert.equal(await read(one, name), 2);
      await rest(2 * LEASE);
      for (const node of [one, two]) node.assertNothingMoved();
    });
  },
);

test(
  "a database that crashes, and recovers, has all that was acknowledged",
  options,
  async () => {
    await withTwo(async (one, two) => {
      const { name } = one.ownAddress();
      await write(one, name, 1);
      await server.crash();
      const writing = write(one, name, 2);
      await become("frozen", one, two);
      await server.start();
      await writing;
      assert.equal(await read(one, name), 2);
      await become("live", one, two);
      await rest(2 * LEASE);
      for (const node of [one, two]) node.assertNothingMoved();
    });
  },
);

test(
  "connections that the database ends again and again lose nothing",
  options,
  async () => {
    await withTwo(async (one, two) => {
      const { name } = one.ownAddress();
      const admin = postgresClient(
        { url: server.direct.url, prepare: false, idleMs: 60_000 },
        1,
      );
      let isOver = false;
      let rev = 0;
      const ending = (async () => {
        while (!isOver) {
          const before = rev;
          await admin.query(
            `select pg_terminate_backend(pid) from pg_stat_activity
where pid <> pg_backend_pid() and application_name = 'roam' and backend_type = 'client backend'`,
            [],
          );
          // A busy machine may need longer for a write over new ones.
          do await rest(100); while (rev < before + 2 && !isOver);
        }
      })();
      for (
        const end = performance.now() + OUTAGE_MS;
        performance.now() < end || rev <= 10;
      ) {
        await write(one, name, ++rev);
      }
      isOver = true;
      await ending;
      await admin.end();
      assert.equal(await read(one, name), rev);
      for (const node of [one, two]) node.assertNothingMoved();
    }, { leaseMs: 3000 });
  },
);

test("a commit whose answer is lost is done once", options, async () => {
  await withTwo(async (one) => {
    const { name } = one.ownAddress();
    await write(one, name, 1);
    const swallowed = proxy.swallowAnswerTo("e~lost");
    const address = { agent: "TestAgent", name };
    const snapshot = { state: '"e~lost"', epoch: "e", rev: 2 };
    const job = { id: "a", due: 5, every: null, job: "{}" };
    const committed = one.storage.commit([
      { address, snapshot, jobs: [{ id: "a", job }] },
    ]);
    await swallowed;
    await committed;
    assert.equal(await read(one, name), 2);
    assert.deepEqual(await one.storage.jobs(address), [job]);
    one.assertNothingMoved();
  });
});

test(
  "a commit that arrives after its deadline changes nothing any more",
  options,
  async () => {
    await withTwo(async (one) => {
      const { name } = one.ownAddress();
      await write(one, name, 1);
      const held = proxy.holdBack("late");
      const address = { agent: "TestAgent", name };
      const snapshot = { state: '"late"', epoch: "e", rev: 2 };
      const writing = one.storage.commit([{ address, snapshot }]);
      const arrive = await held;
      await writing;
      await write(one, name, 3);
      arrive();
      // What comes later in the same table has passed it.
      for (let rev = 4; rev < 8; rev++) await write(one, name, rev);
      await rest(100);
      assert.equal(await read(one, name), 7);
      one.assertNothingMoved();
    });
  },
);

test("a commit that hangs in the database is waited for", options, async () => {
  await withTwo(async (one, _two, schema) => {
    const { name } = one.ownAddress();
    await write(one, name, 1);
    const admin = postgresClient(
      { url: server.direct.url, prepare: false, idleMs: 60_000 },
      1,
    );
    await admin.query(
      `create function ${schema}.hang() returns trigger language plpgsql as $$
begin perform pg_advisory_xact_lock(77); return new; end $$;
create trigger hang before insert on ${schema}.state for each row
when (new.state = '"hangs"') execute function ${schema}.hang()`,
      [],
    );
    await admin.query("select pg_advisory_lock(77)", []);
    const address = { agent: "TestAgent", name };
    const snapshot = { state: '"hangs"', epoch: "e", rev: 2 };
    let isDone = false;
    const writing = one.storage.commit([{ address, snapshot }])
      .then(() => isDone = true);
    const newer = write(one, name, 3);
    // It has given up on the first attempt by then.
    await rest(LEASE);
    assert.equal(isDone, false);
    await admin.query("select pg_advisory_unlock(77)", []);
    await writing;
    await newer;
    assert.equal(await read(one, name), 3);
    await admin.end();
    assert.equal(one.count("lost"), 0);
  }, { leaseMs: 3000 });
});

test(
  "a node that is cut off stores nothing when it is back, and begins anew",
  options,
  async () => {
    await withTwo(async (one, two, schema) => {
      const cut = await new DatabaseProxy(server.port).listen();
      const url = `postgres://postgres@127.0.0.1:${cut.port}/postgres`;
      const three = new TestNode(url, { leaseMs: LEASE, schema }).begin();
      await three.until(() => three.member.life.owned.size > 80);
      const { name } = three.ownAddress();
      const id = three.member.self;
      // Nobody listens there.
      cut.target = 1;
      cut.cut();
      const writing = write(three, name, 1);
      const failed = assert.rejects(writing, MovedError);
      const owner = () =>
        [one, two].find(({ member }) =>
          member.life.owned.has(
            member.shardOf({ agent: "TestAgent", name }),
          )
        );
      await Promise.race(
        [one, two].map((node) => node.until(() => owner() !== undefined)),
      );
      assert.equal(three.member.state, "frozen");
      cut.target = server.port;
      await failed;
      assert.equal(await read(owner()!, name), undefined);
      await three.until(() =>
        three.member.self !== id && three.member.state === "live"
      );
      await three.leave();
      await cut.close();
    });
  },
);
