import assert from "node:assert/strict";
import type { StoredJob } from "../../../src/ports/jobs.ts";
import type { LogEntry, LogWrite } from "../../../src/ports/log.ts";
import type { Snapshot, Storage } from "../../../src/ports/storage.ts";

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

function job(id: string, due: number | null, every: number | null = null) {
  return { id, job: { id, due, every, job: JSON.stringify({ of: id }) } };
}

async function jobsOf(storage: Storage, address = ADA): Promise<StoredJob[]> {
  const found = [...await storage.jobs!(address)];
  return found.sort((a, b) => a.id < b.id ? -1 : 1).map((each) => ({
    ...each,
  }));
}

function entry(
  offset: number,
  { text = `message ${offset}`, at = offset } = {},
): LogEntry {
  const data = new TextEncoder().encode(text);
  return { offset, at, total: offset * 100, isText: true, data };
}

/** Appends the entries `from` to `to`. */
function appended(
  from: number,
  to: number,
  keep: Partial<LogWrite["keep"]> = {},
): LogWrite {
  const entries = [];
  for (let offset = from; offset <= to; offset++) entries.push(entry(offset));
  const all = { offsetAbove: 0, since: 0, totalAbove: 0 };
  return { epoch: "e", entries, keep: { ...all, ...keep } };
}

async function logOf(storage: Storage, after = 0, address = ADA) {
  const found = await storage.history!(address, after);
  return found.map(({ without, ...rest }) =>
    without === undefined ? rest : { ...rest, without }
  );
}

async function offsets(storage: Storage, after = 0, address = ADA) {
  return (await logOf(storage, after, address)).map(({ offset }) => offset);
}

