import assert from "node:assert/strict";
import { type AgentClientOptions, presenceOf } from "../../client.ts";
import { SessionClient } from "../support/clients/session_client.ts";
import { until } from "../support/clients/events.ts";
import type { TestClient } from "../support/clients/client.ts";
import { behaviour, hibernated, suite } from "../support/suite.ts";

const entry = "tests/fixtures/sessions_server.ts";
const server = await suite("default", entry, ["SessionsAgent"]);
const wire = { memory: "in memory nothing is on a wire" };

function join(
  name: string,
  id: string,
  options: Partial<AgentClientOptions> = {},
): Promise<SessionClient> {
  return SessionClient.open(server.server.host, {
    agent: "SessionsAgent",
    name,
    id,
    ...options,
  });
}

behaviour(
  "a client whose connection broke goes on with it: id, state, tags, presence, and no onClose and onConnect",
  async () => {
    const name = server.name("same");
    const query = { tag: "red" };
    const visitor = await join(name, "me", { query });
    const { client } = visitor;
    presenceOf<unknown, unknown>(client).set({ x: 1 });
    client.send("word one");
    const before = await visitor.ask("self");
    assert.match(before, /"presence":\{"x":1\}/);
    assert.match(before, /"tags":\["me","red"\]/);
    assert.equal(client.resumed, false);
    await visitor.cut();
    assert.equal(client.resumed, true);
    assert.equal(await visitor.ask("self"), before);
    await server.noted("resume", name, "me");
    const kinds = server.notes(name).map(([kind]) => kind);
    assert.deepEqual(kinds, ["connect", "resume"]);
    client.close();
    await server.noted("close", name, "me", 1000);
    await visitor.stop();
  },
  wire,
);

behaviour(
  "what is sent to a client without a connection comes when it is back, once and in order",
  async () => {
    const name = server.name("down");
    const away = await join(name, "away");
    const other = await join(name, "other");
    away.proxy.isRefusing = true;
    away.proxy.cut();
    await server.event({ type: "suspended", name, connection: "away" });
    for (let at = 0; at < 20; at++) other.client.send(`broadcast ${at}`);
    other.client.send("state 5");
    await other.ask("after");
    away.proxy.isRefusing = false;
    await away.until("message 19");
    assert.deepEqual(
      away.messages,
      Array.from({ length: 20 }, (_, at) => `${at}`),
    );
    assert.deepEqual(away.client.state, { at: 5 });
    assert.equal(away.log.filter((line) => line.startsWith("gap")).length, 0);
    await Promise.all([away.stop(), other.stop()]);
  },
  wire,
);

behaviour(
  "what a client has sent into a dead connection comes when it is back, once, in order and before what it sends then",
  async () => {
    const name = server.name("up");
    const visitor = await join(name, "me");
    visitor.client.send("0");
    await visitor.until("message 0");
    visitor.proxy.freeze();
    for (let at = 1; at < 10; at++) visitor.client.send(`${at}`);
    const bytes = new Uint8Array([1, 2, 3]);
    visitor.client.send(bytes);
    // They are the sender's again.
    bytes.fill(0);
    await visitor.cut();
    visitor.client.send("10");
    await visitor.until("bytes 1,2,3");
    await visitor.until("message 10");
    const numbers = Array.from({ length: 11 }, (_, at) => `${at}`);
    assert.deepEqual(visitor.messages, numbers);
    assert.deepEqual(await visitor.client.call("heard"), numbers);
    await visitor.stop();
  },
  wire,
);

