import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import type { AgentView, FramesView } from "../../dev/messages.ts";
import { SessionClient } from "../support/clients/session_client.ts";
import { TestClient } from "../support/clients/client.ts";
import { behaviour as anywhere, type Suite, suite } from "../support/suite.ts";
import { PATIENCE_MS } from "../support/patience.ts";

const behaviour: typeof anywhere = (name, run, skips = {}) =>
  anywhere(name, run, {
    hop: "the list, the errors and the frames of the page are of one process",
    ...skips,
  });

const ENTRY = "tests/fixtures/dev_server.ts";
const CLASSES = ["ChatRoom", "Lobby"];
const TOKEN = "correct horse battery staple";

const served = (profile: string, env: Record<string, string>) =>
  suite(profile, ENTRY, CLASSES, { env });
const [brief, developed, produced, unsaid, forced, off, guarded] = await Promise
  .all([
    served("brief", { NODE_ENV: "development" }),
    served("", { NODE_ENV: "development" }),
    served("", { NODE_ENV: "production" }),
    served("", { NODE_ENV: "" }),
    served("forced", { NODE_ENV: "production" }),
    served("off", { NODE_ENV: "development" }),
    served("token", { NODE_ENV: "production" }),
  ]);

const skips = {
  workerd: "agents are in Durable Objects, which no page can look into",
};

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

/** An answer to a request whose every header is said, as a browser or an attacker says them. */
function ask(
  server: Suite,
  path: string,
  { method = "GET", body, ...headers }: Record<string, string> = {},
): Promise<Answer> {
  const [host, port] = server.server.host.split(":");
  return new Promise((resolve, reject) => {
    const asking = httpRequest({ host, port, path, method, headers });
    asking.on("error", reject);
    asking.on("response", (response) => {
      let text = "";
      response.on("data", (data) => text += data);
      response.on("end", () => {
        const { headers, statusCode = 0 } = response;
        resolve({ status: statusCode, headers, text });
      });
    });
    asking.end(body);
  });
}

