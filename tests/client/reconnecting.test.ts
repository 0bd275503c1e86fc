import assert from "node:assert/strict";
import { after, test } from "node:test";
import { once } from "../support/clients/events.ts";
import { FakeServer } from "../support/network/fake_server.ts";
import { createClient } from "./fake_clients.ts";

const server = await FakeServer.start();
after(() => server.stop());

test("A silent server is noticed, and dialled again", async () => {
  const client = createClient(server, { heartbeatInterval: 20 });
  const connection = await server.connection();
  connection.pongs = false;
  connection.greet(0);
  const { reason, code } = await once<CloseEvent>(client, "close");
  assert.deepEqual([code, reason], [1006, "no heartbeat"]);
  const next = await server.connection();
  next.greet(0);
  await client.ready;
  client.close();
});

for (const code of [1008, 4000, 4999]) {
  test(`Close code ${code} is final`, async () => {
    const errors: unknown[] = [];
    const client = createClient(server, {
      onConnectionError: (error) => errors.push(error),
    });
    const ready = client.ready;
    const connection = await server.connection();
    connection.close(code, "no");
    const event = await once<CloseEvent>(client, "close");
    assert.deepEqual([event.code, event.reason], [code, "no"]);
    await assert.rejects(ready, { name: "AgentConnectionError", code });
    const { connectionError } = client;
    assert.deepEqual(errors, [connectionError]);
    assert.deepEqual([connectionError?.code, connectionError?.reason], [
      code,
      "no",
    ]);
    assert.equal(client.status, "closed");
    assert.equal(client.shouldReconnect, false);
  });
}

test("Close code 4401 has the client ask for its credentials anew; it is final when nothing has come since", async () => {
  let asked = 0;
  const client = createClient(server, {
    query: () => ({ token: `${++asked}` }),
    protocols: () => ["v1", `t${asked}`],
  });
  const first = await server.connection();
  first.greet(0);
  await client.ready;
  // As often as it was let in in between.
  for (let round = 0; round < 3; round++) {
    (round === 0 ? first : await server.connection()).close(4401, "expired");
    await once(client, "close");
    assert.equal(client.status, "reconnecting");
    assert.equal(client.connectionError, null);
    const next = await server.connection();
    assert.equal(asked, round * 2 + 2);
    next.greet(0);
    await client.ready;
    next.close(1012);
    await once(client, "close");
  }
  (await server.connection()).close(4401, "expired");
  await once(client, "close");
  (await server.connection()).close(1013);
  await once(client, "close");
  (await server.connection()).close(4401, "expired");
  await once(client, "close");
  assert.equal(client.status, "closed");
  assert.equal(client.connectionError?.code, 4401);
  // Who connects by hand begins anew.
  client.reconnect();
  (await server.connection()).close(4401, "expired");
  await once(client, "close");
  assert.equal(client.status, "reconnecting");
  client.close();
});

test("shouldReconnectOnClose() may make 4401 final at once", async () => {
  const client = createClient(server, {
    shouldReconnectOnClose: ({ code }) => code !== 4401,
  });
  const connection = await server.connection();
  connection.greet(0);
  await client.ready;
  connection.close(4401, "expired");
  await once(client, "close");
  assert.equal(client.connectionError?.code, 4401);
});

for (const code of [1000, 1001, 1009, 1011, 1012, 1013]) {
  test(`Close code ${code} brings the client back`, async () => {
    const client = createClient(server);
    (await server.connection()).close(code, "again");
    await once(client, "close");
    const next = await server.connection();
    next.greet(0);
    await client.ready;
    client.close();
  });
}

test("A client says that it goes on with its session after all closes but those of its own and 1009", async () => {
  const client = createClient(server);
  let connection = await server.connection();
  const session = { type: "roam_hello", version: 1, session: "s" };
  for (const code of [1000, 1001, 1005, 1006, 1011, 1012, 1009, 0]) {
    const hello = { ...session, sessionMs: 20_000, epoch: "e", rev: 0 };
    connection.send(hello);
    connection.greetBase(1);
    await client.ready;
    const closed = once(client, "close");
    if (code === 0) client.reconnect();
    else if (code === 1006) connection.cut();
    else connection.close(code);
    await closed;
    connection = await server.connection();
    const isOver = code === 1009 || code === 0;
    const wish = connection.url.searchParams.get("_session");
    assert.equal(wish, isOver ? "1" : "resume", `after ${code}`);
    if (!isOver) assert.equal((await connection.next()).session, "s");
  }
  client.close();
});

