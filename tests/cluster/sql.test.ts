import assert from "node:assert/strict";
import { after, before } from "node:test";
import { Agent, type SqlRow } from "../../mod.ts";
import {
  missing,
  type PostgresServer,
  startPostgres,
} from "../support/cluster/postgres.ts";
import {
  query,
  ServingNode,
  type ServingSettings,
} from "../support/cluster/serving_nodes.ts";
import { test } from "../support/runners/skippable.ts";

const options = { skip: missing };

let server: PostgresServer;
before(async () => {
  if (missing === false) server = await startPostgres();
});
after(() => server?.stop());

class Notes extends Agent<unknown, { n: number }> {
  /** Runs texts, each by itself; returns the rows of the last. */
  query(...texts: string[]): SqlRow[] {
    return texts.map((text) => {
      const strings = Object.assign([text], { raw: [text] });
      return this.sql(strings as TemplateStringsArray);
    }).at(-1)!;
  }

  throwing(text: string): void {
    this.query(text);
    throw new Error("later");
  }

  set(n: number): void {
    this.setState({ n });
  }

  gone(): Promise<void> {
    return this.destroy();
  }

  override onError(): void {}
}

class Early extends Agent {
  problem = "";

  constructor(...args: ConstructorParameters<typeof Agent>) {
    super(...args);
    try {
      this.sql`SELECT 1`;
    } catch (error) {
      this.problem = (error as Error).message;
    }
  }

  told(): string {
    return this.problem;
  }
}

/** What a client of an instance that may be anywhere asks for. */
interface Asked {
  query(...texts: string[]): Promise<SqlRow[]>;
  throwing(text: string): Promise<void>;
  set(n: number): Promise<void>;
  gone(): Promise<void>;
  told(): Promise<string>;
}

let schemas = 0;

/** A cluster of its own. */
class TestCluster {
  readonly schema = `sql_${schemas++}`;
  readonly nodes: ServingNode[] = [];

  /** One more node. */
  add(settings: ServingSettings = {}): ServingNode {
    const node = new ServingNode(server.url, { Notes, Early }, {
      schema: this.schema,
      ...settings,
    });
    this.nodes.push(node);
    return node;
  }

  of(name: string, agent = "Notes"): Asked {
    const { agents } = this.nodes.at(-1)!;
    return agents.getAgent(agent, name) as unknown as Asked;
  }

  /** All instances go to a new node. */
  async move(settings: ServingSettings = {}): Promise<void> {
    const [old] = this.nodes.splice(0);
    await old?.close();
    await this.add(settings).owns(256);
  }

  /** What is stored of databases. */
  async stored(): Promise<{ pages: number; databases: number; cut: number }> {
    const [row] = await query(
      server.url,
      `select (select count(*)::int from ${this.schema}.page) as pages,
        (select count(*)::int from ${this.schema}.database) as databases,
        (select coalesce(sum(pages), 0)::int from ${this.schema}.database) as cut`,
    );
    return row as { pages: number; databases: number; cut: number };
  }

  async close(): Promise<void> {
    for (const node of this.nodes) await node.close();
  }
}

function inCluster(
  name: string,
  run: (cluster: TestCluster) => Promise<void>,
  settings?: ServingSettings,
): void {
  test(name, options, async () => {
    const cluster = new TestCluster();
    try {
      await cluster.move(settings);
      await run(cluster);
    } finally {
      await cluster.close();
    }
  });
}

inCluster(
  "this.sql: a database goes where its instance goes",
  async (cluster) => {
    const room = cluster.of("room");
    await room.query(
      "CREATE TABLE t (a INTEGER PRIMARY KEY, b)",
      "INSERT INTO t (b) VALUES ('one')",
    );
    await room.query(
      "INSERT INTO t (b) VALUES ('two'); UPDATE t SET b = b || '!'",
    );
    await cluster.move();
    const moved = cluster.of("room");
    assert.deepEqual(await moved.query("SELECT * FROM t"), [
      { a: 1, b: "one!" },
      { a: 2, b: "two!" },
    ]);
    await moved.query(
      "ALTER TABLE t ADD COLUMN c DEFAULT 7",
      "DELETE FROM t WHERE a = 1",
    );
    await cluster.move();
    assert.deepEqual(await cluster.of("room").query("SELECT * FROM t"), [
      { a: 2, b: "two!", c: 7 },
    ]);
  },
);

inCluster(
  "this.sql: instances that are handed over while they write lose nothing, and store nothing twice",
  async (cluster) => {
    const [old] = cluster.nodes;
    const heir = cluster.add();
    await Promise.all([old, heir].map((node) => node.owns(128)));
    const names = Array.from({ length: 8 }, (_, at) => `room ${at}`);
    let isOver = false;
    const writing = names.map(async (name) => {
      const room = cluster.of(name);
      await room.query("CREATE TABLE t (a INTEGER PRIMARY KEY)");
      for (let at = 1;; at++) {
        const [{ a }] = await room.query(
          "INSERT INTO t DEFAULT VALUES RETURNING a",
        );
        assert.equal(a, at);
        if (isOver) return at;
      }
    });
    await old.close();
    await heir.owns(256);
    isOver = true;
    const counts = await Promise.all(writing);
    cluster.nodes.shift();
    for (const [at, name] of names.entries()) {
      const [{ n }] = await cluster.of(name).query(
        "SELECT count(*) AS n FROM t",
      );
      assert.equal(n, counts[at]);
    }
  },
);

