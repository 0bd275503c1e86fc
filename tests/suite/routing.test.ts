import assert from "node:assert/strict";
import { RawClient } from "../support/clients/raw_client.ts";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite();

/** The name in the identity frame of a connection to `path`. */
async function identity(
  path: string,
): Promise<{ name: string; agent: string }> {
  const client = server.connect(path);
  const { name, agent } = JSON.parse(await client.next() as string);
  await client.close();
  return { name, agent };
}

behaviour("an agent is found by its name in kebab-case", async () => {
  const { name, agent } = await identity("/agents/a-i-assistant/one");
  assert.deepEqual([name, agent], ["one", "a-i-assistant"]);
});

for (
  const name of [
    "plain",
    "UPPER and lower",
    "a%b",
    "50%25",
    "ünï-çødé-你好",
    "👩‍👩‍👧‍👦",
    "quote\"'`<>&",
    "a/b",
    "a?b#c",
    "a+b c",
    "..a",
    "{}|^[]~",
    "%2e%2e",
    "\\windows\\path",
    "con",
    "__proto__",
    "constructor",
    "x".repeat(256),
    "é".repeat(128),
    "e\u0301",
    "\u00e9",
    "\u202Ertl",
  ]
) {
  behaviour(
    `a name of an instance: ${JSON.stringify(name).slice(0, 40)}`,
    async () => {
      const path = `/agents/echo-agent/${encodeURIComponent(name)}`;
      assert.equal((await identity(path)).name, name);
      assert.equal(
        (await identity(`${path}/sub/path?x=/agents/x/y`)).name,
        name,
      );
    },
  );
}

behaviour(
  "names that are none are refused with 400, by WebSocket and by HTTP",
  async () => {
    const names = [
      "%00",
      "a%0Ab",
      "%7F",
      "%C2%85",
      encodeURIComponent("é".repeat(128) + "x"),
      "x".repeat(257),
    ];
    for (const name of names) {
      const path = `/agents/echo-agent/${name}`;
      const response = await server.fetch(path);
      assert.equal(response.status, 400, name);
      await response.body?.cancel();
      const raw = await RawClient.open(server.server.host, path);
      assert.equal(raw.status, 400, name);
      raw.destroy();
    }
    // A client of another server, which had this port before, is refused too.
    const refusal = { type: "refused", status: 400, agent: "EchoAgent" };
    await server.event(refusal, names.length * 2 - 1);
    assert.equal(server.events(refusal), names.length * 2);
  },
);

const asWritten: [segment: string, name: string][] = [
  ["100%", "100%"],
  ["100%25", "100%"],
  ["50%%20off", "50% off"],
  ["%zz", "%zz"],
  ["%C3", "%C3"],
  ["%ED%A0%80", "%ED%A0%80"],
];
for (const [segment, name] of asWritten) {
  behaviour(
    `the URL segment ${segment} is the name ${name}: a percent sign that encodes nothing is itself`,
    async () => {
      const path = `/agents/echo-agent/${segment}`;
      assert.equal((await identity(path)).name, name);
    },
  );
}

behaviour(
  "a name decomposed and a name composed are two instances",
  async () => {
    const a = await server.open(
      `/agents/command-agent/${encodeURIComponent("e\u0301")}`,
    );
    const b = await server.open(
      `/agents/command-agent/${encodeURIComponent("\u00e9")}`,
    );
    assert.equal(await a.ask("memory"), 1);
    assert.equal(await b.ask("memory"), 1);
  },
);

behaviour(
  "unknown agents are 400, also those on the prototype chain",
  async () => {
    for (
      const agent of [
        "nothing",
        "constructor",
        "__proto__",
        "toString",
        "hasOwnProperty",
        "EchoAgent",
        "Echo-Agent",
        "echo--agent",
        "echo%2Fagent",
      ]
    ) {
      const response = await server.fetch(`/agents/${agent}/x`);
      assert.deepEqual([response.status, await response.text()], [
        400,
        "Invalid request",
      ], agent);
      const raw = await RawClient.open(
        server.server.host,
        `/agents/${agent}/x`,
      );
      assert.equal(raw.status, 400, agent);
      raw.destroy();
    }
  },
);