/** What the page sends to look for a state, with changes. */
function ofPage(
  server: Suite,
  changes: Record<string, string | undefined> = {},
): Record<string, string> {
  const said = {
    method: "POST",
    origin: `http://${server.server.host}`,
    "content-type": "application/json",
    "x-roam-dev": "1",
    body: JSON.stringify({
      agent: "ChatRoom",
      name: "lobby",
      do: "set",
      state: '{"topic":"set","count":1}',
    }),
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(said).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;
}

const basic = (password: string) => `Basic ${btoa(`dev:${password}`)}`;

behaviour(
  "in development there is a page at /_roam, and / leads there",
  async () => {
    const page = await ask(developed, "/_roam");
    assert.equal(page.status, 200);
    assert.match(page.text, /<script type="module" src="\/_roam\/page\.js">/);
    const policy = `${page.headers["content-security-policy"]}`;
    assert.match(policy, /default-src 'none'.*frame-ancestors 'none'/);
    const script = await ask(developed, "/_roam/page.js");
    assert.equal(script.status, 200);
    const { status, headers } = await ask(developed, "/");
    assert.equal(status, 302);
    assert.equal(headers.location, "/_roam");
    assert.equal((await ask(developed, "/_roamer")).status, 404);
    assert.equal((await ask(developed, "/other")).status, 404);
  },
  skips,
);

behaviour("elsewhere there is none, and / leads nowhere", async () => {
  const servers = [produced, unsaid, off, developed];
  const without = developed.server.runtime === "workerd" ? 4 : 3;
  for (const server of servers.slice(0, without)) {
    for (const path of ["/_roam", "/_roam/page.js", "/"]) {
      assert.equal((await ask(server, path)).status, 404, path);
    }
    assert.equal((await ask(server, "/_roam/do", ofPage(server))).status, 404);
  }
});

behaviour(
  "dev: true is a page whatever the environment says",
  async () => {
    assert.equal((await ask(forced, "/_roam")).status, 200);
  },
  skips,
);

behaviour(
  "a request to another host, as a page sends it that has turned its own name to this machine, finds no page",
  async () => {
    for (
      const host of [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:80",
        "10.0.0.1",
      ]
    ) {
      const origin = `http://${host}`;
      assert.equal((await ask(forced, "/_roam", { host })).status, 404, host);
      assert.equal((await ask(forced, "/", { host })).status, 404, host);
      const write = ofPage(forced, { host, origin });
      assert.equal((await ask(forced, "/_roam/do", write)).status, 404, host);
    }
    for (const host of ["localhost", "app.localhost:1", "[::1]:80"]) {
      assert.equal((await ask(forced, "/_roam", { host })).status, 200, host);
    }
  },
  skips,
);

behaviour(
  "a host that is none is 400, and no error of the page",
  async () => {
    for (const server of [developed, guarded]) {
      for (const host of ["a b", "a:port", "[", "1.2.3.4.5"]) {
        for (const path of ["/", "/_roam"]) {
          const { status, text } = await ask(server, path, { host });
          assert.equal(status, 400, `${path} of ${host}`);
          assert.match(text, /^(The Host header is no host|Bad request)/);
        }
      }
    }
  },
  skips,
);

behaviour(
  "a request that came through a proxy finds no page",
  async () => {
    for (const name of ["x-forwarded-for", "forwarded", "via", "x-real-ip"]) {
      const { status } = await ask(forced, "/_roam", { [name]: "for=1.2.3.4" });
      assert.equal(status, 404, name);
    }
  },
  skips,
);

behaviour(
  "only the page itself may ask for anything: no page of another origin",
  async () => {
    const host = developed.server.host;
    const foreign: Record<string, string | undefined>[] = [
      { origin: "https://evil.example" },
      { origin: `http://localhost:${host.split(":")[1]}` },
      { origin: "http://127.0.0.1:1" },
      { origin: "null" },
      { origin: undefined },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "cross-site" },
      { "x-roam-dev": undefined },
      { "content-type": "text/plain" },
      { "content-type": "application/x-www-form-urlencoded" },
      { method: "PUT" },
    ];
    for (const changes of foreign) {
      for (const path of ["/_roam/do", "/_roam/watch"]) {
        const { headers, status } = await ask(
          developed,
          path,
          ofPage(developed, changes),
        );
        assert.equal(status, 403, JSON.stringify(changes));
        assert.equal(headers["access-control-allow-origin"], undefined);
      }
    }
    const preflight = await ask(developed, "/_roam/do", {
      method: "OPTIONS",
      origin: "https://evil.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "x-roam-dev",
    });
    assert.equal(preflight.headers["access-control-allow-origin"], undefined);
    const own = await ask(developed, "/_roam/do", ofPage(developed));
    assert.equal(own.text, "{}");
  },
  skips,
);

behaviour(
  "with { token } the page is for whoever knows it, from anywhere, and for nobody else",
  async () => {
    const paths = ["/_roam", "/_roam/page.js"];
    for (
      const authorization of [
        undefined,
        basic("wrong"),
        basic(""),
        basic(`${TOKEN}x`),
        basic(TOKEN.slice(1)),
        `Bearer ${TOKEN}`,
        "Basic ?",
      ]
    ) {
      const said: Record<string, string> = authorization === undefined
        ? {}
        : { authorization };
      for (const path of paths) {
        const { headers, status, text } = await ask(guarded, path, said);
        assert.equal(status, 401, authorization);
        assert.equal(headers["www-authenticate"], 'Basic realm="Roam"');
        assert.ok(!text.includes("script"));
      }
      const write = ofPage(guarded, said);
      assert.equal((await ask(guarded, "/_roam/do", write)).status, 401);
    }
    const authorization = basic(TOKEN);
    for (const path of paths) {
      const elsewhere = { authorization, host: "dev.example", via: "1.1 p" };
      assert.equal((await ask(guarded, path, elsewhere)).status, 200);
    }
    // A browser sends it with whatever it sends there, whoever has it do so.
    const origin = "https://evil.example";
    const write = ofPage(guarded, { authorization, origin });
    assert.equal((await ask(guarded, "/_roam/do", write)).status, 403);
    assert.equal((await ask(guarded, "/")).status, 404);
  },
  skips,
);

