import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { AgentClient } from "../../client.ts";
import {
  Agent,
  type Connection,
  type ConnectionContext,
  type WSMessage,
} from "../../mod.ts";
import {
  createTestHost,
  type TestHost,
  type TestHostOptions,
} from "../../testing.ts";

const log: unknown[][] = [];

class Room extends Agent<unknown, { count: number }> {
  static callable = ["add", "note", "hang"];
  override initialState = { count: 0 };
  override onConnect(connection: Connection, { request }: ConnectionContext) {
    const user = request.headers.get("x-user");
    if (user === "nobody") return connection.close(4001, "not you");
    if (user !== null) connection.send(`welcome ${user}`);
  }
  override onMessage(connection: Connection, message: WSMessage) {
    if (message === "fill") {
      for (let n = 0; n < 100; n++) connection.send("x".repeat(1000));
    } else connection.send(message);
  }
  override onClose(
    _: Connection,
    code: number,
    reason: string,
    clean: boolean,
  ) {
    log.push([this.name, code, reason, clean]);
  }
  remind(date: Date, text: string) {
    return this.schedule(date, "reminded", text);
  }
  hang() {
    return new Promise(() => {});
  }
  reminded(text: string) {
    log.push([this.name, text]);
  }
  note(text: string) {
    this.sql`CREATE TABLE IF NOT EXISTS note (text TEXT)`;
    this.sql`INSERT INTO note VALUES (${text})`;
    return this.sql<{ text: string }>`SELECT text FROM note`.map(({ text }) =>
      text
    );
  }
  add(n: number) {
    this.setState(({ count }) => ({ count: count + n }));
  }
}

function using(
  name: string,
  run: (host: TestHost) => Promise<void>,
  options?: TestHostOptions,
) {
  test(`createTestHost(): ${name}`, async () => {
    const host = createTestHost({ Room }, options);
    try {
      await run(host);
    } finally {
      await host.close();
    }
  });
}

using("messages go both ways, in order, text and bytes", async (host) => {
  const socket = await host.connect("Room", "echo");
  socket.send("one");
  socket.send(new Uint8Array([1, 2]));
  socket.send("three");
  assert.equal(await socket.next(), "one");
  assert.deepEqual(
    new Uint8Array(await socket.next() as ArrayBuffer),
    new Uint8Array([1, 2]),
  );
  assert.equal(await socket.next(), "three");
});

using("headers reach onConnect, and a refusal its client", async (host) => {
  const ada = await host.connect(Room, "doors", {
    headers: { "x-user": "ada" },
  });
  assert.equal(await ada.next(), "welcome ada");
  const nobody = await host.connect(Room, "doors", {
    headers: { "x-user": "nobody" },
  });
  assert.deepEqual(await nobody.closed, {
    code: 4001,
    reason: "not you",
    wasClean: true,
  });
  await assert.rejects(nobody.nextFrame(), /closed with 4001 "not you"/);
});

using(
  "an unknown agent and a foreign origin are refused before the connection is open",
  async (host) => {
    await assert.rejects(
      host.connect("Rom", "x"),
      /Cannot connect to Rom: 400/,
    );
    const foreign = { headers: { origin: "https://elsewhere.example" } };
    await assert.rejects(
      host.connect("Room", "x", foreign),
      /Cannot connect to Room: 403/,
    );
  },
);

using("close codes arrive as they were sent, both ways", async (host) => {
  const socket = await host.connect("Room", "closing");
  assert.deepEqual(await socket.close(4444, "bye"), {
    code: 4444,
    reason: "bye",
    wasClean: true,
  });
  await host.settled();
  assert.deepEqual(log.at(-1), ["closing", 4444, "bye", true]);
});

using("a cut is 1006 on both sides", async (host) => {
  const socket = await host.connect("Room", "cut");
  socket.webSocket.cut();
  assert.deepEqual(await socket.closed, {
    code: 1006,
    reason: "",
    wasClean: false,
  });
  await host.settled();
  assert.deepEqual(log.at(-1), ["cut", 1006, "", false]);
});

using(
  "what a stalled client does not read counts at the server, which closes with 1013",
  async (host) => {
    const slow = await host.connect("Room", "slow");
    slow.webSocket.stall();
    slow.send("fill");
    await host.settled();
    const isCut = () =>
      host.events.some((event) => "code" in event && event.code === 1013);
    for (let waited = 0; !isCut() && waited < 60_000; waited += 250) {
      await host.clock.advance(250);
    }
    slow.webSocket.resume();
    assert.equal((await slow.closed).code, 1013);
  },
  { limits: { bufferedBytes: 50_000 } },
);

using(
  "an AgentClient whose connection is cut goes on with it",
  async (host) => {
    const sockets: InstanceType<typeof host.WebSocket>[] = [];
    const client = new AgentClient({
      agent: "Room",
      name: "session",
      host: "test.localhost",
      id: "me",
      WebSocket: class extends host.WebSocket {
        constructor(url: string, options?: string | string[]) {
          super(url, options);
          sockets.push(this);
        }
      } as unknown as typeof WebSocket,
    });
    await client.ready;
    const before = log.length;
    const resumed = new Promise((resolve) =>
      client.addEventListener("resumed", resolve)
    );
    sockets[0].cut();
    await host.clock.advance(1000);
    await resumed;
    assert.equal(sockets.length, 2);
    assert.equal(log.length, before, "onClose was called");
    client.close();
    await host.settled();
    assert.deepEqual(log.at(-1), ["session", 1000, "", true]);
  },
);

