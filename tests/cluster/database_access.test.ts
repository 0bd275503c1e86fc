import assert from "node:assert/strict";
import { after, before } from "node:test";
import type { EngineError } from "../../cluster/engine.ts";
import { postgresClient } from "../../cluster/postgres.ts";
import { postgresMember } from "../../cluster/postgres_member.ts";
import { freePort } from "../support/cluster/free_port.ts";
import { postgresEngine, TestNode } from "../support/cluster/nodes.ts";
import {
  missing,
  noOpenssl,
  type PostgresServer,
  startPostgres,
} from "../support/cluster/postgres.ts";
import { test } from "../support/runners/skippable.ts";

const MS = 10_000;
const options = { skip: missing };
const access = "host all alice,bob 127.0.0.1/32 scram-sha-256";

let server: PostgresServer;
before(async () => {
  if (missing !== false) return;
  server = await startPostgres({ access });
  await run("create user alice password 'right'; create user bob password 'b'");
});
after(() => server?.stop());

async function run(text: string) {
  const client = postgresClient(
    { url: server.direct.url, prepare: false, idleMs: 60_000 },
    1,
  );
  try {
    return await client.query(text, []);
  } finally {
    await client.end();
  }
}

/** How opening fails. */
async function failure(url: string, schema?: string): Promise<EngineError> {
  const engine = postgresEngine(url, schema);
  try {
    await engine.open(MS);
  } catch (error) {
    return error as EngineError;
  } finally {
    await engine.close();
  }
  throw new Error("it could be opened");
}

function as(who: string, database = "postgres"): string {
  return `postgres://${who}@127.0.0.1:${server.direct.port}/${database}`;
}

test("what can't be opened says why, and the cure", options, async () => {
  const nobody = `postgres://postgres@127.0.0.1:${await freePort()}/postgres`;
  for (
    const [url, text] of [
      [as("alice:wrong"), /password authentication failed.*check user/],
      [as("postgres", "none"), /database "none" does not exist; create/],
      [nobody, /ECONNREFUSED|onnect/],
      [as("bob:b"), /permission denied for database postgres; let the user/],
    ] as const
  ) {
    const { message, end } = await failure(url);
    assert.match(message, text);
    assert.doesNotMatch(message, /wrong/);
    assert.equal(end, "refused");
  }
});

test(
  "a node waits for its database, and says what it waits for",
  options,
  async () => {
    const url = server.url.replace(/postgres$/, "later");
    const node = new TestNode(url, { leaseMs: 1000 });
    node.begin();
    for (;;) {
      // It may have been too slow to answer before.
      const [problem = ""] = node.member.problems;
      if (/^Cannot use the database of the cluster: .*later/.test(problem)) {
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.equal(node.member.state, "joining");
    await run("create database later");
    await node.owns(256);
    assert.deepEqual(node.member.problems, []);
    await node.leave();
  },
);

test(
  "a schema of a later version is refused, and left as it is",
  options,
  async () => {
    const engine = postgresEngine(server.url, "later");
    await engine.open(MS);
    await engine.close();
    await run("update later.meta set version = 99");
    const { message, end } = await failure(server.url, "later");
    assert.match(message, /"later" has version 99, and .* knows \d+ at most/);
    assert.equal(end, "wrong");
    const [{ version }] = await run("select version from later.meta");
    assert.equal(version, 99);
  },
);

test(
  "nodes that start at the same time make the schema once",
  options,
  async () => {
    const engines = [1, 2, 3, 4].map(() => postgresEngine(server.url, "once"));
    const facts = await Promise.all(engines.map((engine) => engine.open(MS)));
    for (const { secret, shards } of facts) {
      assert.deepEqual(secret, facts[0].secret);
      assert.equal(secret.length, 32);
      assert.equal(shards, 256);
    }
    await Promise.all(engines.map((engine) => engine.close()));
  },
);

test(
  "clusters in different schemas of a database know nothing of each other",
  options,
  async () => {
    const one = new TestNode(server.url, { schema: "one_cluster" }).begin();
    const two = new TestNode(server.url, { schema: "other_cluster" }).begin();
    await Promise.all([one.owns(256), two.owns(256)]);
    const address = one.ownAddress();
    const snapshot = { state: "1", epoch: "e", rev: 1 };
    await one.storage.commit([{ address, snapshot }]);
    assert.equal(await two.storage.load(address), undefined);
    assert.equal(two.member.nodes().length, 1);
    await Promise.all([one.leave(), two.leave()]);
  },
);

test(
  "wall clocks that are a minute apart, and jump, move nothing",
  options,
  async () => {
    const settings = { schema: "clocks", leaseMs: 3000 };
    const { now } = Date;
    let calls = 0;
    Date.now = () => now() + (calls++ % 3 - 1) * 60_000;
    try {
      const one = new TestNode(server.url, settings).begin();
      await one.owns(256);
      const two = new TestNode(server.url, settings).begin();
      await Promise.all([one.owns(128), two.owns(128)]);
      one.events.length = two.events.length = 0;
      // They renew several times, and the clocks are far apart each time.
      await new Promise((resolve) => setTimeout(resolve, 4000));
      for (const node of [one, two]) node.assertNothingMoved();
      await Promise.all([one.leave(), two.leave()]);
    } finally {
      Date.now = now;
    }
  },
);

test("what is wrong with the options is said at once, without the password", {
  skip: false,
}, () => {
  const url = "postgres://user:secret@localhost/app";
  const member = (url: unknown, options = {}) => () =>
    postgresMember(url as string, options, 1);
  for (
    const [make, text] of [
      [member("mysql://user:secret@localhost/app"), /begin with postgres:\/\//],
      [member(""), /begin with postgres:\/\//],
      [member({}), /begin with postgres:\/\/: received object/],
      [member("postgres://u:secret@a,b:5433/app"), /must have one host/],
      [member(url, { lease: 3 }), /1,000 to 600,000 milliseconds: received 3/],
      [member(url, { lease: NaN }), /received NaN/],
      [member(url, { schema: 'a"; drop' }), /schema must be/],
      [member(url, { schema: "Upper" }), /schema must be .*"Upper"/],
      [member(url, { schema: "" }), /schema must be/],
    ] as const
  ) {
    assert.throws(make, (error: Error) => {
      assert.match(error.message, text);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  }
});

test("a connection to the database may be encrypted", {
  skip: missing || noOpenssl,
}, async () => {
  const encrypted = await startPostgres({
    access: "hostnossl all all 127.0.0.1/32 reject",
    certificate: true,
  });
  try {
    assert.match(
      (await failure(encrypted.direct.url)).message,
      /no encryption/,
    );
    const url = `${encrypted.direct.url}?sslmode=require`;
    const node = new TestNode(url, { leaseMs: 3000 }).begin();
    await node.owns(256);
    const address = node.ownAddress();
    const snapshot = { state: "1", epoch: "e", rev: 1 };
    await node.storage.commit([{ address, snapshot }]);
    assert.deepEqual(await node.storage.load(address), snapshot);
    await node.leave();
  } finally {
    await encrypted.stop();
  }
});