behaviour(
  "a state that the page sets is checked as setState of the server is, and reaches the clients",
  async () => {
    const client = new TestClient(
      `ws://${developed.server.host}/agents/chat-room/lobby`,
    );
    await client.opened;
    const set = async (state: string) => {
      const body = { agent: "ChatRoom", name: "lobby", do: "set", state };
      const answer = await ask(
        developed,
        "/_roam/do",
        ofPage(developed, { body: JSON.stringify(body) }),
      );
      return JSON.parse(answer.text);
    };
    assert.deepEqual(await set('{"topic":"a","count":-1}'), {
      error: "count must not be negative",
    });
    assert.match((await set("{")).error, /^The state is no JSON: /);
    assert.match((await set('{"__proto__":{}}')).error, /__proto__/);
    assert.deepEqual(await set('{"topic":"from the page","count":2}'), {});
    while (!String(await client.next()).includes("from the page"));
    await client.close();
  },
  skips,
);

behaviour(
  "what does not write is not written, whatever it is called",
  async () => {
    const run = async (query: string, writes = false) => {
      const body = { agent: "ChatRoom", name: "sql", do: "sql", query, writes };
      const answer = await ask(
        developed,
        "/_roam/do",
        ofPage(developed, { body: JSON.stringify(body) }),
      );
      return JSON.parse(answer.text);
    };
    await run("CREATE TABLE a (n INTEGER); INSERT INTO a VALUES (1)", true);
    const count = { rows: [{ n: 1 }] };
    for (
      const query of [
        "DELETE FROM a",
        "WITH b AS (SELECT 1) DELETE FROM a",
        "SELECT 1; DROP TABLE a",
        "PRAGMA user_version = 3",
        "ATTACH ':memory:' AS b",
      ]
    ) {
      assert.match((await run(query)).error, /May write/, query);
      assert.deepEqual(await run("SELECT count(*) AS n FROM a"), count, query);
    }
    assert.match((await run("SELECT * FROM b")).error, /no such table: b/);
    assert.deepEqual(await run("DELETE FROM a RETURNING n", true), count);
  },
  skips,
);

behaviour(
  "the frames of a connection are recorded while somebody looks, also those that go to many at once",
  async () => {
    const path = `ws://${developed.server.host}/agents/chat-room/many`;
    const clients = Array.from({ length: 20 }, () => new TestClient(path));
    await Promise.all(clients.map((client) => client.opened));
    const [speaker] = clients;
    const said = async (text: string) => {
      speaker.send(text);
      await Promise.all(clients.map(async (client) => {
        while (await client.next() !== text);
      }));
    };
    await said("before anybody looks");
    const watch = await openWatch({ agent: "ChatRoom", name: "many" });
    const { connections } = await watch.until(
      "instance",
      ({ connections }) => connections.length === 20,
    );
    await watch.end();
    const connection = connections.at(-1).id;
    const frames = await openWatch({
      agent: "ChatRoom",
      name: "many",
      connection,
    });
    await frames.until("frames", (seen) => seen.connection === connection);
    await said("while somebody looks");
    const seen = await frames.until(
      "frames",
      ({ frames }) => frames.length === 1,
    );
    assert.equal(seen.frames[0].text, "while somebody looks");
    assert.equal(seen.frames[0].isIn, false);
    await frames.end();
    await said("when nobody looks any more");
    for (const client of clients) await client.close();
  },
  skips,
);

