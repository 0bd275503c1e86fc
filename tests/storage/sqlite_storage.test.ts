import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { SqliteStorage, StoreError } from "../../storage/sqlite.ts";
import { inFolder, storeError } from "../support/storage/store_folder.ts";

const ADA = { agent: "ChatAgent", name: "ada" };
const FIRST = { state: '{"n":1}', epoch: "e", rev: 1 };

inFolder("SqliteStorage makes nothing before the first commit", (folder) => {
  const storage = new SqliteStorage(folder);
  assert.equal(storage.load(ADA), undefined);
  storage.close();
  assert.equal(existsSync(folder), false);
});

inFolder("SqliteStorage has its folder for itself", (folder) => {
  const storage = new SqliteStorage(folder);
  storage.commit([{ address: ADA, snapshot: FIRST }]);
  assert.throws(() => new SqliteStorage(folder), storeError("LOCKED", folder));
  assert.throws(
    () => new SqliteStorage(`${folder}/../${folder.split("/").at(-1)}`),
    /this process has it open already; give one serveAgents\(\) all classes/,
  );
  storage.close();
  new SqliteStorage(folder).close();
});

inFolder(
  "SqliteStorage leaves a database of something else as it is",
  (folder) => {
    new SqliteStorage(folder).commit([{ address: ADA, snapshot: FIRST }]);
    rmSync(`${folder}/agents.sqlite`);
    rmSync(`${folder}/agents.sqlite-wal`, { force: true });
    const other = new DatabaseSync(`${folder}/agents.sqlite`);
    other.exec("CREATE TABLE mine (a); INSERT INTO mine VALUES (1)");
    other.close();
    const before = readFileSync(`${folder}/agents.sqlite`);
    assert.throws(
      () => new SqliteStorage(folder),
      storeError("FOREIGN", folder),
    );
    assert.deepEqual(readFileSync(`${folder}/agents.sqlite`), before);
  },
);

inFolder("SqliteStorage names no file after an agent", (folder) => {
  const storage = new SqliteStorage(folder);
  for (
    const name of ["../../escape", "a/b", "CON", "\u202e", "x".repeat(256)]
  ) {
    storage.sql({ agent: "ChatAgent", name }).run(["CREATE TABLE t (a)"], []);
  }
  storage.close();
  assert.equal(existsSync(`${folder}/../../escape.sqlite`), false);
  assert.equal(existsSync(`${folder}/sql/CON.sqlite`), false);
});

inFolder(
  "SqliteStorage knows the names of all that something is stored of, in order",
  (folder) => {
    const storage = new SqliteStorage(folder);
    const agent = "ChatAgent";
    assert.deepEqual(storage.names({ agent, limit: 10 }), []);
    assert.equal(existsSync(folder), false);
    const job = { id: "j", due: 1, every: null, job: "{}" };
    storage.commit([
      ...["b", "a%", "a_"].map((name) => ({
        address: { agent, name },
        snapshot: FIRST,
      })),
      { address: { agent, name: "jobs" }, jobs: [{ id: "j", job }] },
      { address: { agent: "Other", name: "elsewhere" }, snapshot: FIRST },
    ]);
    const names = (text?: string, limit = 10) =>
      storage.names({ agent, text, limit });
    assert.deepEqual(names(), ["a%", "a_", "b", "jobs"]);
    assert.deepEqual(names("", 2), ["a%", "a_"]);
    assert.deepEqual(names("%"), ["a%"]);
    assert.deepEqual(names("ob"), ["jobs"]);
    assert.deepEqual(names("c"), []);
    storage.commit([{ address: { agent, name: "a%" } }]);
    assert.deepEqual(names("a"), ["a_"]);
    storage.close();
  },
);

inFolder("SqliteStorage that is closed says so", (folder) => {
  const storage = new SqliteStorage(folder);
  storage.close();
  const closed = (error: unknown) =>
    error instanceof StoreError && error.code === "CLOSED";
  assert.throws(() => storage.load(ADA), closed);
  assert.throws(() => storage.commit([{ address: ADA }]), closed);
  assert.throws(() => storage.sql(ADA), closed);
});