behaviour(
  "calls and streams whose connection breaks go on, and settle once",
  async () => {
    const name = server.name("calls");
    const visitor = await join(name, "me");
    const other = await join(name, "other");
    const { client } = visitor;
    const call = client.call("wait", ["gate"]);
    const pieces: unknown[] = [];
    const stream = (async () => {
      for await (const piece of client.stream("count", [6, "stream"])) {
        pieces.push(piece);
      }
    })();
    await server.noted("waiting", name, "gate");
    await server.noted("waiting", name, "stream");
    visitor.proxy.isRefusing = true;
    visitor.proxy.cut();
    await server.event({ type: "suspended", name, connection: "me" });
    await other.client.call("release", ["gate"]);
    await other.client.call("release", ["stream"]);
    const late = client.call("heard");
    visitor.proxy.isRefusing = false;
    assert.equal(await call, "gate released");
    await stream;
    assert.deepEqual(pieces, [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(await late, []);
    await Promise.all([visitor.stop(), other.stop()]);
  },
  wire,
);

behaviour(
  "a client that comes back before its old socket is missed keeps its id, and the old one is closed",
  async () => {
    const name = server.name("ghost");
    const visitor = await join(name, "me", { heartbeatInterval: 200 });
    for (let round = 0; round < 3; round++) {
      visitor.proxy.freeze();
      visitor.client.send(`${round}`);
      await visitor.until("resumed");
      await visitor.until(`message ${round}`);
    }
    assert.equal(await visitor.ask("list"), "list me");
    assert.equal(visitor.client.id, "me");
    // On a busy machine it may miss others, too.
    const resumed = { type: "resumed", name, connection: "me" };
    await server.event(resumed, 2);
    const [first, ...more] = server.notes(name).map(([kind]) => kind);
    assert.equal(first, "connect");
    assert.deepEqual(new Set(more), new Set(["resume"]));
    await visitor.stop();
  },
  wire,
);

behaviour(
  "a readonly connection stays readonly, whatever the new request says",
  async () => {
    const name = server.name("readonly");
    const query: Record<string, string> = { readonly: "" };
    const visitor = await join(name, "me", { query: () => query });
    delete query.readonly;
    await visitor.cut();
    await assert.rejects(visitor.client.setState({ at: 9 }), {
      code: "READONLY",
    });
    await visitor.stop();
  },
  wire,
);

behaviour(
  "onResume has the new request, and may close",
  async () => {
    const name = server.name("hook");
    const query: Record<string, string> = { turn: "1" };
    const visitor = await join(name, "me", { query: () => query });
    query.turn = "2";
    await visitor.cut();
    await server.noted("resume", name, "me", "2");
    query.close = "";
    visitor.proxy.cut();
    await visitor.until("close 4005");
    assert.equal(visitor.client.status, "closed");
    await server.noted("close", name, "me", 4005);
    await visitor.stop();
  },
  wire,
);

behaviour(
  "a state that changed meanwhile is told before what was sent, also with commits that are pending",
  async () => {
    const name = server.name("state");
    const visitor = await join(name, "me");
    const other = await join(name, "other");
    visitor.proxy.isRefusing = true;
    visitor.proxy.cut();
    await server.event({ type: "suspended", name, connection: "me" });
    const seen: [data: unknown, state: unknown][] = [];
    visitor.client.addEventListener("message", ({ data }) => {
      if (String(data).startsWith("both")) {
        seen.push([data, visitor.client.state]);
      }
    });
    for (let at = 1; at <= 5; at++) other.client.send(`both ${at}`);
    await other.until("message both 5");
    visitor.proxy.isRefusing = false;
    // Goes on while the client comes back.
    for (let at = 6; at <= 40; at++) other.client.send(`both ${at}`);
    await visitor.until("message both 40");
    const numbers = seen.map(([data]) => Number(String(data).slice(5)));
    assert.deepEqual(numbers, Array.from({ length: 40 }, (_, at) => at + 1));
    for (const [data, state] of seen) {
      const { at } = state as { at: number };
      assert.ok(at >= Number(String(data).slice(5)), `${data} at ${at}`);
    }
    await Promise.all([visitor.stop(), other.stop()]);
  },
  wire,
);

behaviour(
  "a goodbye ends the session at once: of the client, of the agent, of a connection that is away",
  async () => {
    const name = server.name("goodbye");
    const leaves = await join(name, "leaves");
    leaves.client.close(1000, "bye");
    await server.noted("close", name, "leaves", 1000, "bye");
    const away = await join(name, "away");
    const other = await join(name, "other");
    away.proxy.isRefusing = true;
    away.proxy.cut();
    await server.event({ type: "suspended", name, connection: "away" });
    assert.equal(await other.ask("list"), "list away,other");
    other.client.send("closeOther away");
    await server.noted("close", name, "away", 4100, "enough");
    assert.equal(await other.ask("list"), "list other");
    away.proxy.isRefusing = false;
    await away.until("gap unknown");
    assert.equal(await away.ask("list"), "list away,other");
    await Promise.all([leaves.stop(), away.stop(), other.stop()]);
  },
  wire,
);

behaviour(
  "who is refused by onBeforeConnect stays away, and the connection ends when nobody comes back",
  async () => {
    const name = server.name("refused");
    const query = { pass: "yes" };
    const short = await suite("short", entry, ["SessionsAgent"]);
    const visitor = await SessionClient.open(short.server.host, {
      agent: "SessionsAgent",
      name,
      id: "me",
      query: () => query,
    });
    const lost = assert.rejects(visitor.client.call("wait", ["never"]), {
      code: "CONNECTION_LOST",
      mayHaveRun: true,
    });
    await short.noted("waiting", name, "never");
    query.pass = "no";
    visitor.proxy.cut();
    await lost;
    await short.noted("close", name, "me", 1006);
    // The time may be over before the client knows why it is refused.
    const { client } = visitor;
    await until(client, () => client.connectionError?.status === 403);
    assert.ok(!visitor.log.includes("resumed"));
    await visitor.stop();
  },
  wire,
);

behaviour(
  "past the window the connection ends with 1006, calls settle, and both sides are told of the gap",
  async () => {
    const name = server.name("late");
    const short = await suite("short", entry, ["SessionsAgent"]);
    const visitor = await SessionClient.open(short.server.host, {
      agent: "SessionsAgent",
      name,
      id: "me",
    });
    const lost = assert.rejects(visitor.client.call("wait", ["never"]), {
      code: "CONNECTION_LOST",
      mayHaveRun: true,
    });
    await short.noted("waiting", name, "never");
    visitor.proxy.isRefusing = true;
    visitor.proxy.cut();
    await lost;
    await short.noted("close", name, "me", 1006);
    visitor.proxy.isRefusing = false;
    await visitor.until("gap expired");
    assert.equal(visitor.client.resumed, false);
    await visitor.ask("here again");
    await short.event({ type: "connected", name, connection: "me" }, 1);
    const kinds = short.notes(name).map(([kind]) => kind);
    assert.deepEqual(kinds, ["connect", "waiting", "close", "connect"]);
    await visitor.stop();
  },
  wire,
);

for (
  const [profile, what] of [
    ["small", "a connection"],
    ["crowded", "a host"],
  ]
) {
  behaviour(
    `more than ${what} keeps is a gap, and the client is told: it is not closed before`,
    async () => {
      const name = server.name("bytes");
      const small = await suite(profile, entry, ["SessionsAgent"]);
      const [visitor, other] = await Promise.all(
        ["me", "other"].map((id) =>
          SessionClient.open(small.server.host, {
            agent: "SessionsAgent",
            name,
            id,
          })
        ),
      );
      visitor.client.send("send 20 1000");
      await visitor.until(`message 19 ${"x".repeat(1000)}`);
      // It has all of it: nothing is missing.
      await visitor.cut();
      visitor.proxy.isRefusing = true;
      visitor.proxy.cut();
      await small.event({ type: "suspended", name, connection: "me" });
      for (let at = 0; at < 20; at++) {
        other.client.send(`broadcast y${at} ${"y".repeat(1000)}`);
      }
      await other.ask("after");
      visitor.proxy.isRefusing = false;
      await visitor.until("gap bytes");
      const reason = "bytes";
      await small.event({ type: "gap", name, reason });
      assert.ok(!visitor.messages.some((text) => text.startsWith("y")));
      // The old connection has ended, and does not have it any more.
      assert.equal(visitor.client.id, "me");
      assert.equal(visitor.client.resumed, false);
      await Promise.all([visitor.stop(), other.stop()]);
    },
    wire,
  );
}

behaviour(
  "a server that is started anew knows no session: a gap, and what is sent then arrives",
  async () => {
    const name = server.name("restart");
    const first = await suite("default", entry, ["SessionsAgent"]);
    const visitor = await SessionClient.open(first.server.host, {
      agent: "SessionsAgent",
      name,
      id: "me",
    });
    await visitor.ask("before");
    const second = await suite("default", entry, ["SessionsAgent"]);
    visitor.proxy.target = second.server.host;
    await first.server.stop();
    await visitor.until("gap unknown");
    assert.equal(await visitor.ask("after"), "after");
    await second.event({ type: "gap", name, reason: "unknown" });
    await visitor.stop();
  },
  wire,
);

behaviour(
  "a server that keeps no sessions has clients that connect anew, and are told",
  async () => {
    const name = server.name("off");
    const off = await suite("off", entry, ["SessionsAgent"]);
    const visitor = await SessionClient.open(off.server.host, {
      agent: "SessionsAgent",
      name,
      id: "me",
    });
    visitor.proxy.cut();
    await visitor.until("gap closed");
    assert.equal(await visitor.ask("again"), "again");
    await off.noted("close", name, "me", 1006);
    await visitor.stop();
  },
  wire,
);

/** A frame by frame client, and the first of its frames. */
async function dial(
  name: string,
  query: string,
  first?: unknown,
): Promise<[TestClient, Record<string, unknown>]> {
  const path = `/agents/sessions-agent/${name}?_roam=1${query}`;
  const client = await server.open(path);
  if (first !== undefined) client.send(JSON.stringify(first));
  return [client, JSON.parse(await client.next() as string)];
}

const proof = (session: unknown, received: number, lost = 0) => ({
  type: "roam_resume",
  session,
  received,
  lost,
});

behaviour(
  "a guessed, a foreign, a used and an expired session get a new connection, and one event each",
  async () => {
    const name = server.name("secret");
    const resume = "&_session=resume";
    const gap = (id: unknown) =>
      server.event({ type: "gap", name, connection: id, reason: "unknown" });
    const [owner, { session }] = await dial(name, "&_session=1&_pk=owner");
    assert.match(String(session), /^[\w+/]{32}$/);
    const guess = `${String(session).slice(0, -1)}!`;
    const wrong = [guess, String(session).slice(0, 8), "", "x".repeat(32)];
    for (const [at, secret] of wrong.entries()) {
      const id = `guess-${at}`;
      const query = `${resume}&_pk=${id}`;
      const [client, hello] = await dial(name, query, proof(secret, 0));
      assert.equal(hello.received, undefined);
      assert.equal(hello.gap, "unknown");
      assert.notEqual(hello.session, session);
      await gap(id);
      await client.close();
    }
    // Of another instance.
    const [foreign, { session: theirs }] = await dial(
      server.name("foreign"),
      "&_session=1",
    );
    const [, hello] = await dial(name, resume, proof(theirs, 1));
    assert.equal(hello.gap, "unknown");
    // Used before: the one that came after it is good.
    const [back, { session: second, received }] = await dial(
      name,
      resume,
      proof(session, 1),
    );
    assert.equal(received, 0);
    assert.deepEqual((await owner.closed).code, 1001);
    back.send("self");
    while (!/"id":"owner"/.test(await back.user() as string));
    const [, again] = await dial(name, resume, proof(session, 1));
    assert.equal(again.gap, "unknown");
    assert.equal(again.received, undefined);
    // Ended.
    await back.close();
    await server.noted("close", name, "owner");
    const [, late] = await dial(name, resume, proof(second, 1));
    assert.equal(late.gap, "unknown");
    // More than was sent, and no number.
    const [more, { session: third }] = await dial(name, "&_session=1");
    for (const received of [1_000_000, -1, 1.5, "1"]) {
      const first = proof(third, received as number);
      const [client, hello] = await dial(name, resume, first);
      assert.equal(hello.received, undefined);
      await client.close();
    }
    await Promise.all([foreign.close(), more.close()]);
    const output = server.server.process.lines.join("\n");
    for (const secret of [session, theirs, second, third]) {
      assert.ok(!output.includes(String(secret)), "a secret is in the log");
    }
  },
);

behaviour(
  "a session is good once more when the hello was lost, and its messages come then",
  async () => {
    const name = server.name("lost-hello");
    const resume = "&_session=resume";
    const [first, { session }] = await dial(name, "&_session=1&_pk=me");
    first.send("send 3");
    const texts: unknown[] = [];
    while (texts.length < 3) texts.push(await first.user());
    // Hello, identity, state and MCP frame, and one of the three.
    for (let round = 0; round < 3; round++) {
      const [back, hello] = await dial(name, resume, proof(session, 5));
      assert.equal(hello.received, 1);
      assert.deepEqual([await back.user(), await back.user()], texts.slice(1));
    }
  },
);

behaviour(
  "a first frame that proves nothing is a message, and one that never comes closes with 1013",
  async () => {
    const name = server.name("silent");
    const query = "?_roam=1&_session=resume&_pk=me";
    const path = `/agents/sessions-agent/${name}${query}`;
    const speaks = await server.open(path);
    speaks.send("hello?");
    assert.equal(await speaks.user(), "hello?");
    await speaks.close();
    const silent = await server.open(path);
    assert.equal((await silent.closed).code, 1013);
  },
);

behaviour(
  "acknowledgements say how many messages have come, after 64 KiB and with the heartbeat",
  async () => {
    const name = server.name("acks");
    const [client] = await dial(name, "&_session=1");
    const acks = async () => {
      while (true) {
        const text = await client.next() as string;
        if (text.includes("roam_ack")) return JSON.parse(text).received;
      }
    };
    client.send("x".repeat(70_000));
    assert.equal(await acks(), 1);
    if (server.server.process !== undefined) client.send("y");
    client.send("roam:ping");
    client.send("z".repeat(70_000));
    assert.ok([2, 3].includes(await acks()));
    await client.close();
  },
);

behaviour(
  "clients that want no session get none, and nothing of it",
  async () => {
    const name = server.name("base");
    for (const query of ["", "_roam=1", "_session=1"]) {
      const client = await server.open(
        `/agents/sessions-agent/${name}?_pk=base&${query}`,
      );
      client.send("x".repeat(70_000));
      let text: string;
      do {
        text = await client.next() as string;
        assert.doesNotMatch(text, /"session(Ms)?"|roam_ack/);
      } while (!text.startsWith("xxx"));
      await client.close();
      await server.noted("close", name, "base");
    }
  },
);

const elsewhere = {
  ...wire,
  deno: "instances with connections stay in memory",
  bun: "instances with connections stay in memory",
  node: "instances with connections stay in memory",
};

behaviour(
  "a client goes on when its object has slept, and is told of a gap when what it missed is gone",
  async () => {
    const name = server.name("sleepy");
    const visitor = await join(name, "me", { heartbeatInterval: 60_000 });
    visitor.client.send("word one");
    assert.equal(await visitor.ask("before"), "before");
    const before = await visitor.ask("self");
    await hibernated();
    await visitor.cut();
    assert.equal(await visitor.ask("self"), before);
    await server.noted("resume", name, "me");
    const kinds = server.notes(name).map(([kind]) => kind);
    assert.deepEqual(kinds, ["connect", "resume"]);
    visitor.proxy.freeze();
    const other = await join(name, "other", { heartbeatInterval: 60_000 });
    other.client.send("broadcast unheard");
    await other.until("message unheard");
    other.client.close();
    await server.noted("close", name, "other", 1000);
    await other.stop();
    await hibernated();
    visitor.proxy.cut();
    await visitor.until("gap hibernated");
    assert.equal(await visitor.ask("after"), "after");
    await server.event({ type: "gap", name, reason: "hibernated" });
    await visitor.stop();
  },
  elsewhere,
);
