import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { once, until } from "../../support/clients/events.ts";
import { FaultProxy } from "../../support/network/fault_proxy.ts";
import { theirApp } from "../their_app/migration.ts";
import { startTheirs } from "../their_sdk.ts";
import { testSilence, Visits } from "./visit.ts";

const store = await mkdtemp(join(tmpdir(), "roam-theirs-"));
let server = await startTheirs(theirApp, store);
const proxy = await FaultProxy.start(server.host);
const visits = new Visits(proxy.host);
after(async () => {
  visits.leave();
  await proxy.stop();
  await server.stop();
  await rm(store, { recursive: true, force: true });
});

test("AgentClient: comes back when the server was killed, with id, identity, state and what waits", async () => {
  const client = await visits.ready<{ title: string }>("Board", "restarted");
  await client.setState({ ...client.state, title: "Before" });
  // What was written before is handled by now.
  await client.call("nothing");
  const closed = once(client, "close");
  const lost = { code: "CONNECTION_LOST", mayHaveRun: true };
  const pending = assert.rejects(client.call("slow", [10_000]), lost);
  await server.stop();
  await Promise.all([pending, closed]);
  assert.deepEqual([client.identified, client.status], [false, "reconnecting"]);
  assert.equal(client.state?.title, "Before");
  const waiting = client.call("permissions");
  server = await startTheirs(theirApp, store);
  proxy.target = server.host;
  assert.deepEqual(await waiting, { canEdit: true });
  await client.ready;
  assert.deepEqual([client.identified, client.name], [true, "restarted"]);
  assert.equal(client.state?.title, "Before");
  const id = await client.call("addCard", ["after"]);
  assert.equal(id, 1);
  assert.match(client.url, new RegExp(`_pk=${client.id}&`));
});

test("AgentClient: a connection that breaks is made again, and follows the state", async () => {
  const client = await visits.ready<{ title: string }>("Board", "broken");
  const other = await visits.ready<{ title: string }>("Board", "broken");
  for (const title of ["one", "two", "three"]) {
    const closed = once(client, "close");
    proxy.cut();
    await closed;
    await other.call("rename", [title]);
    await until(client, () => client.state?.title === title);
  }
});

testSilence(visits);