behaviour(
  "the frames of a client go on when it has come back on another socket",
  async () => {
    const visitor = await SessionClient.open(developed.server.host, {
      agent: "ChatRoom",
      name: "resumed",
      id: "me",
    });
    const address = { agent: "ChatRoom", name: "resumed", connection: "me" };
    const frames = await openWatch(address);
    const both = (text: string) =>
      frames.until(
        "frames",
        ({ frames }: FramesView) =>
          [true, false].every((isIn) =>
            frames.some((frame) => frame.isIn === isIn && frame.text === text)
          ),
      );
    await frames.until("frames", ({ connection }) => connection === "me");
    visitor.client.send("on the first socket");
    await both("on the first socket");
    await visitor.cut();
    assert.equal(visitor.client.resumed, true);
    visitor.client.send("on another socket");
    await both("on another socket");
    await frames.end();
    visitor.client.close();
    await visitor.stop();
  },
  skips,
);

behaviour(
  "the frames of a connection that takes the place of another, with its id, are recorded too",
  async () => {
    const path =
      `ws://${developed.server.host}/agents/chat-room/again?_pk=again`;
    const first = new TestClient(path);
    await first.opened;
    const frames = await openWatch({
      agent: "ChatRoom",
      name: "again",
      connection: "again",
    });
    await frames.until("frames", ({ connection }) => connection === "again");
    await first.close();
    await frames.until(
      "instance",
      ({ connections }) => connections.length === 0,
    );
    const second = new TestClient(path);
    await second.opened;
    await frames.until(
      "instance",
      ({ connections }) => connections.length === 1,
    );
    second.send("of the second");
    await frames.until(
      "frames",
      ({ frames }: FramesView) =>
        frames.some(({ isIn, text }) => isIn && text === "of the second"),
    );
    await frames.end();
    await second.close();
  },
  skips,
);

behaviour(
  "an instance that has left memory is shown as it is stored, and not started by that",
  async () => {
    const address = { agent: "ChatRoom", name: "left" };
    const state = '{"topic":"kept","count":3}';
    const body = JSON.stringify({ ...address, do: "set", state });
    const { text } = await ask(brief, "/_roam/do", ofPage(brief, { body }));
    assert.equal(text, "{}");
    const watch = await openWatch({ filter: "ef" }, brief);
    const stored = (agents: AgentView[]) =>
      agents[0].inMemory === 0 &&
      agents[0].names.some(({ name }) => name === "left");
    await watch.until("agents", stored);
    await watch.end();
    const other = await openWatch({ filter: "fe", ...address }, brief);
    const { isInMemory } = await other.until("instance", () => true);
    assert.equal(isInMemory, false);
    const seen = await other.until("state", () => true);
    assert.equal(seen.text, state);
    await other.end();
    const none = await openWatch({ filter: "fe" }, brief);
    const agents: AgentView[] = await none.until("agents", () => true);
    assert.equal(agents[0].inMemory, 0);
    assert.deepEqual(agents[0].names, []);
    await none.end();
  },
  skips,
);

/** What the page is told of what it wants to see. Each part comes once, and again when it has changed. */
async function openWatch(wanted: object, server: Suite = developed) {
  const response = await fetch(`http://${server.server.host}/_roam/watch`, {
    method: "POST",
    body: JSON.stringify(wanted),
    signal: AbortSignal.timeout(PATIENCE_MS),
    headers: ofPage(server, { body: undefined, method: undefined }),
  });
  assert.equal(response.status, 200);
  const reader = response.body!.pipeThrough(new TextDecoderStream())
    .getReader();
  let rest = "";
  let known: Record<string, unknown> = {};
  return {
    /** What is known of this part, when it fits. */
    // deno-lint-ignore no-explicit-any -- what the page gets
    async until(part: string, fits: (value: any) => boolean): Promise<any> {
      for (;;) {
        const lines = rest.split("\n");
        rest = lines.pop()!;
        for (const line of lines) known = { ...known, ...JSON.parse(line) };
        if (known[part] && fits(known[part])) return known[part];
        const { value, done } = await reader.read();
        assert.ok(!done, "the server has ended it");
        rest += value;
      }
    },
    end: () => reader.cancel(),
  };
}
