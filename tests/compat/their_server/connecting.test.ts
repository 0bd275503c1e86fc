import assert from "node:assert/strict";
import { test } from "node:test";
import { type AgentConnectionError, agentFetch } from "../../../client.ts";
import { once, until } from "../../support/clients/events.ts";
import { heard, testSilence, visits } from "./visit.ts";

const server = await visits();

test("AgentClient: the server says who answers, and ready resolves", async () => {
  const seen: unknown[] = [];
  const client = server.client("Board", "identity", {
    onIdentity: (...identity) => seen.push(identity),
  });
  assert.deepEqual([client.identified, client.agent], [false, "board"]);
  await client.ready;
  assert.deepEqual(
    [client.identified, client.agent, client.name, seen],
    [true, "board", "identity", [["identity", "board"]]],
  );
});

test("AgentClient: a class may be named as it is, or as the URL has it", async () => {
  for (const agent of ["ChatRoom", "chat-room", "CHAT_ROOM"]) {
    const client = await server.ready(agent, "names", {
      query: { user: "ada" },
    });
    assert.equal(client.agent, "chat-room");
  }
});

test("AgentClient: ready resolves where the class sends no identity", async () => {
  const client = await server.ready("DeviceAgent", "quiet");
  assert.deepEqual(
    [client.identified, client.name, client.state],
    [false, "quiet", undefined],
  );
});

test("AgentClient: text and bytes go and come", async () => {
  const client = server.client("ChatRoom", "bytes", { query: { user: "ada" } });
  client.binaryType = "arraybuffer";
  const welcome = JSON.parse(await heard(client));
  assert.equal(welcome.id, client.id);
  client.send("hello");
  assert.equal(JSON.parse(await heard(client)).text, "hello");
  const answer = once<MessageEvent>(
    client,
    "message",
    ({ data }) => data instanceof ArrayBuffer,
  );
  client.send(new Uint8Array([1, 2, 3]));
  assert.deepEqual([...new Uint8Array((await answer).data)], [3, 2, 1]);
});

test("AgentClient: id, path and query are in the URL, and an async query is asked for each attempt", async () => {
  let count = 0;
  const client = server.client("ChatRoom", "url", {
    id: "me",
    path: "a/b",
    query: () =>
      Promise.resolve({ user: `u${++count}`, none: null, odd: "ä&=" }),
  });
  const uri = async () => {
    await heard(client);
    client.send("uri");
    return await heard(client);
  };
  const expected = (user: string) =>
    `/agents/chat-room/url/a/b?_pk=me&_roam=1&_patch=&_session=1&user=${user}&odd=%C3%A4%26%3D`;
  assert.equal(await uri(), expected("u1"));
  client.reconnect();
  assert.equal(await uri(), expected("u2"));
});

test("AgentClient: updateProperties() counts from the next connection on", async () => {
  const client = server.client("ChatRoom", "changed", {
    query: { user: "ada" },
  });
  await heard(client);
  client.updateProperties({ query: { user: "grace" } });
  client.send("me");
  assert.equal(await heard(client), "ada in changed");
  client.reconnect();
  await heard(client);
  client.send("me");
  assert.equal(await heard(client), "grace in changed");
});

test("AgentClient: basePath, where the server decides who answers, and another one after a reconnect", async () => {
  const headers = { cookie: "user=grace" };
  const changes: unknown[] = [];
  const client = await server.ready<{ visits: number }>("UserAgent", "", {
    basePath: "user",
    headers,
    onIdentityChange: (...change) => changes.push(change),
  });
  assert.equal(client.name, "grace");
  assert.deepEqual(await client.call("session"), {
    userId: "grace",
    role: "member",
  });
  headers.cookie = "user=linus";
  client.reconnect();
  await until(client, () => client.name === "linus" && client.identified);
  assert.deepEqual(changes, [[
    "grace",
    "linus",
    "user-agent",
    "user-agent",
  ]]);
});

test("AgentClient: a prefix of several segments", async () => {
  const client = await server.ready("UserAgent", "system", {
    prefix: "internal/v1",
    query: { token: "1" },
  });
  assert.deepEqual(await client.call("session"), {
    userId: "system",
    role: "admin",
  });
});

test("AgentClient: a handshake refused with 401 is final", async () => {
  const client = server.client("UserAgent", "refused", {
    prefix: "internal/v1",
  });
  await assert.rejects(client.ready, { status: 401 });
  assert.equal(client.connectionError?.status, 401);
  assert.deepEqual(server.sent.probes, [
    `http://${server.host}/internal/v1/user-agent/refused?_pk=${client.id}&_roam=probe&_patch=&_session=1`,
  ]);
});

test("AgentClient: a close by onConnect() with 4001 is final", async () => {
  const errors: AgentConnectionError[] = [];
  const client = server.client("ChatRoom", "stranger", {
    onConnectionError: (error) => errors.push(error),
  });
  await until(client, () => client.status === "closed");
  const { code, reason } = errors[0];
  assert.deepEqual([code, reason], [4001, "Who are you?"]);
  await assert.rejects(client.call("whisper"), { code: "NOT_SENT" });
});

test("AgentClient: a close by onMessage() with 4002 is final", async () => {
  const client = await server.ready("ChatRoom", "kicked", {
    query: { user: "ada" },
  });
  client.send("kick");
  await until(client, () => client.status === "closed");
  const { code, reason } = client.connectionError!;
  assert.deepEqual([code, reason], [4002, "You asked for it"]);
});

test("AgentClient: fifty clients hear each other", async () => {
  const clients = await Promise.all(
    Array.from(
      { length: 50 },
      (_, index) =>
        server.ready("ChatRoom", "crowd", { query: { user: `u${index}` } }),
    ),
  );
  const everybody = Promise.all(
    clients.map((client) =>
      once<MessageEvent>(
        client,
        "message",
        ({ data }) => String(data).includes("hear, hear"),
      )
    ),
  );
  clients[7].send("hear, hear");
  assert.equal((await everybody).length, 50);
  for (const client of clients) client.close();
});

test("agentFetch(): reaches onRequest(), by name, path, query and basePath", async () => {
  const { host } = server;
  const of = async (options: object, init?: RequestInit) => {
    const agent = "UserAgent";
    const response = await agentFetch({ agent, host, ...options }, init);
    return await response.json();
  };
  assert.deepEqual(await of({ name: "f", path: "a/b", query: { c: "d" } }), {
    name: "f",
    pathname: "/agents/user-agent/f/a/b",
    search: "?c=d",
  });
  const headers = { cookie: "user=grace" };
  assert.deepEqual(await of({ basePath: "user" }, { headers }), {
    name: "grace",
    pathname: "/user",
    search: "",
  });
  const announced = await agentFetch(
    { agent: "ChatRoom", name: "f", path: "announce", host },
    { method: "POST", body: "text" },
  );
  assert.deepEqual([announced.status, await announced.json()], [
    201,
    { announced: true },
  ]);
});

testSilence(server);