test("A connection to a server without sessions that is lost is a gap, also where it knows no extensions", async () => {
  const client = createClient(server, { messages: "plain" });
  const told: string[] = [];
  client.addEventListener("open", () => told.push("open"));
  client.addEventListener("gap", ({ reason }) => told.push(reason));
  client.addEventListener("message", ({ data }) => told.push(data));
  const first = await server.connection();
  first.greetBase(1);
  await client.ready;
  first.close(1012);
  await once(client, "close");
  const second = await server.connection();
  second.greetBase(1);
  second.send("new");
  await client.ready;
  second.close(1012);
  await once(client, "close");
  (await server.connection()).greet(1, 1);
  await client.ready;
  assert.deepEqual(told, ["open", "open", "closed", "new", "open", "closed"]);
  client.close();
});

test("shouldReconnectOnClose() makes other codes final", async () => {
  const client = createClient(server, {
    shouldReconnectOnClose: ({ code }) => code !== 1013,
  });
  (await server.connection()).close(1011);
  (await server.connection()).close(1013, "enough");
  await once<CloseEvent>(client, "close", ({ code }) => code === 1013);
  assert.equal(client.connectionError?.code, 1013);
});

test("maxRetries ends in connectionError", async () => {
  const refused = await FakeServer.start();
  await refused.stop();
  const client = createClient(server, { host: refused.host, maxRetries: 2 });
  let closes = 0;
  client.onclose = () => closes++;
  await assert.rejects(client.ready, { name: "AgentConnectionError" });
  assert.equal(closes, 3);
});

test("A handshake that is refused with 401, 403 or 404 is final", async () => {
  for (const status of [401, 403, 404]) {
    const refusing = await FakeServer.start();
    refusing.upgradeStatus = status;
    refusing.plain = [status, "not you"];
    const client = createClient(server, {
      host: refusing.host,
      query: { token: "x" },
    });
    await assert.rejects(client.ready, { status });
    assert.equal(client.connectionError?.status, status);
    assert.match(
      refusing.requests[0],
      /_roam=probe&_patch=&_session=1&token=x$/,
    );
    await refusing.stop();
  }
});

test("An agent that answers no requests is no refusal", async () => {
  const flaky = await FakeServer.start();
  flaky.upgradeStatus = 503;
  const client = createClient(server, { host: flaky.host });
  await once(client, "close");
  flaky.upgradeStatus = 101;
  (await flaky.connection()).greet(0);
  await client.ready;
  client.close();
  await flaky.stop();
});

test("close() tells listeners before it returns, and is the end", async () => {
  const client = createClient(server);
  (await server.connection()).greet(0);
  await client.ready;
  const seen: unknown[] = [];
  client.onclose = ({ code, reason, wasClean }) =>
    seen.push([code, reason, wasClean]);
  client.close(4100, "bye");
  client.close();
  assert.deepEqual(seen, [[4100, "bye", true]]);
  assert.deepEqual([client.readyState, client.status], [3, "closed"]);
  assert.equal(client.connectionError, null);
  await assert.rejects(client.ready, { code: "NOT_SENT" });
});

test("reconnect() ends the connection, makes another one, and keeps what was not sent", async () => {
  const client = createClient(server);
  const first = await server.connection();
  first.greet(0);
  await client.ready;
  const seen: number[] = [];
  client.onclose = ({ code }) => seen.push(code);
  client.reconnect(4200, "elsewhere");
  client.send("kept");
  const second = await server.connection();
  assert.equal(await second.next(), "kept");
  await first.gone();
  assert.deepEqual(seen, [4200]);
  client.close();
});
