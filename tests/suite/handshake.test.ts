import assert from "node:assert/strict";
import { RawClient } from "../support/clients/raw_client.ts";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite();

/** Connects to an instance of its own, whose hooks do as the query says. */
function meet(query: string, name = server.name("hooks")) {
  const client = server.connect(`/agents/hooks-agent/${name}?${query}`);
  const open = (gate: string) =>
    server.fetch(`/agents/hooks-agent/${name}?open=${gate}`);
  return { client, name, open };
}

behaviour(
  "an accepted connection begins with identity, then MCP servers, then what onConnect sent",
  async () => {
    const { client, name } = meet("send=hello");
    assert.equal(
      await client.next(),
      `{"name":"${name}","agent":"hooks-agent","type":"cf_agent_identity"}`,
    );
    assert.equal(
      await client.next(),
      '{"mcp":{"prompts":[],"resources":[],"servers":{},"tools":[]},"type":"cf_agent_mcp_servers"}',
    );
    assert.equal(await client.next(), "hello");
    await client.close();
  },
);

behaviour(
  "a slow onConnect holds frames of both directions, and lets them go in order",
  async () => {
    const { client, name, open } = meet("connect=wait&send=first");
    await client.opened;
    for (let at = 0; at < 20; at++) client.send(`message ${at}`);
    await server.noted("waiting", name, "connect");
    assert.ok(!server.notes(name).some(([kind]) => kind === "message"));
    await open("connect");
    assert.match(await client.next() as string, /cf_agent_identity/);
    assert.match(await client.next() as string, /cf_agent_mcp_servers/);
    assert.equal(await client.next(), "first");
    for (let at = 0; at < 20; at++) {
      assert.equal(await client.next(), `message ${at}`);
    }
    await client.close();
  },
);

behaviour("the upgrade is complete before onConnect is", async () => {
  const { client, open } = meet("connect=wait");
  await client.opened;
  await open("connect");
  assert.match(await client.next() as string, /cf_agent_identity/);
  await client.close();
});

behaviour(
  "connection.close() in onConnect refuses: the code, and not one frame",
  async () => {
    const { client, name } = meet("connect=close&send=secret");
    const closed = await client.closed;
    assert.deepEqual(closed, { code: 4001, reason: "not you", wasClean: true });
    assert.deepEqual(await client.rest(), []);
    await server.noted("close", name);
  },
);

behaviour(
  "connection.close() after an await in onConnect refuses as well",
  async () => {
    const { client, name, open } = meet("connect=wait_close&send=secret");
    await client.opened;
    client.send("too early");
    await server.noted("waiting", name, "connect");
    await open("connect");
    assert.equal((await client.closed).code, 4001);
    assert.deepEqual(await client.rest(), []);
    await server.noted("close", name);
    assert.ok(!server.notes(name).some(([kind]) => kind === "message"));
  },
);

behaviour(
  "connection.accept() ends the hold while onConnect goes on",
  async () => {
    const { client, name, open } = meet("connect=accept_wait");
    assert.match(await client.next() as string, /cf_agent_identity/);
    assert.match(await client.next() as string, /cf_agent_mcp_servers/);
    assert.equal(await client.next(), "accepted");
    client.send("meanwhile");
    assert.equal(await client.next(), "meanwhile");
    await server.noted("waiting", name, "connect");
    await open("connect");
    assert.equal(await client.next(), "waited");
    await client.close();
  },
);

behaviour(
  "an error after connection.accept() leaves the connection alone",
  async () => {
    const { client, name } = meet("connect=accept_throw");
    await client.opened;
    await server.noted("error", name);
    client.send("still there");
    assert.equal(await client.user(), "still there");
    await client.close();
  },
);

for (const act of ["throw", "reject", "undefined", "late"]) {
  behaviour(
    `onConnect that fails (${act}) closes with 1011, and onError gets it once`,
    async () => {
      const { client, name } = meet(`connect=${act}&send=secret`);
      const { code, reason } = await client.closed;
      assert.deepEqual([code, reason], [1011, "internal error"]);
      assert.deepEqual(await client.rest(), []);
      await server.noted("close", name);
      const errors = server.notes(name).filter(([kind]) => kind === "error");
      const message = act === "undefined"
        ? "(undefined)"
        : "Error: secret of connect";
      assert.deepEqual(errors.map(([, , error]) => error), [message]);
      const other = await server.open(`/agents/hooks-agent/${name}`);
      other.send("the instance lives on");
      assert.equal(await other.user(), "the instance lives on");
      await other.close();
    },
  );
}

