import assert from "node:assert/strict";
import { after, test } from "node:test";
import { until } from "../support/clients/events.ts";
import {
  type FakeConnection,
  FakeServer,
} from "../support/network/fake_server.ts";
import { connectTo, type Count, lose } from "./fake_clients.ts";

const server = await FakeServer.start();
after(() => server.stop());

const STATE: Count = { n: 5, by: "me" };
const known = ({ url }: FakeConnection) => url.searchParams.get("_patch");

/** As a server does that sends patches. */
function greet(connection: FakeConnection, rev: number, state?: Count): void {
  hello(connection, rev);
  connection.greetBase(state, { epoch: "e1", rev });
}

function hello(connection: FakeConnection, rev: number): void {
  const versions = { epoch: "e1", rev, patch: "tag" };
  connection.send({ type: "roam_hello", version: 1, ...versions });
}

async function meet() {
  const [client, connection, updates] = await connectTo(server);
  assert.equal(known(connection), "");
  greet(connection, 5, STATE);
  await client.ready;
  updates.length = 0;
  return { client, connection, updates };
}

test("a client says on its next connection which version it knows, and needs no state", async () => {
  const { client, connection, updates } = await meet();
  const ops = [[["n"], 6]];
  connection.send({ type: "roam_state_patch", rev: 6, ops });
  await until(client, () => client.state?.n === 6);
  await lose(client, connection);
  const next = await server.connection();
  assert.equal(known(next), "6:tag:e1");
  greet(next, 6);
  await client.ready;
  assert.deepEqual(client.state, { n: 6, by: "me" });
  assert.deepEqual(updates.map(([{ n }]) => n), [6, 6]);
  client.close();
});

test("a client that gets a patch of another revision connects anew, and asks for all of the state", async () => {
  const { client, connection, updates } = await meet();
  const ops = [[["n"], 7]];
  connection.send({ type: "roam_state_patch", rev: 7, ops });
  const next = await server.connection();
  await connection.gone();
  assert.equal(known(next), "");
  assert.deepEqual(client.state, STATE);
  greet(next, 7, { n: 7 });
  await until(client, () => client.state?.n === 7);
  assert.deepEqual(updates, [[{ n: 7 }, "server"]]);
  client.close();
});

test("a client that was sent what it had missed takes all patches after that", async () => {
  const { client, connection } = await meet();
  await lose(client, connection);
  const next = await server.connection();
  const patch = (rev: number) =>
    next.send({ type: "roam_state_patch", rev, ops: [[["n"], rev]] });
  hello(next, 7);
  for (const rev of [6, 7]) patch(rev);
  next.greetBase();
  await client.ready;
  const lost = new Promise((_, reject) =>
    client.addEventListener("close", ({ reason }) => reject(new Error(reason)))
  );
  for (const rev of [8, 9, 10]) patch(rev);
  await Promise.race([until(client, () => client.state?.n === 10), lost]);
  lost.catch(() => {});
  client.close();
});