behaviour("foreign paths are the fallback's", async () => {
  for (
    const path of [
      "/",
      "/agents",
      "/agents/",
      "/agents/echo-agent",
      "/agents/echo-agent/",
      "/agentsx/echo-agent/x",
      "/x/agents/echo-agent/y",
      "/Agents/echo-agent/x",
      "/?/agents/echo-agent/x",
    ]
  ) {
    const response = await server.fetch(path);
    assert.deepEqual([response.status, await response.text()], [
      404,
      "fallback",
    ], path);
  }
});

behaviour(
  "a request reaches onRequest with method, headers, cookies, body and whole URL",
  async () => {
    const path = "/agents/a-i-assistant/me/deep/path?q=1";
    const response = await server.fetch(path, {
      method: "PUT",
      headers: { "X-Custom": "yes", "Cookie": "a=b" },
      body: "é".repeat(100_000),
    });
    assert.equal(response.status, 201);
    assert.equal(response.headers.get("X-Agent"), "me");
    const { userAgent: _, ...seen } = await response.json();
    assert.deepEqual(seen, {
      method: "PUT",
      url: server.url(path),
      cookie: "a=b",
      custom: "yes",
      body: "é".repeat(100_000),
    });
  },
);

behaviour("onRequest answers 404 Not implemented by default", async () => {
  const response = await server.fetch("/agents/echo-agent/x");
  assert.deepEqual([response.status, await response.text()], [
    404,
    "Not implemented",
  ]);
});

behaviour(
  "instances of two agents, and of many names, have a memory each",
  async () => {
    const names = Array.from({ length: 50 }, (_, at) => `memory-${at}`);
    await Promise.all(names.map(async (name, at) => {
      const client = await server.open(`/agents/command-agent/${name}`);
      for (let count = 1; count <= at % 3 + 1; count++) {
        assert.equal(await client.ask("memory"), count);
      }
    }));
    assert.equal(
      (await identity("/agents/echo-agent/memory-0")).agent,
      "echo-agent",
    );
  },
);

behaviour("a WebSocket handshake without a key is refused", async () => {
  const path = "/agents/echo-agent/bad";
  const raw = await RawClient.open(server.server.host, path, {
    "Sec-WebSocket-Key": undefined,
  });
  assert.equal(raw.status, 400);
  raw.destroy();
  assert.equal((await identity(path)).name, "bad");
});

behaviour("a WebSocket handshake of another version is refused", async () => {
  const path = "/agents/echo-agent/old";
  const raw = await RawClient.open(server.server.host, path, {
    "Sec-WebSocket-Version": "8",
  });
  assert.ok(raw.status >= 400 && raw.status < 500, `${raw.status}`);
  raw.destroy();
}, { deno: "Deno takes any version for 13" });

behaviour(
  "a page of another origin is refused with 403 before the upgrade, and told how to be allowed",
  async () => {
    const path = "/agents/hooks-agent/origins";
    for (
      const origin of [
        "https://evil.example",
        "null",
        "http://127.0.0.1.evil.example",
        "https://localhost.evil.example",
        "file://",
      ]
    ) {
      const raw = await RawClient.open(server.server.host, path, {
        Origin: origin,
      });
      assert.equal(raw.status, 403, origin);
      raw.destroy();
    }
    for (
      const origin of [
        `http://${server.server.host}`,
        "http://localhost:5173",
        "http://[::1]:3000",
      ]
    ) {
      const raw = await RawClient.open(server.server.host, path, {
        Origin: origin,
      });
      assert.equal(raw.status, 101, origin);
      raw.destroy();
    }
    await server.event({ type: "refused", status: 403, agent: "HooksAgent" });
    await server.logged("https://evil.example", "allowedOrigins");
  },
);