for (const act of ["throw", "reject"]) {
  behaviour(
    `getConnectionTags that fails (${act}) closes with 1011`,
    async () => {
      const { client, name } = meet(`tags_act=${act}`);
      assert.equal((await client.closed).code, 1011);
      await server.noted("error", name);
      assert.ok(!server.notes(name).some(([kind]) => kind === "connect"));
    },
  );
}

for (const act of ["no", "answer"]) {
  behaviour(
    `onConnect that would refuse by what it returns (${act}) lets nobody in, and onError says how to`,
    async () => {
      const { client, name } = meet(`connect=${act}&_pk=me`);
      const { code, reason } = await client.closed;
      assert.deepEqual([code, reason], [1011, "internal error"]);
      const cure = "TypeError: onConnect must refuse by connection.close()";
      await server.noted("error", name, "me", cure);
    },
  );
}

behaviour("tags that are none close with 1011", async () => {
  const ten = Array.from({ length: 10 }, (_, at) => `tag=${at}`).join("&");
  for (const query of [ten, "tag=", `tag=${"x".repeat(257)}`]) {
    const { client, name } = meet(query);
    assert.equal((await client.closed).code, 1011, query.slice(0, 20));
    await server.noted("error", name);
  }
});

behaviour(
  "shouldSendProtocolMessages: false keeps the library's frames back",
  async () => {
    const { client } = meet("no_protocol&send=hello");
    assert.equal(await client.next(), "hello");
    await client.close();
  },
);

behaviour(
  "a client that leaves during onConnect still gets its words heard, then onClose",
  async () => {
    const { client, name, open } = meet("connect=wait");
    await client.opened;
    client.send("last words");
    await server.noted("waiting", name, "connect");
    await client.close(4005, "bye");
    await open("connect");
    await server.noted("close", name);
    const kinds = server.notes(name).map(([kind, ...facts]) =>
      kind === "message" ? facts[1] : kind
    );
    assert.deepEqual(kinds, [
      "start",
      "connect",
      "waiting",
      "last words",
      "close",
    ]);
  },
);

behaviour("the first offered subprotocol is chosen", async () => {
  const path = `/agents/echo-agent/${server.name()}`;
  const client = server.connect(path, {}, ["roam", "token-123"]);
  await client.opened;
  assert.equal(client.socket.protocol, "roam");
  await client.close();
});

for (
  const list of [
    "chat",
    "chat, v2",
    "chat,v2",
    "chat ,v2",
    "chat\t,\tv2",
    "chat,,v2",
    ", chat, v2",
  ]
) {
  behaviour(
    `subprotocols are a list as in RFC 9110: ${JSON.stringify(list)}`,
    async () => {
      const path = `/agents/echo-agent/${server.name()}`;
      const raw = await RawClient.open(server.server.host, path, {
        "Sec-WebSocket-Protocol": list,
      });
      raw.destroy();
      assert.equal(raw.status, 101);
      const chosen = /\r\nsec-websocket-protocol: *(.*)/i.exec(raw.head)?.[1];
      assert.equal(chosen, "chat");
    },
  );
}

behaviour(
  "ctx.request has URL, query, headers and cookies, also long after the upgrade",
  async () => {
    const path = "/agents/a-i-assistant/one/sub/path?x=1&y=%20";
    const client = server.connect(path, {
      "Cookie": "session=abc; theme=dark",
      "X-Custom": "custom",
    });
    const { copy, body, headers, ...seen } = JSON.parse(
      await client.user() as string,
    );
    assert.deepEqual(seen, {
      method: "GET",
      url: server.url(path),
      cookie: "session=abc; theme=dark",
      custom: "custom",
    });
    assert.deepEqual([copy, body, headers], [seen, null, true]);
    await client.close();
  },
);
