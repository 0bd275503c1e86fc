import assert from "node:assert/strict";
import type { TestClient } from "../support/clients/client.ts";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite();
const KIB = 1024;

const open = (name = server.name("echo")) =>
  server.open(`/agents/echo-agent/${name}`);

for (
  const [what, text] of [
    ["text", "hello"],
    ["an empty text", ""],
    ["Unicode", "grüße 你好 👩‍👩‍👧‍👦 \u0000 \u2028 é é"],
    ["64 KiB of text", "x".repeat(64 * KIB)],
    ["1 MiB of text, the limit", "x".repeat(KIB * KIB)],
    ["1 MiB of text in two-byte characters", "é".repeat(KIB * KIB / 2)],
    ["JSON that is no frame", '{"type":"rpc","id":1,"method":"m","args":[]}'],
    ["a state frame without state", '{"type":"cf_agent_state"}'],
    ["a call without args", '{"type":"rpc","id":"1","method":"m"}'],
    ["broken JSON with a type of ours", '{"type":"rpc",'],
    ["JSON with another type", '{"type":"chat","text":"hi"}'],
  ] as const
) {
  behaviour(`${what} reaches onMessage as it is, and comes back`, async () => {
    const client = await open();
    client.send(text);
    assert.equal(await client.user(), text);
    await client.close();
  });
}

behaviour("bytes arrive as ArrayBuffer, and come back", async () => {
  const name = server.name("hooks");
  const client = await server.open(`/agents/hooks-agent/${name}`);
  client.send(new Uint8Array([0, 255, 1]));
  assert.deepEqual(
    new Uint8Array(await client.user() as ArrayBuffer),
    new Uint8Array([0, 255, 1]),
  );
  // The fixture prints "bytes:" for an ArrayBuffer only.
  const [, , message] = await server.noted("message", name);
  assert.equal(message, "bytes:0,255,1");
  await client.close();
});

behaviour("no bytes, 64 KiB and 1 MiB of bytes come back", async () => {
  const client = await open();
  for (const size of [0, 64 * KIB, KIB * KIB]) {
    const bytes = new Uint8Array(size).map((_, at) => at * 7);
    client.send(bytes);
    assert.deepEqual(new Uint8Array(await client.user() as ArrayBuffer), bytes);
  }
  await client.close();
});

behaviour("a view is sent as the bytes it shows", async () => {
  const client = await server.open(`/agents/command-agent/${server.name()}`);
  client.send(JSON.stringify(["sendBytes", [1, 2, 3]]));
  assert.deepEqual(
    new Uint8Array(await client.user() as ArrayBuffer),
    new Uint8Array([1, 2, 3]),
  );
  await client.close();
});

behaviour(
  "what no socket can carry throws a TypeError and sends nothing",
  async () => {
    const client = await server.open(`/agents/command-agent/${server.name()}`);
    for (const odd of [null, 5, { a: 1 }, [1], true]) {
      assert.match(await client.ask("sendOdd", odd), /^TypeError: Cannot send/);
    }
    client.send("fine");
    assert.equal(await client.user(), "fine");
    await client.close();
  },
);

for (
  const [what, big] of [
    ["text", "x".repeat(KIB * KIB + 1)],
    ["text of two-byte characters", "é".repeat(KIB * KIB / 2) + "x"],
    ["bytes", new Uint8Array(KIB * KIB + 1)],
    ["text four times the limit", "x".repeat(4 * KIB * KIB)],
  ] as const
) {
  behaviour(
    `${what} past the limit closes with 1009, and nobody else notices`,
    async () => {
      const name = server.name("hooks");
      const other = await server.open(`/agents/hooks-agent/${name}`);
      const client = await server.open(`/agents/hooks-agent/${name}?_pk=big`);
      client.send(big);
      assert.equal((await client.closed).code, 1009);
      const [, , code] = await server.noted("close", name, "big");
      assert.equal(code, 1009);
      other.send("fine");
      assert.equal(await other.user(), "fine");
      assert.ok(
        !server.notes(name).some(([kind, id]) =>
          kind === "message" && id === "big"
        ),
      );
      await other.close();
    },
  );
}

behaviour("text comes back as it was, whatever it begins with", async () => {
  const client = await open();
  const texts = [
    "\uFEFFmark",
    "\uFEFF",
    "\0",
    "\u2028\u2029",
    "\u{1F600}",
    " x ",
  ];
  for (const text of texts) {
    client.send(text);
    assert.equal(await client.user(), text);
  }
  await client.close();
});

behaviour("1,000 messages come back in order", async () => {
  const client = await open();
  for (let at = 0; at < 1000; at++) client.send(`message ${at}`);
  for (let at = 0; at < 1000; at++) {
    assert.equal(await client.user(), `message ${at}`);
  }
  await client.close();
});

behaviour("1,000 sends of one handler arrive in order", async () => {
  const client = await server.open(`/agents/command-agent/${server.name()}`);
  client.send(JSON.stringify(["sendMany", 1000]));
  for (let at = 0; at < 1000; at++) assert.equal(await client.user(), `${at}`);
  await client.close();
});

