import assert from "node:assert/strict";
import { behaviour, suite } from "../support/suite.ts";
import { greeting, stored, write } from "../support/clients/state_client.ts";

const agents = await suite("state");

async function join(name: string) {
  const path = `/agents/state-agent/${name}`;
  const client = await agents.open(`${path}?_roam=1`);
  const [hello] = await greeting(client);
  const sql = async (strings: string[], ...values: unknown[]) => {
    client.send(JSON.stringify(["sql", strings, values]));
    return JSON.parse(String(await client.user())).sql;
  };
  return { client, sql, hello, path };
}

behaviour("sql binds what stands in ${} and returns rows", async () => {
  const { sql } = await join(agents.name("sql"));
  assert.deepEqual(await sql(["CREATE TABLE t (a TEXT, b, c)"]), []);
  const text = "'); DROP TABLE t; --";
  await sql(["INSERT INTO t VALUES (", ", ", ", ", ")"], text, 1.5, null);
  await sql(["INSERT INTO t VALUES (", ", ", ", 3)"], "x", true);
  assert.deepEqual(await sql(["SELECT * FROM t ORDER BY b DESC"]), [
    { a: text, b: 1.5, c: null },
    { a: "x", b: 1, c: 3 },
  ]);
});

behaviour("sql of one instance knows nothing of another's", async () => {
  const [one, two] = [agents.name("sql"), agents.name("sql")];
  const [first, second] = [await join(one), await join(two)];
  await first.sql(["CREATE TABLE t (a)"]);
  const { error } = await second.sql(["SELECT * FROM t"]);
  assert.match(error, /^SqlError: Cannot run a statement: .*no such table/);
});

behaviour("sql refuses a value that can't be bound", async () => {
  const { client } = await join(agents.name("sql"));
  client.send('["sqlOdd"]');
  assert.match(String(await client.user()), /SqlError.*value 1 must be/);
});

behaviour("sql outlives the instance's time in memory", async () => {
  const name = agents.name("sql");
  const { client, sql } = await join(name);
  await sql(["CREATE TABLE t (a)"]);
  await sql(["INSERT INTO t VALUES (", ")"], 42);
  await client.close();
  await agents.event({ type: "evicted", name });
  const again = await join(name);
  assert.deepEqual(await again.sql(["SELECT a FROM t"]), [{ a: 42 }]);
}, { workerd: "the platform decides when an object leaves memory" });

behaviour(
  "destroy() removes state and database, closes with 1001, and the next instance begins anew",
  async () => {
    const { client, sql, hello, path } = await join(agents.name("destroy"));
    await sql(["CREATE TABLE t (a)"]);
    write(client, { count: 5 }, { id: "w" });
    assert.match(String(await client.next()), /roam_state_ack/);
    client.send('["destroy"]');
    const { code, reason } = await client.closed;
    assert.deepEqual([code, reason], [1001, "destroyed"]);
    assert.deepEqual(await stored(agents.url(path)), { count: 0 });
    const again = await join(path.split("/").at(-1)!);
    assert.equal(again.hello.rev, 0);
    assert.notEqual(again.hello.epoch, hello.epoch);
    const { error } = await again.sql(["SELECT * FROM t"]);
    assert.match(error, /no such table/);
  },
);