inCluster(
  "this.sql: what failed is not stored, and what was done before is",
  async (cluster) => {
    const room = cluster.of("room");
    await room.query("CREATE TABLE t (a UNIQUE)", "INSERT INTO t VALUES (1)");
    await assert.rejects(
      room.query("INSERT INTO t VALUES (2); INSERT INTO t VALUES (1)"),
    );
    await assert.rejects(room.throwing("INSERT INTO t VALUES (3)"));
    await room.query("BEGIN", "INSERT INTO t VALUES (4)", "ROLLBACK");
    await room.query("BEGIN", "INSERT INTO t VALUES (5)");
    assert.deepEqual(await room.query("SELECT count(*) AS n FROM t"), [{
      n: 3,
    }]);
    await cluster.move();
    // As in one process, but for a transaction that was open.
    assert.deepEqual(await cluster.of("room").query("SELECT a FROM t"), [
      { a: 1 },
      { a: 3 },
    ]);
  },
);

inCluster(
  "this.sql: a database that shrinks is stored smaller",
  async (cluster) => {
    const room = cluster.of("room");
    await room.query(
      "CREATE TABLE t (a)",
      "INSERT INTO t VALUES (zeroblob(300000))",
    );
    const large = await cluster.stored();
    assert(large.cut > 290 && large.pages > 290, JSON.stringify(large));
    await room.query("DELETE FROM t", "INSERT INTO t VALUES (5)", "VACUUM");
    assert.deepEqual(await cluster.stored(), {
      pages: 2,
      databases: 1,
      cut: 2,
    });
    await cluster.move();
    assert.deepEqual(await cluster.of("room").query("SELECT * FROM t"), [{
      a: 5,
    }]);
  },
);

inCluster(
  "limits.databaseBytes: what does not fit throws, with the cure, and leaves the database as it is",
  async (cluster) => {
    const room = cluster.of("room");
    await room.query(
      "CREATE TABLE t (a)",
      "INSERT INTO t VALUES (zeroblob(30000))",
    );
    const before = await cluster.stored();
    await assert.rejects(
      room.query("INSERT INTO t VALUES (zeroblob(100000))"),
      /would have more than 65536 bytes: delete what is not needed, or raise limits\.databaseBytes/,
    );
    assert.deepEqual(await cluster.stored(), before);
    await room.query("DELETE FROM t", "INSERT INTO t VALUES (zeroblob(40000))");
    await cluster.move({ limits: { databaseBytes: 8192 } });
    const small = cluster.of("room");
    const size = "SELECT length(a) AS n FROM t";
    assert.deepEqual(await small.query(size), [{ n: 40000 }]);
    await small.query("UPDATE t SET a = 1");
  },
  { limits: { databaseBytes: 65536 } },
);

inCluster("destroy() removes the database", async (cluster) => {
  const room = cluster.of("room");
  await room.query("CREATE TABLE t (a)");
  await room.gone();
  assert.deepEqual(await cluster.stored(), { pages: 0, databases: 0, cut: 0 });
  await cluster.of("room").query("CREATE TABLE t (b)");
  await cluster.move();
  assert.deepEqual(await cluster.of("room").query("SELECT b FROM t"), []);
});

inCluster(
  "an instance that asks for nothing, or only reads, has no database in the cluster",
  async (cluster) => {
    const room = cluster.of("room");
    await room.set(1);
    await room.query("SELECT 1 AS n", "PRAGMA table_info(t)");
    await cluster.move();
    await cluster.of("room").set(2);
    assert.deepEqual(await cluster.stored(), {
      pages: 0,
      databases: 0,
      cut: 0,
    });
  },
);

inCluster(
  "this.sql: what reaches beyond the database is refused",
  async (cluster) => {
    const room = cluster.of("room");
    for (
      const text of [
        "ATTACH ':memory:' AS other",
        "VACUUM INTO 'copy.sqlite'",
        "VACUUM/**/main/**/INTO/**/'copy.sqlite'",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA main.journal_mode(off)",
        'PRAGMA "journal_mode" = DELETE',
        "PRAGMA/**/page_size = 512",
        "PRAGMA wal_checkpoint",
        "PRAGMA max_page_count = 1000000",
        "PRAGMA temp_store_directory = '/'",
      ]
    ) {
      await assert.rejects(
        room.query(text),
        /can't be used in a cluster/,
        text,
      );
    }
    await room.query("CREATE TABLE t (a)", "PRAGMA user_version = 3", "VACUUM");
    await cluster.move();
    assert.deepEqual(await cluster.of("room").query("PRAGMA user_version"), [
      { user_version: 3 },
    ]);
  },
);

inCluster(
  "this.sql in a constructor says where it belongs",
  async (cluster) => {
    assert.match(
      await cluster.of("a", "Early").told(),
      /in a constructor .* do it in onStart/,
    );
  },
);