using("a client that reads again loses nothing", async (host) => {
  const socket = await host.connect("Room", "pause");
  socket.webSocket.stall();
  socket.send("fill");
  await host.settled();
  socket.webSocket.resume();
  for (let n = 0; n < 100; n++) {
    assert.equal((await socket.next() as string).length, 1000);
  }
});

using(
  "AgentClient shares the state, calls, and comes back after a crash to what was stored",
  async (host) => {
    const ada = host.client<Room>("Room", "shared");
    const bob = host.client<Room>("Room", "shared");
    await Promise.all([ada.ready, bob.ready]);
    await ada.call("add", [2]);
    await host.settled();
    assert.deepEqual(bob.state, { count: 2 });
    await host.restart({ crash: true });
    await ada.call("add", [3]);
    await bob.ready;
    assert.deepEqual(bob.state, { count: 5 });
    ada.close();
    bob.close();
  },
);

using(
  "an idle instance leaves memory when its time has passed",
  async (host) => {
    const socket = await host.connect("Room", "idle");
    await socket.close();
    await host.clock.advance(59_000);
    assert.ok(!host.events.some(({ type }) => type === "evicted"));
    await host.clock.advance(2000);
    assert.ok(host.events.some(({ type }) => type === "evicted"));
  },
);

using(
  "restart() closes with 1012, and requests are answered again",
  async (host) => {
    const socket = await host.connect("Room", "restart");
    await host.restart();
    assert.equal((await socket.closed).code, 1012);
    assert.equal((await host.fetch("/agents/room/restart")).status, 404);
    assert.equal((await host.fetch("/elsewhere")).status, 404);
  },
);

using("an instance keeps its SQLite database over a restart", async (host) => {
  assert.deepEqual(await host.getAgent<Room>("Room", "sql").note("one"), [
    "one",
  ]);
  await host.restart();
  assert.deepEqual(await host.getAgent<Room>("Room", "sql").note("two"), [
    "one",
    "two",
  ]);
});

using(
  "a month passes at once, and what is scheduled runs in its order",
  async (host) => {
    const room = host.getAgent<Room>("Room", "month");
    const day = 86_400_000;
    const at = (days: number) => new Date(host.clock.wall() + days * day);
    await room.remind(at(30), "last");
    await room.remind(at(1), "first");
    await host.clock.advance(day - 1);
    assert.notDeepEqual(log.at(-1), ["month", "first"]);
    await host.clock.advance(1);
    assert.deepEqual(log.at(-1), ["month", "first"]);
    await host.restart({ crash: true });
    const began = process.cpuUsage();
    await host.clock.advance(30 * day);
    assert.deepEqual(log.at(-1), ["month", "last"]);
    // What others on the machine do meanwhile is not counted.
    const { user, system } = process.cpuUsage(began);
    assert.ok(user + system < 5_000_000, `${user} and ${system} µs`);
  },
);

using("the wall clock begins where the test says", async (host) => {
  const room = host.getAgent<Room>("Room", "midnight");
  await room.remind(new Date("2030-01-01T00:00:00Z"), "happy new year");
  await host.clock.advance(59_000);
  assert.notDeepEqual(log.at(-1), ["midnight", "happy new year"]);
  await host.clock.advance(1000);
  assert.deepEqual(log.at(-1), ["midnight", "happy new year"]);
}, { start: new Date("2029-12-31T23:59:00Z") });

using(
  "a handler that never settles keeps neither restart() nor close()",
  async (host) => {
    const client = host.client<Room>("Room", "hanging");
    const call = client.call("hang").catch(({ code }) => code);
    await client.ready;
    await host.settled();
    await host.restart();
    assert.equal(await call, "CONNECTION_LOST");
    void client.call("hang").catch(() => {});
    await client.ready;
    client.close();
  },
);

using("client() warns of an option whose name is nearly right", (host) => {
  const { warn } = console;
  const lines: string[] = [];
  console.warn = (line) => lines.push(line);
  try {
    const options = { onStateUpdated() {}, throttle: 10, myOwn: 1 };
    host.client("Room", "slip", options).close();
  } finally {
    console.warn = warn;
  }
  assert.deepEqual(lines, [
    'AgentClient has an option "onStateUpdated", which means nothing here: did you mean "onStateUpdate"?',
  ]);
  return Promise.resolve();
});

{
  const asked: string[] = [];
  const cookie = (request: Request) => {
    const cookie = request.headers.get("cookie");
    asked.push(cookie ?? "none");
    if (cookie === null) return new Response("Log in", { status: 401 });
    return cookie === "user=eve" ? new Response("Eve", { status: 403 }) : {
      data: cookie,
    };
  };
  using(
    "client() sends its headers whenever it connects, and when it asks why it can't",
    async (host) => {
      const headers = new Headers({ cookie: "user=ada" });
      const ada = host.client<Room>("Room", "guarded", { headers });
      await ada.call("add", [1]);
      await host.restart({ crash: true });
      await ada.ready;
      assert.deepEqual(ada.state, { count: 1 });
      assert.deepEqual(asked, ["user=ada", "user=ada"]);
      const statuses = [{ cookie: "user=eve" }, undefined].map((headers) => {
        const client = host.client("Room", "guarded", { headers });
        return client.ready.catch(({ status }) => status);
      });
      assert.deepEqual(await Promise.all(statuses), [403, 401]);
      ada.close();
    },
    { onBeforeConnect: cookie },
  );
}
