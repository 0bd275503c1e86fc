import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { SqliteStorage, StoreError } from "../../storage/sqlite.ts";
import { inFolder, storeError } from "../support/store_folder.ts";

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
    storage.sql({ agent: "ChatAgent", name }).run("CREATE TABLE t (a)", []);
  }
  storage.close();
  assert.equal(existsSync(`${folder}/../../escape.sqlite`), false);
  assert.equal(existsSync(`${folder}/sql/CON.sqlite`), false);
});

inFolder("SqliteStorage that is closed says so", (folder) => {
  const storage = new SqliteStorage(folder);
  storage.close();
  const closed = (error: unknown) =>
    error instanceof StoreError && error.code === "CLOSED";
  assert.throws(() => storage.load(ADA), closed);
  assert.throws(() => storage.commit([{ address: ADA }]), closed);
  assert.throws(() => storage.sql(ADA), closed);
});
