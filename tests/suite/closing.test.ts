import assert from "node:assert/strict";
import { RawClient } from "../support/clients/raw_client.ts";
import { behaviour, hops, suite } from "../support/suite.ts";

const server = await suite();

async function open(path = "hooks-agent", query = "") {
  const name = server.name("close");
  const client = await server.open(`/agents/${path}/${name}?_pk=me${query}`);
  await client.next();
  return { client, name };
}

for (
  const [code, reason] of [
    [1000, ""],
    [1000, "done"],
    [3000, "library"],
    [4000, "Unauthorized"],
    [4999, "r".repeat(123)],
    [4001, "größer 你好"],
  ] as const
) {
  behaviour(
    `the client's close code ${code} reaches onClose, and comes back: "${
      reason.slice(0, 12)
    }"`,
    async () => {
      const { client, name } = await open();
      const closed = await client.close(code, reason);
      assert.deepEqual(closed, { code, reason, wasClean: true });
      const noted = await server.noted("close", name, "me");
      assert.deepEqual(noted.slice(2), [
        code,
        reason,
        true,
        { listed: false, readyState: 3 },
      ]);
    },
  );

  behaviour(
    `connection.close(${code}) reaches the client, and onClose: "${
      reason.slice(0, 12)
    }"`,
    async () => {
      const { client, name } = await open("command-agent");
      client.send(JSON.stringify(["close", "me", code, reason]));
      assert.deepEqual(await client.closed, { code, reason, wasClean: true });
      const noted = await server.noted("closed", name, "me");
      assert.deepEqual(noted.slice(2), [code, reason]);
    },
  );
}

for (const code of [1001, 1008, 1011, 1012, 1013]) {
  behaviour(`connection.close(${code}) reaches the client`, async () => {
    const { client } = await open("command-agent");
    client.send(JSON.stringify(["close", "me", code, "so"]));
    assert.deepEqual(await client.closed, {
      code,
      reason: "so",
      wasClean: true,
    });
  });
}

behaviour("connection.close() says 1000", async () => {
  const { client } = await open("command-agent");
  client.send(JSON.stringify(["close", "me"]));
  assert.equal((await client.closed).code, 1000);
});

behaviour(
  "connection.close() refuses codes that no endpoint may send",
  async () => {
    const { client } = await open("command-agent");
    for (
      const code of [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 1000.5, "4000"]
    ) {
      const answer = await client.ask("close", "me", code, "");
      assert.match(
        answer,
        /^RangeError: Cannot close a connection: code must be/,
        `${code}`,
      );
    }
    client.send("still open");
    assert.equal(await client.user(), "still open");
    await client.close();
  },
);

behaviour("a reason is cut to 123 bytes at a character boundary", async () => {
  const { client } = await open("command-agent");
  client.send(JSON.stringify(["close", "me", 4000, "é".repeat(100)]));
  assert.equal((await client.closed).reason, "é".repeat(61));
});

behaviour(
  "a second close, and what is sent after the first, do nothing",
  async () => {
    const { client, name } = await open("command-agent");
    client.send(JSON.stringify(["closeTwice"]));
    assert.deepEqual(await client.closed, {
      code: 4002,
      reason: "first",
      wasClean: true,
    });
    assert.ok(!(await client.rest()).includes("after"));
    // Neither has thrown.
    await server.noted("closedTwice", name);
    const noted = await server.noted("closed", name, "me");
    assert.deepEqual(noted.slice(2), [4002, "first"]);
  },
);

behaviour(
  "a close frame without a code is 1005, and comes back as such",
  async () => {
    const name = server.name("close");
    const raw = await RawClient.open(
      server.server.host,
      `/agents/hooks-agent/${name}?_pk=me`,
    );
    raw.sendFrame(0x8, new Uint8Array());
    const frame = await raw.closeFrame();
    assert.ok(frame.code === undefined || frame.code === 1000, `${frame.code}`);
    const [, , code, reason, wasClean] = await server.noted(
      "close",
      name,
      "me",
    );
    assert.deepEqual([code, reason, wasClean], [1005, "", true]);
    raw.destroy();
  },
);

behaviour(
  "1001, as a browser sends it that leaves, reaches onClose",
  async () => {
    const name = server.name("close");
    const raw = await RawClient.open(
      server.server.host,
      `/agents/hooks-agent/${name}?_pk=me`,
    );
    raw.sendClose(1001, "");
    assert.equal((await raw.closeFrame()).code, 1001);
    const [, , code, , wasClean] = await server.noted("close", name, "me");
    assert.deepEqual([code, wasClean], [1001, true]);
    raw.destroy();
  },
);

