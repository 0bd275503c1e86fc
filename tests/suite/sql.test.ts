import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import type { SqlTestStep } from "../fixtures/sql_agent.ts";
import { sql as step, sqlTable } from "../support/storage/sql_table.ts";
import { behaviour, runtime } from "../support/suite.ts";
import { start } from "../targets/targets.ts";

const store = mkdtempSync(join(tmpdir(), "roam-sql-"));
const server = await start(runtime, {
  entry: "tests/fixtures/sql_server.ts",
  objects: { SqlAgent: "SqlAgent" },
  store,
});
after(async () => {
  await server.stop();
  rmSync(store, { recursive: true });
});

/** What an instance answers to each step. */
async function ask(
  name: string,
  steps: readonly SqlTestStep[],
  { host } = server,
): Promise<unknown[]> {
  const url = `http://${host}/agents/sql-agent/${name}`;
  const body = JSON.stringify(steps);
  const response = await fetch(url, { method: "POST", body });
  assert.equal(response.status, 200);
  return await response.json();
}

for (const [at, { name, steps, answer, skips }] of sqlTable.entries()) {
  behaviour(`sql: ${name}`, async () => {
    const answers = await ask(`table-${at}`, steps);
    const last = answers.at(-1);
    if (answer instanceof RegExp) assert.match(String(last), answer);
    else assert.deepEqual(last, answer, JSON.stringify(answers));
  }, skips);
}

/** How many files of databases the server has open. */
function openFiles(): number {
  const folder = `/proc/${server.process.pid}/fd`;
  return readdirSync(folder).filter((fd) => {
    try {
      return readlinkSync(join(folder, fd)).startsWith(join(store, "sql/"));
    } catch {
      // It has been closed meanwhile.
      return false;
    }
  }).length;
}

const FILES_OF_A_DATABASE = 2;
/** `limits.openDatabases` of the fixture. */
const OPEN_DATABASES = 8;
const platformFiles = {
  workerd: "the platform opens and closes the files of its objects",
};

behaviour(
  "limits.openDatabases bounds the open files, and no instance notices",
  async () => {
    const count = 5 * OPEN_DATABASES;
    const create = step`CREATE TABLE t (a, b AS (sqrt(a)));
      INSERT INTO t (a) VALUES (0)`;
    const add = step`UPDATE t SET a = a + 1 RETURNING a`;
    for (let at = 0; at < count; at++) await ask(`files-${at}`, [create]);
    for (let round = 1; round <= 3; round++) {
      const answers = await Promise.all(
        Array.from({ length: count }, (_, at) => ask(`files-${at}`, [add])),
      );
      assert.deepEqual(answers.flat(2), Array(count).fill(`a: ${round}`));
      const open = openFiles();
      const most = OPEN_DATABASES * FILES_OF_A_DATABASE;
      assert(open <= most, `${open} files are open, and not ${most}`);
    }
  },
  platformFiles,
);

behaviour(
  "a database with a transaction, a setting or a temporary table stays open",
  async () => {
    const pinned: Record<string, readonly [SqlTestStep[], SqlTestStep]> = {
      transaction: [
        [step`CREATE TABLE t (a)`, step`BEGIN`, step`INSERT INTO t VALUES (1)`],
        step`SELECT a FROM t`,
      ],
      temporary: [
        [step`CREATE TEMP TABLE t AS SELECT 1 AS a`],
        step`SELECT a FROM t`,
      ],
      attached: [
        [step`ATTACH ':memory:' AS x`, step`CREATE TABLE x.t AS SELECT 1 AS a`],
        step`SELECT a FROM x.t`,
      ],
      setting: [
        [step`PRAGMA recursive_triggers = 1`],
        step`SELECT recursive_triggers AS a FROM pragma_recursive_triggers`,
      ],
    };
    for (const [name, [steps]] of Object.entries(pinned)) {
      assert.deepEqual((await ask(name, steps)).at(-1), []);
    }
    for (let at = 0; at < 3 * OPEN_DATABASES; at++) {
      await ask(`others-${at}`, [step`CREATE TABLE t (a)`]);
    }
    for (const [name, [, look]] of Object.entries(pinned)) {
      assert.deepEqual(await ask(name, [look]), [["a: 1"]], name);
    }
    const most = (OPEN_DATABASES + 1) * FILES_OF_A_DATABASE;
    assert(openFiles() <= most, `${openFiles()} files are open`);
  },
  platformFiles,
);

behaviour(
  "databases are closed when the process may open no more files",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "roam-sql-"));
    const poor = await start(runtime, {
      entry: "tests/fixtures/sql_server.ts",
      objects: { SqlAgent: "SqlAgent" },
      profile: "default limits",
      store: folder,
      // Without the last command it would be the server, and not its parent.
      through: ["bash", "-c", 'ulimit -n 150; "$@"; exit', "--"],
    });
    try {
      const add =
        step`CREATE TABLE IF NOT EXISTS t (a); INSERT INTO t VALUES (1);
        SELECT count(*) AS a FROM t`;
      for (const expected of ["a: 1", "a: 2"]) {
        for (let at = 0; at < 100; at++) {
          const answers = await ask(`poor-${at}`, [add], poor);
          assert.deepEqual(answers, [[expected]]);
        }
      }
    } finally {
      await poor.stop();
      rmSync(folder, { recursive: true });
    }
  },
  platformFiles,
);
