import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { Engine } from "../../storage/engine.ts";
import { assertStore, migrate } from "../../storage/schema.ts";
import { SqliteStorage, StoreError } from "../../storage/sqlite.ts";
import { inFolder, storeError } from "../support/storage/store_folder.ts";

const ADA = { agent: "ChatAgent", name: "ada" };

/** What a store of version 1 was made by. It does not change with the library. */
const VERSION_1 = `
  CREATE TABLE state (
    agent TEXT NOT NULL,
    name TEXT NOT NULL,
    epoch TEXT NOT NULL,
    rev INTEGER NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (agent, name)
  ) STRICT;
  PRAGMA application_id = 0x726f616d;
  PRAGMA user_version = 1;
  INSERT INTO state VALUES ('ChatAgent', 'ada', 'e', 7, '{"n":1}');
`;

const first = "CREATE TABLE state (name TEXT) STRICT";
const second = "ALTER TABLE state ADD COLUMN rev INTEGER";

/** A store of its own with these migrations. */
function store(migrations: readonly string[], engine?: Engine): Engine {
  engine ??= new DatabaseSync(":memory:") as unknown as Engine;
  assertStore(engine, "it", migrations);
  migrate(engine, migrations);
  return engine;
}

inFolder("SqliteStorage takes a store of version 1 up", (folder) => {
  mkdirSync(folder);
  const old = new DatabaseSync(`${folder}/agents.sqlite`);
  old.exec(VERSION_1);
  old.close();
  const storage = new SqliteStorage(folder);
  const found = { ...storage.load(ADA) };
  assert.deepEqual(found, { state: '{"n":1}', epoch: "e", rev: 7 });
  storage.commit([{ address: ADA, snapshot: { ...found, rev: 8 } as never }]);
  assert.equal(storage.load(ADA)?.rev, 8);
  const job = { id: "a", due: 1, every: null, job: "{}" };
  storage.commit([{ address: ADA, jobs: [{ id: "a", job }] }]);
  assert.equal(storage.logHead(ADA), undefined);
  storage.close();
  const later = new SqliteStorage(folder);
  assert.deepEqual(later.jobs(ADA).map((each) => ({ ...each })), [job]);
  assert.equal(later.load(ADA)?.rev, 8);
  later.close();
});

inFolder("SqliteStorage refuses a store of a later version", (folder) => {
  mkdirSync(folder);
  const later = new DatabaseSync(`${folder}/agents.sqlite`);
  later.exec(`${VERSION_1} PRAGMA user_version = 99`);
  later.close();
  assert.throws(() => new SqliteStorage(folder), storeError("NEWER", folder));
});

inFolder("migrate() brings an older store to the present version", () => {
  const engine = store([first]);
  engine.exec("INSERT INTO state VALUES ('kept')");
  store([first, second], engine);
  assert.deepEqual(
    { ...engine.prepare("SELECT * FROM state").get() as object },
    {
      name: "kept",
      rev: null,
    },
  );
  // Once only: a column can't be added again.
  store([first, second], engine);
  engine.close();
});

inFolder("migrate() that fails leaves the store as it was", () => {
  const engine = store([first]);
  engine.exec("INSERT INTO state VALUES ('kept')");
  const broken = [first, second, "ALTER TABLE none ADD COLUMN x"];
  assert.throws(() => store(broken, engine), /none/);
  assert.deepEqual(
    { ...engine.prepare("SELECT * FROM state").get() as object },
    {
      name: "kept",
    },
  );
  store([first, second], engine);
  engine.close();
});

inFolder("assertStore() refuses what a later version has made", () => {
  const engine = store([first, second]);
  assert.throws(
    () => store([first], engine),
    (error: unknown) =>
      error instanceof StoreError && error.code === "NEWER" &&
      /has version 2, and .* knows 1/.test(error.message),
  );
  engine.close();
});
