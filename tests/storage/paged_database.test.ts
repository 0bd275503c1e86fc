import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { SqliteStorage } from "../../storage/sqlite.ts";
import { randomOf } from "../support/random/random.ts";
import { seedOf } from "../support/random/seed.ts";
import {
  attempt,
  contents,
  PagedCopies,
  run,
  verdict,
} from "../support/storage/paged_copies.ts";
import { randomChange } from "../support/storage/random_change.ts";
import { inFolder } from "../support/storage/store_folder.ts";

const STEPS = Number(process.env.ROAM_SQL_STEPS ?? 150);
const seed = seedOf("changes of a database");

inFolder(
  "a copy of the pages that were taken is the database, whatever has changed it",
  (folder) => {
    mkdirSync(folder);
    const random = randomOf(seed);
    const copies = new PagedCopies(folder);
    const storage = new SqliteStorage(":memory:");
    const plain = storage.sql({ agent: "A", name: "n" });
    let database = copies.next();
    const both = (text: string) => {
      const [one, two] = [plain, database].map((each) => attempt(each, text));
      assert.equal(one, two, text);
    };
    for (let at = 0; at < STEPS; at++) {
      for (const text of randomChange(random)) both(text);
      if (random() < 0.7) copies.store(database);
      if (random() < 0.1) database.rest();
      if (random() > 0.1) continue;
      copies.store(database);
      const copy = copies.next();
      assert.equal(verdict(copy), "ok", `seed ${seed}, step ${at}`);
      assert.equal(contents(copy), contents(plain), `seed ${seed}, step ${at}`);
      database.close();
      database = copy;
    }
    database.close();
    storage.close();
    assert.deepEqual(readdirSync(folder), []);
  },
);

inFolder(
  "what comes after a large transaction that was taken back is taken",
  (folder) => {
    mkdirSync(folder);
    const copies = new PagedCopies(folder);
    const database = copies.next();
    const large = "INSERT INTO t VALUES (zeroblob(4000000))";
    for (const text of ["BEGIN", "CREATE TABLE t (a)", large]) {
      run(database, text);
    }
    // It is in the log, and not committed.
    assert.equal(copies.store(database), 0);
    run(database, "ROLLBACK");
    run(database, "CREATE TABLE t (b)");
    copies.store(database);
    const copy = copies.next();
    assert.equal(contents(copy), contents(database));
    for (const each of [database, copy]) each.close();
  },
);
