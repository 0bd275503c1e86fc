import assert from "node:assert/strict";
import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { SqliteStorage, StoreError } from "../../storage/sqlite.ts";
import { inFolder, storeError } from "../support/storage/store_folder.ts";

const ADA = { agent: "ChatAgent", name: "ada" };
/** Between the bytes that are damaged. */
const STRIDE = Number(process.env.ROAM_STRIDE ?? 61);
const FIRST = { state: '{"n":1}', epoch: "e", rev: 1 };

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
  "SqliteStorage with any bit flipped refuses to open, or has every agent: none begins anew",
  (folder) => {
    const storage = new SqliteStorage(folder);
    const names = Array.from({ length: 60 }, (_, at) => `n${at}`);
    const addresses = names.map((name) => ({ agent: "ChatAgent", name }));
    for (const address of addresses) {
      const state = JSON.stringify(`${address.name}:${"x".repeat(200)}`);
      storage.commit([{ address, snapshot: { ...FIRST, state } }]);
    }
    storage.close();
    const file = `${folder}/agents.sqlite`;
    const whole = readFileSync(file);
    let refused = 0;
    for (let at = 0; at < whole.length; at += STRIDE) {
      const damaged = Buffer.from(whole);
      damaged[at] ^= 1 << at % 8;
      writeFileSync(file, damaged);
      rmSync(`${file}-wal`, { force: true });
      try {
        const opened = new SqliteStorage(folder);
        const found = addresses.map((address) => opened.load(address));
        opened.close();
        assert(found.every((one) => one !== undefined), `byte ${at}`);
      } catch (error) {
        assert(error instanceof StoreError, String(error));
        assert.deepEqual(readFileSync(file), damaged);
        refused++;
      }
    }
    console.log(`${refused} of ${Math.ceil(whole.length / STRIDE)} refused`);
    assert(refused > 3);
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

inFolder(
  "SqliteStorage with a write-ahead log in which a bit flipped has a prefix of the commits",
  (folder) => {
    const storage = new SqliteStorage(folder);
    for (let rev = 1; rev <= 20; rev++) {
      const state = String(rev);
      storage.commit([{ address: ADA, snapshot: { ...FIRST, state, rev } }]);
    }
    const log = readFileSync(`${folder}/agents.sqlite-wal`);
    const main = readFileSync(`${folder}/agents.sqlite`);
    storage.close();
    for (let at = 0; at < log.length; at += 10 * STRIDE) {
      const damaged = Buffer.from(log);
      damaged[at] ^= 1 << at % 8;
      writeFileSync(`${folder}/agents.sqlite`, main);
      writeFileSync(`${folder}/agents.sqlite-wal`, damaged);
      const opened = new SqliteStorage(folder);
      const found = opened.load(ADA);
      opened.close();
      if (found !== undefined) assert.equal(found.state, String(found.rev));
    }
  },
);

inFolder("An agent's database that is none is an error", (folder) => {
  const storage = new SqliteStorage(folder);
  storage.sql(ADA).run(["CREATE TABLE t (a)"], []);
  storage.close();
  for (const file of globSync(`${folder}/sql/**/*.sqlite`)) {
    writeFileSync(file, "x".repeat(8192));
  }
  const again = new SqliteStorage(folder);
  assert.throws(
    () => again.sql(ADA).run(["SELECT * FROM t"], []),
    (error: unknown) =>
      error instanceof StoreError && error.code === "CORRUPT" &&
      error.message.includes('ChatAgent "ada"'),
  );
  again.close();
});