behaviour(
  "a call of a method that is not there is answered, and does not reach onMessage",
  async () => {
    const name = server.name("hooks");
    const client = await server.open(`/agents/hooks-agent/${name}`);
    for (
      const method of [
        "nothing",
        "onMessage",
        "constructor",
        "__proto__",
        "toString",
      ]
    ) {
      client.send(JSON.stringify({ args: [], id: "1", method, type: "rpc" }));
      const answer = JSON.parse(await client.user() as string);
      assert.equal(answer.success, false);
      assert.equal(answer.id, "1");
      assert.equal(answer.type, "rpc");
      assert.ok(answer.error.startsWith(`Method ${method} `), answer.error);
    }
    assert.ok(!server.notes(name).some(([kind]) => kind === "message"));
    await client.close();
  },
);

behaviour(
  "a serial agent handles messages one after another, also after one that fails",
  async () => {
    const name = server.name("serial");
    const client = await server.open(`/agents/serial-agent/${name}`);
    const other = await server.open(`/agents/serial-agent/${name}`);
    for (const message of ["a", "throw", "b"]) client.send(message);
    other.send("c");
    const seen: unknown[] = [];
    for (let at = 0; at < 5; at++) seen.push(await client.user());
    assert.deepEqual(seen, [
      "begin a",
      "end a",
      "begin throw",
      "begin b",
      "end b",
    ]);
    assert.equal(await other.user(), "begin c");
    await server.noted("error", name, "Error: secret");
    await client.close();
    await other.close();
  },
);

/** A connection to a serial agent whose handler holds it, and whose further messages wait for their turn. */
async function queued(name: string, ...messages: string[]) {
  const path = `/agents/serial-agent/${name}?_roam=1`;
  const client = await server.open(path);
  client.send("hold");
  await server.noted("holding", name);
  for (const message of messages) client.send(message);
  await arrived(client);
  const release = async () => {
    const response = await server.fetch(
      `/agents/serial-agent/releaser?release=${name}`,
    );
    await response.body?.cancel();
  };
  return { client, release };
}

/** What the client has sent has arrived: the answer of the heartbeat waits for no turn. */
async function arrived(client: TestClient): Promise<void> {
  client.send("roam:ping");
  while (await client.next() !== "roam:pong");
}

/** The messages that a serial agent handled, in order. */
function handled(name: string): unknown[] {
  return server.notes(name).filter(([kind]) => kind === "serial")
    .map(([, message]) => message);
}

behaviour(
  "a serial agent is handed no waiting message of a connection that it closed",
  async () => {
    const name = server.name("serial");
    const { client, release } = await queued(name, "close", "one", "two");
    const other = await server.open(`/agents/serial-agent/${name}`);
    other.send("three");
    await release();
    assert.equal((await client.closed).code, 4005);
    await server.noted("serial", name, "three");
    assert.deepEqual(handled(name), ["hold", "close", "three"]);
    await other.close();
  },
);

behaviour(
  "a serial agent is handed no waiting message of a connection that another's message closed",
  async () => {
    const name = server.name("serial");
    const other = await server.open(`/agents/serial-agent/${name}?_roam=1`);
    const { client, release } = await queued(name);
    other.send("close others");
    await arrived(other);
    client.send("one");
    await arrived(client);
    other.send("two");
    await release();
    assert.equal((await client.closed).code, 4006);
    await server.noted("serial", name, "two");
    assert.deepEqual(handled(name), ["hold", "close others", "two"]);
    await other.close();
  },
);

behaviour(
  "a serial agent handles what a client sent before it left, and then its onClose",
  async () => {
    const name = server.name("serial");
    const { client, release } = await queued(name, "one", "two");
    await client.close(4007, "bye");
    await server.event({ type: "disconnected", name });
    await release();
    await server.noted("closed", name);
    const told = server.notes(name).filter(([kind]) => kind !== "holding")
      .map(([kind, what]) => kind === "closed" ? kind : what);
    assert.deepEqual(told, ["hold", "one", "two", "closed"]);
  },
);

behaviour("bytes that were sent may be used again at once", async () => {
  const client = await server.open(`/agents/command-agent/${server.name()}`);
  await client.ask("list");
  // Few that may leave together, and more than the system may take at once.
  for (const [count, size] of [[10, KIB], [60, 64 * KIB]]) {
    client.send(JSON.stringify(["sendReused", count, size]));
    for (let at = 1; at <= count; at++) {
      const bytes = new Uint8Array(await client.user() as ArrayBuffer);
      assert.equal(bytes.length, size);
      assert.ok(bytes.every((byte) => byte === at), `message ${at}`);
    }
    assert.match(await client.user() as string, /"sendReused"/);
  }
  await client.close();
});

behaviour("handlers of other agents interleave at their awaits", async () => {
  const name = server.name("hooks");
  const client = await server.open(`/agents/hooks-agent/${name}?message=wait`);
  client.send("one");
  client.send("two");
  const [, id] = await server.noted("message", name);
  await server.noted("message", name, id, "two");
  await client.close();
});

behaviour("identity is left out where the class says so", async () => {
  const client = server.connect(`/agents/serial-agent/${server.name()}`);
  assert.match(await client.next() as string, /cf_agent_mcp_servers/);
  await client.close();
});