behaviour(
  "a client that goes on after our close frame is not heard, and ends with onClose",
  async () => {
    const name = server.name("close");
    const raw = await RawClient.open(
      server.server.host,
      `/agents/hooks-agent/${name}?_pk=me&message=close`,
    );
    for (const text of ["one", "two"]) raw.sendText(text);
    assert.equal((await raw.closeFrame()).code, 4001);
    for (const text of ["three", "four"]) raw.sendText(text);
    raw.sendClose(4001, "not you");
    const [, , code] = await server.noted("close", name, "me");
    assert.equal(code, 4001);
    const heard = server.notes(name).filter(([kind]) => kind === "message");
    assert.deepEqual(heard, [["message", "me", "one"]]);
    raw.destroy();
  },
  {
    deno: "Deno ends TCP when a message comes after its close frame",
  },
);

behaviour("an abrupt end of TCP is 1006, not clean, and no error", async () => {
  const name = server.name("close");
  const raw = await RawClient.open(
    server.server.host,
    `/agents/hooks-agent/${name}?_pk=me`,
  );
  await server.noted("connect", name, "me");
  raw.destroy();
  const [, , code, , wasClean] = await server.noted("close", name, "me");
  assert.deepEqual([code, wasClean], [1006, false]);
  assert.ok(!server.notes(name).some(([kind]) => kind === "error"));
});

behaviour("onClose is called once, and last", async () => {
  const { client, name } = await open();
  for (let at = 0; at < 10; at++) client.send(`${at}`);
  await client.close(4000, "bye");
  await server.noted("close", name);
  const other = await server.open(`/agents/hooks-agent/${name}`);
  other.send("afterwards");
  assert.equal(await other.user(), "afterwards");
  const mine = server.notes(name).filter(([, id]) => id === "me");
  assert.equal(mine.filter(([kind]) => kind === "message").length, 10);
  assert.equal(mine.at(-1)?.[0], "close");
  assert.equal(mine.filter(([kind]) => kind === "close").length, 1);
  await other.close();
});

behaviour(
  "connection.close() for another connection closes that one",
  async () => {
    const name = server.name("close");
    const one = await server.open(`/agents/command-agent/${name}?_pk=one`);
    const two = await server.open(`/agents/command-agent/${name}?_pk=two`);
    assert.equal(await one.ask("close", "two", 4007, "out"), null);
    assert.equal((await two.closed).code, 4007);
    assert.deepEqual(await one.ask("list"), ["one"]);
    await one.close();
  },
);

behaviour(
  "close() of the host closes with 1012, refuses what comes, and waits",
  async () => {
    const own = await suite();
    const client = await own.open(`/agents/hooks-agent/x?_pk=me`);
    await client.next();
    assert.equal(await (await own.fetch("/close")).text(), "closed");
    assert.equal((await client.closed).code, 1012);
    await own.noted("hostClosed");
    // In order within one process, where `onClose` is called before.
    if (hops) await own.noted("close", "x");
    assert.ok(own.notes("x").some(([kind]) => kind === "close"));
    const { status, headers } = await own.fetch("/agents/hooks-agent/x");
    assert.equal(status, 503);
    assert.match(headers.get("retry-after")!, /^\d+$/);
  },
  { workerd: "the platform ends Durable Objects, not the Worker" },
);

behaviour(
  "close() of the host waits for no client that has not said which session it means",
  async () => {
    const own = await suite();
    const path = "/agents/hooks-agent/unnamed";
    const unnamed = await own.open(`${path}?_roam=1&_session=resume`);
    const client = await own.open(path);
    await client.next();
    assert.equal(await (await own.fetch("/close")).text(), "closed");
    assert.equal((await client.closed).code, 1012);
    assert.equal((await unnamed.closed).code, 1012);
  },
  {
    workerd: "the platform ends Durable Objects, not the Worker",
    hop: "the process that has the instance goes on",
  },
);

behaviour(
  "close() of the host waits for no instance that is idle",
  async () => {
    const own = await suite();
    const answer = await own.fetch("/agents/hooks-agent/idle");
    await answer.body?.cancel();
    // Idle, it would stay in memory for a minute.
    const signal = AbortSignal.timeout(40_000);
    const closed = await own.fetch("/close", { signal });
    assert.equal(await closed.text(), "closed");
    await own.event({ type: "evicted", name: "idle" });
  },
  {
    workerd: "the platform ends Durable Objects, not the Worker",
    hop: "the process that has the instance goes on",
  },
);
