import assert from "node:assert/strict";
import { after, before } from "node:test";
import type { SqlTestStep } from "../fixtures/sql_agent.ts";
import {
  missing,
  type PostgresServer,
  startPostgres,
} from "../support/cluster/postgres.ts";
import { runtime } from "../support/cluster/processes.ts";
import { test } from "../support/runners/skippable.ts";
import { sqlTable } from "../support/storage/sql_table.ts";
import { type Server, start } from "../targets/targets.ts";

let database: PostgresServer;
let server: Server;
before(async () => {
  if (missing !== false) return;
  database = await startPostgres();
  server = await start(runtime, {
    entry: "tests/fixtures/sql_cluster_server.ts",
    objects: {},
    env: { ROAM_DATABASE: database.url },
  });
});
after(async () => {
  await server?.stop();
  await database?.stop();
});

async function ask(
  name: string,
  steps: readonly SqlTestStep[],
): Promise<unknown[]> {
  const url = `http://${server.host}/agents/sql-agent/${name}`;
  const body = JSON.stringify(steps);
  const response = await fetch(url, { method: "POST", body });
  assert.equal(response.status, 200);
  return await response.json();
}

test("this.sql in a cluster is that of one process", {
  skip: missing,
}, async () => {
  for (const [at, { name, steps, answer, skips }] of sqlTable.entries()) {
    if (skips?.[runtime] !== undefined) continue;
    const answers = await ask(`table-${at}`, steps);
    const last = answers.at(-1);
    if (answer instanceof RegExp) assert.match(String(last), answer, name);
    else assert.deepEqual(last, answer, `${name}: ${JSON.stringify(answers)}`);
  }
});
