// The development page of each of two processes shows what the other one has.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import type { Action, News, Result, Watch } from "../../dev/messages.ts";
import {
  missing,
  type PostgresServer,
  startPostgres,
} from "../support/cluster/postgres.ts";
import { runtime } from "../support/cluster/processes.ts";
import { test } from "../support/runners/skippable.ts";
import { type Server, start } from "../targets/targets.ts";

const agent = "SqlAgent";
/** Enough for both processes to have some. */
const NAMES = Array.from({ length: 24 }, (_, at) => `page ${at}`);

let database: PostgresServer;
let servers: Server[] = [];
before(async () => {
  if (missing !== false) return;
  database = await startPostgres();
  const serve = (dev: string) =>
    start(runtime, {
      entry: "tests/fixtures/sql_cluster_server.ts",
      objects: {},
      env: { ROAM_DATABASE: database.url, ROAM_DEV: dev },
    });
  servers = [await serve("true")];
  await owns(servers[0], 256);
  servers.push(await serve("true"));
  await Promise.all(servers.map((server) => owns(server, 128)));
});
after(async () => {
  for (const server of servers) await server.stop();
  await database?.stop();
});

async function owns({ host }: Server, count: number): Promise<void> {
  for (;;) {
    const response = await fetch(`http://${host}/agents/_health`);
    const { shards } = await response.json();
    if (response.ok && shards.owned === count) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** As the page itself asks. */
function ask({ host }: Server, path: string, body: object): Promise<Response> {
  return fetch(`http://${host}/_roam${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: {
      origin: `http://${host}`,
      "content-type": "application/json",
      "x-roam-dev": "1",
    },
  });
}

async function act(server: Server, action: Action): Promise<Result> {
  const response = await ask(server, "/do", action);
  assert.equal(response.status, 200);
  return await response.json();
}

async function query(
  server: Server,
  name: string,
  text: string,
  writes = false,
): Promise<unknown> {
  const sql = { agent, name, do: "sql", query: text, writes } as const;
  const result = await act(server, sql);
  return "error" in result ? result.error : result.rows;
}

/** What the page is told first. */
async function seen(server: Server, wanted: Watch): Promise<News> {
  const response = await ask(server, "/watch", wanted);
  const reader = response.body!.pipeThrough(new TextDecoderStream())
    .getReader();
  let text = "";
  while (!text.includes("\n")) text += (await reader.read()).value;
  await reader.cancel();
  return JSON.parse(text.slice(0, text.indexOf("\n")));
}

/** The servers, the one that has the instance first. */
async function ownerFirst(name: string): Promise<Server[]> {
  const [first, second] = servers;
  const has = async (server: Server) => {
    const { agents } = await seen(server, { filter: name });
    return agents![0].names.some((each) => each.name === name);
  };
  return await has(first) ? [first, second] : [second, first];
}

test("the page of any process sees and changes the databases of all", {
  skip: missing,
}, async () => {
  const [first, second] = servers;
  for (const name of NAMES) {
    assert.deepEqual(
      await query(
        first,
        name,
        "CREATE TABLE t (a); INSERT INTO t VALUES (1)",
        true,
      ),
      [],
    );
    assert.deepEqual(await query(second, name, "SELECT a FROM t"), [{ a: 1 }]);
  }
  for (const server of servers) {
    const { agents } = await seen(server, {});
    assert.ok(agents![0].inMemory > 0, "one process has all of them");
  }
});

test(
  "what the page is not to write is taken back wherever the instance is, and what is wrong is said",
  {
    skip: missing,
  },
  async () => {
    const name = "taken back";
    const made = "CREATE TABLE t (a); INSERT INTO t VALUES (1)";
    await query(servers[0], name, made, true);
    for (const server of await ownerFirst(name)) {
      for (
        const text of ["DELETE FROM t", "WITH b AS (SELECT 1) DELETE FROM t"]
      ) {
        assert.match(String(await query(server, name, text)), /May write/);
      }
      assert.match(
        String(await query(server, name, "SELECT * FROM none")),
        /no such table: none/,
      );
      assert.match(
        String(await query(server, name, "VACUUM INTO 'copy'", true)),
        /can't be used in a cluster/,
      );
      const state = "{";
      const result = await act(server, { agent, name, do: "set", state });
      assert.match(JSON.stringify(result), /The state is no JSON/);
      assert.match(
        JSON.stringify(await act(server, { agent: "None", name, do: "start" })),
        /No agent None is served/,
      );
    }
  },
);

test(
  "an instance and its state are shown, and set, by way of the page of another process",
  {
    skip: missing,
  },
  async () => {
    const name = "shown";
    await act(servers[0], { agent, name, do: "start" });
    const [owner, other] = await ownerFirst(name);
    const state = '{"set":1}';
    assert.deepEqual(await act(other, { agent, name, do: "set", state }), {});
    for (const server of [owner, other]) {
      const news = await seen(server, { agent, name });
      assert.equal(news.instance?.isInMemory, true);
      assert.equal(news.state?.text, state);
    }
  },
);

test(
  "what was written on the page is stored: another process has it when the owner has ended",
  {
    skip: missing,
  },
  async () => {
    const [ending, left] = servers;
    for (const name of NAMES) {
      await query(ending, name, "INSERT INTO t VALUES (2)", true);
    }
    await ending.stop("SIGTERM");
    servers.shift();
    await owns(left, 256);
    for (const name of NAMES) {
      const rows = await query(left, name, "SELECT a FROM t ORDER BY a");
      assert.deepEqual(rows, [{ a: 1 }, { a: 2 }]);
    }
  },
);

test("a process that has no page says so on that of another one", {
  skip: missing,
}, async () => {
  const [shown] = servers;
  const without = await start(runtime, {
    entry: "tests/fixtures/sql_cluster_server.ts",
    objects: {},
    env: { ROAM_DATABASE: database.url, ROAM_DEV: "false" },
  });
  try {
    await Promise.all([shown, without].map((server) => owns(server, 128)));
    const answers = new Set<string>();
    for (const name of NAMES) {
      answers.add(JSON.stringify(await query(shown, name, "SELECT a FROM t")));
    }
    assert.deepEqual([...answers].sort(), [
      '"the process that has it has no development page"',
      '[{"a":1},{"a":2}]',
    ]);
  } finally {
    await without.stop();
  }
});
