import assert from "node:assert/strict";
import { after, before } from "node:test";
import type { FenceChange } from "../../cluster/engine.ts";
import type { PostgresEngine } from "../../cluster/postgres_engine.ts";
import { MovedError } from "../../src/runtime/moved.ts";
import { postgresEngine, TestNode } from "../support/cluster/nodes.ts";
import {
  missing,
  type PostgresServer,
  startPostgres,
} from "../support/cluster/postgres.ts";
import { test } from "../support/runners/skippable.ts";

const MS = 10_000;
const ADDRESS = { agent: "A", name: "n" };
const options = { skip: missing };

let server: PostgresServer;
before(async () => {
  if (missing === false) server = await startPostgres();
});
after(() => server?.stop());

let schemas = 0;

async function withEngine(
  run: (engine: PostgresEngine, schema: string) => Promise<void>,
): Promise<void> {
  const schema = `takeover_${schemas++}`;
  const engine = postgresEngine(server.url, schema);
  await engine.open(MS);
  try {
    await run(engine, schema);
  } finally {
    await engine.close();
  }
}

/** A new node, with the fence that it has and the one that it may change to. */
async function join(engine: PostgresEngine): Promise<FenceChange> {
  const [node, fence, next] = [0, 0, 0].map(() => crypto.randomUUID());
  const listed = { address: "127.0.0.1:1", phase: "up" as const, wire: 1 };
  await engine.join({ id: node, fence, ...listed }, false, MS);
  return { node, fences: [fence], next };
}

function changed({ node, next }: FenceChange): FenceChange {
  return { node, fences: [next], next: crypto.randomUUID() };
}

function commit(engine: PostgresEngine, me: FenceChange, rev: number) {
  const snapshot = { state: "{}", epoch: "e", rev };
  const job = { id: "a", due: rev, every: null, job: "{}" };
  const write = {
    address: ADDRESS,
    shard: 0,
    snapshot,
    jobs: [{ id: "a", job }],
  };
  return engine.commit(me, [write], "", MS);
}

async function stored(engine: PostgresEngine): Promise<number | undefined> {
  const { found } = await engine.reads.load([ADDRESS], MS);
  return found[0]?.snapshot.rev;
}

test(
  "a node that is declared dead can do nothing any more, and nothing is written of what it tries",
  options,
  async () => {
    await withEngine(async (engine) => {
      const one = await join(engine);
      assert.equal((await engine.claim(one, [], 256, MS))?.length, 256);
      const now = changed(one);
      assert.equal(await commit(engine, one, 1), false);
      assert.equal(await commit(engine, now, 2), true);
      const two = await join(engine);
      const map = await engine.renew(two, "up", MS);
      const silent = map!.nodes.filter(({ id }) => id === one.node);
      assert.equal((await engine.claim(two, silent, 256, MS))?.length, 256);
      for (const me of [one, now]) {
        assert.equal(await commit(engine, me, 3), false);
        assert.equal(
          await engine.commit(me, [{ address: ADDRESS, shard: 0 }], "", MS),
          false,
        );
        assert.equal(await engine.renew(me, "up", MS), undefined);
        assert.equal(await engine.claim(me, [], 256, MS), undefined);
        assert.equal(await engine.give(me, [0], one.node, MS), false);
        await engine.leave(me, MS);
      }
      assert.equal(await stored(engine), 2);
      const later = await engine.renew(changed(two), "up", MS);
      assert.deepEqual(new Set(later!.owners), new Set([two.node]));
      assert.deepEqual(
        later!.nodes.map(({ id, phase }) => [id, phase]).sort(),
        [[one.node, "dead"], [two.node, "up"]].sort(),
      );
    });
  },
);

test(
  "a node that has renewed meanwhile is not declared dead",
  options,
  async () => {
    await withEngine(async (engine) => {
      const [one, two] = [await join(engine), await join(engine)];
      await engine.claim(one, [], 256, MS);
      const map = await engine.renew(two, "up", MS);
      const silent = map!.nodes.filter(({ id }) => id === one.node);
      await engine.renew(changed(one), "up", MS);
      assert.deepEqual(await engine.claim(two, silent, 256, MS), []);
      assert.equal(await commit(engine, changed(one), 1), true);
    });
  },
);

test("nodes that claim at the same time share", options, async () => {
  await withEngine(async (first, schema) => {
    const engines = [
      first,
      ...[1, 2, 3].map(() => postgresEngine(server.url, schema)),
    ];
    const nodes: FenceChange[] = [];
    for (const engine of engines) nodes.push(await join(engine));
    const claimed = await Promise.all(
      engines.map((engine, at) => engine.claim(nodes[at], [], 64, MS)),
    );
    const all = claimed.flatMap((shards) => shards ?? []);
    assert.equal(new Set(all).size, all.length);
    // Who found a shard locked leaves it out.
    assert(all.length >= 64, String(all.length));
    for (const engine of engines.slice(1)) await engine.close();
  });
});

test(
  "a node gives what it has, to somebody or nobody, and nothing else",
  options,
  async () => {
    await withEngine(async (engine) => {
      const [one, two] = [await join(engine), await join(engine)];
      assert.equal((await engine.claim(one, [], 3, MS))?.length, 3);
      assert.equal((await engine.claim(two, [], 2, MS))?.length, 2);
      const me = changed(one);
      assert.equal(await engine.give(me, [0, 3, 9], two.node, MS), true);
      assert.equal(await engine.give(changed(me), [1], undefined, MS), true);
      const map = await engine.renew(changed(two), "up", MS);
      assert.deepEqual(map!.owners.slice(0, 5), [
        two.node,
        undefined,
        one.node,
        two.node,
        two.node,
      ]);
    });
  },
);

test(
  "a storage whose node was declared dead says that the instance has moved",
  options,
  async () => {
    await withEngine(async (engine, schema) => {
      const node = new TestNode(server.url, { schema }).begin();
      await node.owns(256);
      const address = node.ownAddress();
      const id = node.member.self;
      let two = await join(engine);
      // It may renew in between.
      for (let taken = 0; taken < 256; two = changed(two)) {
        const map = await engine.renew(two, "up", MS);
        const silent = map!.nodes.filter((listed) => listed.id === id);
        const claimed = await engine.claim(two, silent, 256, MS);
        taken = claimed?.length ?? 0;
      }
      const snapshot = { state: "{}", epoch: "e", rev: 1 };
      await assert.rejects(
        node.storage.commit([{ address, snapshot }]),
        (error) => error instanceof MovedError && error.moved,
      );
      await assert.rejects(node.storage.load(address), MovedError);
      await node.until(() =>
        node.member.self !== id && node.member.state === "live"
      );
      assert.equal(node.count("lost"), 1);
      await node.leave();
    });
  },
);
