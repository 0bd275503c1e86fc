import assert from "node:assert/strict";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { SqliteStorage, StoreError } from "../../storage/sqlite.ts";

const ADA = { agent: "ChatAgent", name: "ada" };
const FIRST = { state: '{"n":1}', epoch: "e", rev: 1 };

function inFolder(name: string, run: (folder: string) => void): void {
  // The runs for the other runtimes are about their servers.
  if ((process.env.ROAM_TARGET ?? "deno") !== "deno") return;
  test(name, () => {
    const folder = mkdtempSync(`${tmpdir()}/roam-sqlite-`);
    try {
      run(`${folder}/store`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

function storeError(code: StoreError["code"], folder: string) {
  return (error: unknown) => {
    assert(error instanceof StoreError, String(error));
    assert.equal(error.code, code);
    assert(error.message.includes(folder), error.message);
    return true;
  };
}

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

inFolder("SqliteStorage refuses a store of a later version", (folder) => {
  const storage = new SqliteStorage(folder);
  storage.commit([{ address: ADA, snapshot: FIRST }]);
  storage.close();
  const later = new DatabaseSync(`${folder}/agents.sqlite`);
  later.exec("PRAGMA user_version = 99");
  later.close();
  assert.throws(() => new SqliteStorage(folder), storeError("NEWER", folder));
});

inFolder("SqliteStorage refuses a file that is no database", (folder) => {
  const storage = new SqliteStorage(folder);
  storage.commit([{ address: ADA, snapshot: FIRST }]);
  storage.close();
  const file = `${folder}/agents.sqlite`;
  writeFileSync(file, "x".repeat(8192));
  assert.throws(() => new SqliteStorage(folder), storeError("CORRUPT", folder));
  assert.equal(readFileSync(file, "utf8"), "x".repeat(8192));
});

inFolder(
  "SqliteStorage refuses a store that was cut, at every 512 bytes",
  (folder) => {
    const storage = new SqliteStorage(folder);
    for (let at = 0; at < 40; at++) {
      const address = { agent: "ChatAgent", name: `n${at}` };
      const state = JSON.stringify("x".repeat(300));
      storage.commit([{ address, snapshot: { ...FIRST, state } }]);
    }
    storage.close();
    const file = `${folder}/agents.sqlite`;
    const whole = readFileSync(file);
    assert(whole.length > 8192);
    for (let size = 512; size < whole.length; size += 512) {
      writeFileSync(file, whole.subarray(0, size));
      assert.throws(
        () => new SqliteStorage(folder),
        storeError("CORRUPT", folder),
        `cut at ${size}`,
      );
      assert.deepEqual(readFileSync(file), whole.subarray(0, size));
    }
  },
);

inFolder(
  "SqliteStorage with a damaged page refuses to open, or gives back what was stored",
  (folder) => {
    const storage = new SqliteStorage(folder);
    const kept = new Map<string, string>();
    for (let at = 0; at < 60; at++) {
      const state = JSON.stringify(`${at}:${"x".repeat(200)}`);
      kept.set(`n${at}`, state);
      const address = { agent: "ChatAgent", name: `n${at}` };
      storage.commit([{ address, snapshot: { ...FIRST, state } }]);
    }
    storage.close();
    const file = `${folder}/agents.sqlite`;
    const whole = readFileSync(file);
    let refused = 0;
    for (let at = 0; at < whole.length; at += 4096) {
      const damaged = Buffer.from(whole);
      damaged.fill(0xff, at, at + 64);
      writeFileSync(file, damaged);
      try {
        const opened = new SqliteStorage(folder);
        for (const [name, state] of kept) {
          assert.equal(opened.load({ agent: "ChatAgent", name })?.state, state);
        }
        opened.close();
      } catch (error) {
        assert(error instanceof StoreError, String(error));
        refused++;
      }
      rmSync(`${file}-wal`, { force: true });
    }
    assert(refused > 3, `${refused} of ${whole.length / 4096}`);
  },
);

inFolder(
  "SqliteStorage survives a write-ahead log that was cut: it has a prefix of the commits",
  (folder) => {
    const storage = new SqliteStorage(folder);
    for (let rev = 1; rev <= 20; rev++) {
      storage.commit([{ address: ADA, snapshot: { ...FIRST, rev } }]);
    }
    const log = readFileSync(`${folder}/agents.sqlite-wal`);
    const main = readFileSync(`${folder}/agents.sqlite`);
    storage.close();
    let last = 0;
    for (let size = 0; size < log.length + 512; size += 512) {
      writeFileSync(`${folder}/agents.sqlite`, main);
      writeFileSync(`${folder}/agents.sqlite-wal`, log.subarray(0, size));
      const cut = new SqliteStorage(folder);
      const rev = cut.load(ADA)?.rev ?? 0;
      assert(rev >= last, `${rev} after ${last}`);
      last = rev;
      cut.close();
    }
    assert.equal(last, 20);
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
