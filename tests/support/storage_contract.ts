import assert from "node:assert/strict";
import type { Snapshot, Storage } from "../../src/ports/storage.ts";

/** What a storage is tried on. Each case begins with an empty one. */
export interface Bench {
  readonly storage: Storage;
  /** The same store, as a process sees it that comes later; `undefined` where it does not outlive its process. */
  reopen?(): Storage;
  /** Whether it is for more than one instance. */
  readonly shared: boolean;
  /** It takes whatever it is given. */
  readonly credulous?: boolean;
}

const ADA = { agent: "ChatAgent", name: "ada" };

function snapshot(state: unknown, rev = 1): Snapshot {
  return { state: JSON.stringify(state), epoch: "e", rev };
}

async function loaded(storage: Storage, address = ADA) {
  const found = await storage.load(address);
  return found && { ...found };
}

/** What every storage does. A case throws when it does not. */
export const contract: Record<string, (bench: Bench) => Promise<void>> = {
  async "load() of what was never stored is undefined"({ storage }) {
    assert.equal(await storage.load(ADA), undefined);
  },

  async "load() returns what commit() stored"({ storage }) {
    await storage.commit([{ address: ADA, snapshot: snapshot({ a: 1 }) }]);
    assert.deepEqual(await loaded(storage), snapshot({ a: 1 }));
  },

  async "commit() replaces"({ storage }) {
    await storage.commit([{ address: ADA, snapshot: snapshot(1) }]);
    await storage.commit([{ address: ADA, snapshot: snapshot(2, 2) }]);
    assert.deepEqual(await loaded(storage), snapshot(2, 2));
  },

  async "commit() without a snapshot removes"({ storage }) {
    await storage.commit([{ address: ADA, snapshot: snapshot(1) }]);
    await storage.commit([{ address: ADA }]);
    assert.equal(await storage.load(ADA), undefined);
    await storage.commit([{ address: ADA }]);
  },

  async "commit() of nothing is nothing"({ storage }) {
    await storage.commit([]);
    assert.equal(await storage.load(ADA), undefined);
  },

  async "texts come back as they were"({ storage }) {
    const texts = [
      "",
      "'\"\\;--",
      "\u0000\ud800\u2028é😀",
      "null",
      "x".repeat(1 << 20),
    ];
    for (const [at, text] of texts.entries()) {
      const kept = snapshot(text, at + 1);
      await storage.commit([{ address: ADA, snapshot: kept }]);
      assert.deepEqual(await loaded(storage), kept);
    }
  },

  async "revisions are exact up to the largest integer"({ storage }) {
    const kept = snapshot(1, Number.MAX_SAFE_INTEGER);
    await storage.commit([{ address: ADA, snapshot: kept }]);
    assert.deepEqual(await loaded(storage), kept);
  },

  async "a later process finds what was stored"(bench) {
    if (bench.reopen === undefined) return;
    await bench.storage.commit([{ address: ADA, snapshot: snapshot(7) }]);
    const later = bench.reopen();
    assert.deepEqual(await loaded(later), snapshot(7));
    await later.close();
  },

  async "instances are told apart by exact class and name"(
    { storage, shared },
  ) {
    if (!shared) return;
    const others = [
      { agent: "chatagent", name: "ada" },
      { agent: "ChatAgent", name: "Ada" },
      { agent: "ChatAgent", name: "ada " },
      { agent: "ChatAgent", name: "\u00e9" },
      { agent: "ChatAgent", name: "e\u0301" },
      { agent: "ChatAgent", name: "../ada" },
      { agent: "ChatAgentada", name: "" },
    ];
    await storage.commit(
      [ADA, ...others].map((address, at) => ({
        address,
        snapshot: snapshot(at, at + 1),
      })),
    );
    for (const [at, address] of [ADA, ...others].entries()) {
      assert.deepEqual(await loaded(storage, address), snapshot(at, at + 1));
    }
  },

  async "commit() that fails stores none of it"(bench) {
    const { storage, shared, credulous } = bench;
    if (credulous) return;
    await storage.commit([{ address: ADA, snapshot: snapshot(1) }]);
    const broken = { state: () => {}, epoch: null, rev: {} };
    const writes = [
      ...shared ? [{ address: ADA, snapshot: snapshot(2, 2) }] : [],
      {
        address: { agent: "ChatAgent", name: "bob" },
        snapshot: broken as unknown as Snapshot,
      },
    ];
    await assert.rejects(async () => await storage.commit(writes));
    assert.deepEqual(await loaded(storage), snapshot(1));
    await storage.commit([{ address: ADA, snapshot: snapshot(3, 2) }]);
    assert.deepEqual(await loaded(storage), snapshot(3, 2));
  },

  async "sql() binds values and returns rows"({ storage }) {
    if (storage.sql === undefined) return;
    const database = storage.sql(ADA);
    assert.deepEqual(database.run("CREATE TABLE t (a, b)", []), []);
    database.run("INSERT INTO t VALUES (?, ?)", ["'; --", null]);
    database.run("INSERT INTO t VALUES (?, ?)", [
      1.5,
      new Uint8Array([0, 255]),
    ]);
    const rows = database.run("SELECT a, b FROM t ORDER BY rowid", []);
    assert.deepEqual(rows.map((row) => ({ ...row })), [
      { a: "'; --", b: null },
      { a: 1.5, b: new Uint8Array([0, 255]) },
    ]);
    assert.throws(() => database.run("SELECT nothing", []));
    assert.deepEqual(await storage.load(ADA), undefined);
    database.close();
  },

  async "sql() of one instance is not another's, and goes with it"(bench) {
    const { storage, shared } = bench;
    if (storage.sql === undefined) return;
    storage.sql(ADA).run("CREATE TABLE t (a)", []);
    if (shared) {
      const other = storage.sql({ agent: "ChatAgent", name: "bob" });
      assert.throws(() => other.run("SELECT * FROM t", []), /no such table/);
      other.close();
    }
    await storage.commit([{ address: ADA }]);
    assert.throws(
      () => storage.sql!(ADA).run("SELECT * FROM t", []),
      /no such table/,
    );
  },
};