async function headOf(storage: Storage, address = ADA) {
  const head = await storage.logHead!(address);
  if (head === undefined) return undefined;
  const { epoch, offset, at, total } = head;
  return { epoch, offset, at, total };
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
    assert.deepEqual(database.run(["CREATE TABLE t (a, b)"], []), []);
    database.run(["INSERT INTO t VALUES (", ", ", ")"], ["'; --", null]);
    database.run(["INSERT INTO t VALUES (", ", ", ")"], [
      1.5,
      new Uint8Array([0, 255]),
    ]);
    const rows = database.run(["SELECT a, b FROM t ORDER BY rowid"], []);
    assert.deepEqual(rows.map((row) => ({ ...row })), [
      { a: "'; --", b: null },
      { a: 1.5, b: new Uint8Array([0, 255]) },
    ]);
    assert.throws(() => database.run(["SELECT nothing"], []));
    assert.deepEqual(await storage.load(ADA), undefined);
    database.close();
  },

  async "sql() binds empty bytes and texts as what they are"({ storage }) {
    assert.equal(await storage.load(ADA), undefined);
    if (storage.sql === undefined) return;
    const database = storage.sql(ADA);
    const empty = [
      new Uint8Array(),
      new Uint8Array(new ArrayBuffer(0)),
      new TextEncoder().encode(""),
      new Uint8Array(3).subarray(3),
    ];
    for (const value of [...empty, ""]) {
      const [row] = database.run(
        ["SELECT ", " AS a, typeof(", ") AS type, ", " IS NULL AS n"],
        [value, value, value],
      );
      const type = value === "" ? "text" : "blob";
      const a = value === "" ? "" : new Uint8Array();
      assert.deepEqual(row, { a, type, n: 0 });
    }
    database.close();
  },

  async "transaction() of sql() does all of it or none"({ storage }) {
    assert.equal(await storage.load(ADA), undefined);
    if (storage.sql === undefined) return;
    const database = storage.sql(ADA);
    database.run(["CREATE TABLE t (a)"], []);
    const count = () => {
      const [row] = database.run(["SELECT count(*) AS n FROM t"], []);
      return row.n;
    };
    const returned = database.transaction(() => {
      database.run(["INSERT INTO t VALUES (1)"], []);
      return database.transaction(() => {
        database.run(["INSERT INTO t VALUES (2)"], []);
        return count();
      });
    });
    assert.equal(returned, 2);
    const mistake = new Error("a mistake");
    assert.throws(() =>
      database.transaction(() => {
        database.run(["DELETE FROM t"], []);
        throw mistake;
      }), mistake);
    assert.equal(count(), 2);
    database.close();
  },

  async "sql() of one instance is not another's, and goes with it"(bench) {
    const { storage, shared } = bench;
    if (storage.sql === undefined) return;
    storage.sql(ADA).run(["CREATE TABLE t (a)"], []);
    if (shared) {
      const other = storage.sql({ agent: "ChatAgent", name: "bob" });
      assert.throws(() => other.run(["SELECT * FROM t"], []), /no such table/);
      other.close();
    }
    await storage.commit([{ address: ADA }]);
    assert.throws(
      () => storage.sql!(ADA).run(["SELECT * FROM t"], []),
      /no such table/,
    );
  },

  async "jobs() returns what commit() stored, as it is now"({ storage }) {
    assert.deepEqual(await jobsOf(storage), []);
    const [a, b] = [job("a", 1_785_000_000_123, 60_000), job("b", 5)];
    await storage.commit([{ address: ADA, jobs: [a, b] }]);
    assert.deepEqual(await jobsOf(storage), [a.job, b.job]);
    const later = job("b", null);
    await storage.commit([{ address: ADA, jobs: [{ id: "a" }, later] }]);
    assert.deepEqual(await jobsOf(storage), [later.job]);
    await storage.commit([{ address: ADA, jobs: [{ id: "unknown" }] }]);
    assert.deepEqual(await jobsOf(storage), [later.job]);
  },

  async "commit() stores a state and jobs together, and leaves the other one alone"(
    { storage },
  ) {
    const a = job("a", 1);
    await storage.commit([
      { address: ADA, snapshot: snapshot(1), jobs: [a] },
    ]);
    await storage.commit([{ address: ADA, snapshot: snapshot(2, 2) }]);
    assert.deepEqual(await jobsOf(storage), [a.job]);
    await storage.commit([{ address: ADA, jobs: [{ id: "a" }] }]);
    assert.deepEqual(await loaded(storage), snapshot(2, 2));
    assert.deepEqual(await jobsOf(storage), []);
  },

  async "commit() without a snapshot and jobs removes the jobs too"(
    { storage, shared },
  ) {
    const bob = { agent: "ChatAgent", name: "bob" };
    const jobs = [job("a", 1), job("b", null)];
    await storage.commit([{ address: ADA, snapshot: snapshot(1), jobs }]);
    if (shared) await storage.commit([{ address: bob, jobs }]);
    await storage.commit([{ address: ADA }]);
    assert.deepEqual(await jobsOf(storage), []);
    const due = await storage.due?.({ until: 5, limit: 9 }) ?? [];
    assert.deepEqual(
      due.map((each) => ({ ...each })),
      shared ? [{ due: 1, ...bob, every: null }] : [],
    );
    await storage.commit([{ address: ADA, jobs: [job("c", 2)] }]);
    assert.equal((await jobsOf(storage)).length, 1);
  },

  async "a later process finds the jobs"(bench) {
    if (bench.reopen === undefined) return;
    await bench.storage.commit([{ address: ADA, jobs: [job("a", 3, 10)] }]);
    const later = bench.reopen();
    assert.deepEqual(await jobsOf(later), [job("a", 3, 10).job]);
    await later.close();
  },

  async "commit() that fails stores no job"(bench) {
    if (bench.credulous) return;
    const { storage } = bench;
    const broken = { id: "b", job: { ...job("b", 1).job, job: null } };
    const jobs = [job("a", 1), broken as never];
    await assert.rejects(async () =>
      await storage.commit([{ address: ADA, snapshot: snapshot(1), jobs }])
    );
    assert.deepEqual(await jobsOf(storage), []);
    assert.equal(await loaded(storage), undefined);
  },

  async "due() goes through all due times in order, page by page"(
    { storage, shared },
  ) {
    if (storage.due === undefined || !shared) return;
    assert.deepEqual(await storage.due({ until: Infinity, limit: 9 }), []);
    const all = [];
    for (const agent of ["A", "B", "a"]) {
      for (const name of ["x", "y", "é"]) {
        const jobs = [];
        for (const due of [5, 1, 1_785_000_000_000, 3]) {
          jobs.push(job(`${due}`, due, due === 3 ? 60_000 : null));
          all.push({ due, agent, name, every: due === 3 ? 60_000 : null });
        }
        jobs.push(job("failed", null));
        await storage.commit([{ address: { agent, name }, jobs }]);
      }
    }
    all.sort((a, b) =>
      a.due - b.due || (a.agent < b.agent ? -1 : a.agent > b.agent ? 1 : 0) ||
      (a.name < b.name ? -1 : 1)
    );
    for (const limit of [1, 4, 100]) {
      const found = [];
      let after;
      for (;;) {
        const page = await storage.due({ after, until: Infinity, limit });
        found.push(...page.map((each) => ({ ...each })));
        after = page.at(-1);
        if (page.length < limit) break;
      }
      assert.deepEqual(found, all);
    }
    const until3 = await storage.due({ until: 3, limit: 100 });
    assert.equal(until3.length, 18);
    const from = { due: 3, agent: "", name: "" };
    const only3 = await storage.due({ after: from, until: 4, limit: 100 });
    assert.equal(only3.length, 9);
  },

  async "history() returns what commit() appended, and logHead() the newest"(
    { storage },
  ) {
    assert.deepEqual(await logOf(storage), []);
    assert.equal(await headOf(storage), undefined);
    await storage.commit([{ address: ADA, log: appended(1, 2) }]);
    await storage.commit([{ address: ADA, log: appended(3, 3) }]);
    assert.deepEqual(await logOf(storage), [entry(1), entry(2), entry(3)]);
    assert.deepEqual(await logOf(storage, 2), [entry(3)]);
    assert.deepEqual(await logOf(storage, 3), []);
    assert.deepEqual(await logOf(storage, Number.MAX_SAFE_INTEGER), []);
    const head = { epoch: "e", offset: 3, at: 3, total: 300 };
    assert.deepEqual(await headOf(storage), head);
  },

  async "messages of a log come back byte for byte, with their ids"(
    { storage },
  ) {
    const at = 1_785_000_000_123;
    const bytes = new Uint8Array(256).map((_, index) => index);
    const entries: LogEntry[] = [
      entry(1, { text: "a\u0000b\u2028'\"\\é😀", at }),
      entry(2, { text: "", at }),
      { ...entry(3, { at }), isText: false, data: bytes, without: ["a", "'"] },
      { ...entry(4, { at }), isText: false, data: bytes.subarray(0, 0) },
      entry(5, { text: "x".repeat(1 << 20), at }),
    ];
    const { keep } = appended(1, 1);
    const log = { epoch: "é'", entries: [...entries], keep };
    await storage.commit([{ address: ADA, log }]);
    assert.deepEqual(await logOf(storage), entries);
    assert.equal((await headOf(storage))?.epoch, "é'");
  },

  async "commit() removes what a log is not to keep"({ storage }) {
    const cases: [Partial<LogWrite["keep"]>, number[]][] = [
      [{ offsetAbove: 2 }, [3, 4, 5]],
      [{ since: 4 }, [4, 5]],
      [{ totalAbove: 499, offsetAbove: 1 }, [5]],
    ];
    for (const [keep, expected] of cases) {
      await storage.commit([{ address: ADA, log: appended(1, 4) }]);
      await storage.commit([{ address: ADA, log: appended(5, 5, keep) }]);
      assert.deepEqual(await offsets(storage), expected);
      assert.equal((await headOf(storage))?.offset, 5);
      await storage.commit([{ address: ADA }]);
    }
    await storage.commit([{
      address: ADA,
      log: appended(1, 9, { offsetAbove: 7 }),
    }]);
    assert.deepEqual(await offsets(storage), [8, 9]);
  },

  async "commit() stores a state and a log together, and leaves the other one alone"(
    { storage },
  ) {
    const a = job("a", null);
    await storage.commit([
      { address: ADA, snapshot: snapshot(1), jobs: [a], log: appended(1, 1) },
    ]);
    await storage.commit([{ address: ADA, log: appended(2, 2) }]);
    assert.deepEqual(await loaded(storage), snapshot(1));
    assert.deepEqual(await jobsOf(storage), [a.job]);
    await storage.commit([{ address: ADA, snapshot: snapshot(2, 2) }]);
    assert.deepEqual(await offsets(storage), [1, 2]);
  },

  async "commit() without anything removes the log too"({ storage, shared }) {
    const bob = { agent: "ChatAgent", name: "bob" };
    await storage.commit([{ address: ADA, log: appended(1, 3) }]);
    if (shared) {
      await storage.commit([{ address: bob, log: appended(1, 1) }]);
      const keep = { offsetAbove: 1 };
      await storage.commit([{ address: bob, log: appended(2, 2, keep) }]);
      assert.deepEqual(await offsets(storage), [1, 2, 3]);
      assert.deepEqual(await offsets(storage, 0, bob), [2]);
    }
    await storage.commit([{ address: ADA }]);
    assert.deepEqual(await logOf(storage), []);
    assert.equal(await headOf(storage), undefined);
    if (shared) assert.deepEqual(await offsets(storage, 0, bob), [2]);
    await storage.commit([{ address: ADA, log: appended(1, 1) }]);
    assert.deepEqual(await offsets(storage), [1]);
  },

  async "a later process finds the log"(bench) {
    if (bench.reopen === undefined) return;
    await bench.storage.commit([{ address: ADA, log: appended(1, 2) }]);
    const later = bench.reopen();
    assert.deepEqual(await logOf(later), [entry(1), entry(2)]);
    await later.commit([{ address: ADA, log: appended(3, 3) }]);
    assert.deepEqual(await offsets(later), [1, 2, 3]);
    await later.close();
  },

  async "commit() that fails appends nothing"(bench) {
    if (bench.credulous) return;
    const { storage } = bench;
    await storage.commit([{ address: ADA, log: appended(1, 1) }]);
    const log = appended(2, 3);
    // There is one with this offset.
    (log.entries as LogEntry[]).push(entry(1));
    await assert.rejects(async () =>
      await storage.commit([{ address: ADA, snapshot: snapshot(1), log }])
    );
    assert.deepEqual(await offsets(storage), [1]);
    assert.equal(await loaded(storage), undefined);
    await storage.commit([{ address: ADA, log: appended(2, 2) }]);
    assert.deepEqual(await offsets(storage), [1, 2]);
  },
};
