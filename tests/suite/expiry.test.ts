import assert from "node:assert/strict";
import { AgentClient } from "../../client.ts";
import { behaviour, hibernated, suite } from "../support/suite.ts";

const entry = "tests/fixtures/expiring_server.ts";
const server = await suite("default", entry, ["ExpiringAgent"]);
const path = (name: string) => `/agents/expiring-agent/${name}`;

const elsewhere = {
  deno: "instances with connections stay in memory",
  bun: "instances with connections stay in memory",
  node: "instances with connections stay in memory",
};

behaviour(
  "connection.expiresAt(date): closes with 4401 then, and not before",
  async () => {
    const name = server.name("expiring");
    const client = await server.open(`${path(name)}?_pk=me`);
    client.send('["date",2500]');
    const due = Number(await client.user());
    client.send('["echo"]');
    assert.equal(await client.user(), "echo");
    const { code, reason, wasClean } = await client.closed;
    assert.deepEqual([code, reason, wasClean], [4401, "expired", true]);
    assert.ok(Date.now() >= due - 5, `${due - Date.now()} ms too early`);
    await server.noted("closed", name, "me", 4401, "expired");
  },
);

behaviour(
  "connection.expiresAt(date): the last one counts, and null is never",
  async () => {
    const name = server.name("expiring");
    const [a, b, c] = await Promise.all(
      ["a", "b", "c"].map((id) =>
        server.open(`${path(name)}?_pk=${id}&ms=3000`)
      ),
    );
    a.send('["date",60000]');
    await a.user();
    b.send('["time",null]');
    await b.user();
    const { code } = await c.closed;
    assert.equal(code, 4401);
    for (const client of [a, b]) {
      client.send('["here"]');
      assert.equal(await client.user(), "here");
    }
    a.send(`["time",${Date.now() - 1}]`);
    assert.equal((await a.closed).code, 4401);
    await b.close();
  },
);

behaviour(
  "connection.expiresAt(date) in onConnect: a time that is past refuses the connection",
  async () => {
    const name = server.name("expiring");
    const client = server.connect(`${path(name)}?ms=-1`);
    assert.deepEqual(await client.rest(), []);
    const { code, reason } = await client.closed;
    assert.deepEqual([code, reason], [4401, "expired"]);
  },
);

behaviour(
  "connection.expiresAt(date): seconds, and what is no time, are an error, and change nothing",
  async () => {
    const name = server.name("expiring");
    const client = await server.open(path(name));
    client.send('["time",1785000000]');
    await server.noted(
      "error",
      name,
      "RangeError: Cannot set when a connection expires: 1785000000 is in seconds, and milliseconds are needed: exp * 1000",
    );
    client.send('["time","tomorrow"]');
    await server.noted(
      "error",
      name,
      "TypeError: Cannot set when a connection expires: it must be a Date, milliseconds since 1970, or null: received string",
    );
    client.send('["here"]');
    assert.equal(await client.user(), "here");
    await client.close();
  },
);

behaviour(
  "an AgentClient whose connection expires asks its query anew, and comes back; when it is refused again that is final",
  async () => {
    const name = server.name("expiring");
    let asked = 0;
    const queries = [{ ms: "300" }, { ms: "300" }, { never: "1" }];
    const { host } = server.server;
    const client = new AgentClient({
      agent: "ExpiringAgent",
      name,
      host,
      minReconnectionDelay: 10,
      query: () => ({ token: `${asked}`, ...queries[asked++] }),
    });
    const closes: number[] = [];
    client.addEventListener("close", ({ code }) => closes.push(code));
    await new Promise<void>((resolve) => {
      client.addEventListener("change", () => {
        if (client.status === "closed") resolve();
      });
    });
    assert.deepEqual(closes, [4401, 4401, 4401]);
    assert.equal(asked, 3);
    assert.equal(client.connectionError?.code, 4401);
    for (const token of ["0", "1", "2"]) {
      await server.noted("connected", name, token);
    }
  },
);

behaviour(
  "a connection expires while its object sleeps, and what is due then is done too",
  async () => {
    const name = server.name("expiring");
    const [a, b] = await Promise.all(
      ["a", "b"].map((id) => server.open(`${path(name)}?_pk=${id}`)),
    );
    a.send('["ring",12500]');
    await a.user();
    a.send('["date",12000]');
    const due = Number(await a.user());
    b.send('["date",13000]');
    await b.user();
    b.send('["wakes"]');
    assert.equal(await b.user(), "0");
    const { code, reason } = await a.closed;
    assert.deepEqual([code, reason], [4401, "expired"]);
    const late = Date.now() - due;
    assert.ok(late > -5 && late < 20_000, `${late} ms late`);
    await server.noted("closed", name, "a", 4401, "expired");
    await server.noted("ring", name);
    assert.equal((await b.closed).code, 4401);
    await server.noted("closed", name, "b", 4401, "expired");
  },
  elsewhere,
);

behaviour(
  "an object that has slept ends a connection at its time, and leaves one that has more",
  async () => {
    const name = server.name("expiring");
    const [a, b] = await Promise.all(
      ["a", "b"].map((id) => server.open(`${path(name)}?_pk=${id}`)),
    );
    b.send('["date",60000]');
    await b.user();
    await hibernated();
    b.send('["wakes"]');
    assert.equal(await b.user(), "0", "the object has not slept");
    // Before the time that its alarm is set to.
    a.send('["date",300]');
    await a.user();
    assert.equal((await a.closed).code, 4401);
    b.send('["here"]');
    assert.equal(await b.user(), "here");
    await b.close();
  },
  elsewhere,
);
