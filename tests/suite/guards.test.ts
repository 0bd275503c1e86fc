import assert from "node:assert/strict";
import { RawClient } from "../support/clients/raw_client.ts";
import { behaviour, suite } from "../support/suite.ts";

// Prefix /api/v1/, CORS, hooks before each request, one allowed origin.
const server = await suite("guarded");
const path = "/api/v1/a-i-assistant/guarded";

behaviour(
  "a prefix may have several segments, and slashes around them",
  async () => {
    const client = await server.open(path);
    assert.match(await client.next() as string, /"name":"guarded"/);
    await client.close();
    assert.equal((await server.fetch("/agents/a-i-assistant/x")).status, 404);
  },
);

behaviour(
  "onBeforeConnect may refuse with a status, before there is an instance",
  async () => {
    const raw = await RawClient.open(
      server.server.host,
      "/api/v1/echo-agent/refused?refuse",
    );
    assert.equal(raw.status, 401);
    raw.destroy();
    await server.noted("beforeConnect", "EchoAgent", "refused");
    assert.equal(server.events({ type: "started", name: "refused" }), 0);
  },
);

behaviour(
  "onBeforeConnect may put another request in the place of the client's",
  async () => {
    const client = await server.open(`${path}?replace`);
    assert.equal(JSON.parse(await client.user() as string).custom, "replaced");
    await client.close();
  },
);

behaviour(
  "onBeforeRequest may refuse, or put another request in the place of the client's",
  async () => {
    const refused = await server.fetch("/api/v1/a-i-assistant/refused?refuse");
    assert.deepEqual([refused.status, await refused.text()], [401, "no entry"]);
    assert.equal(server.events({ type: "started", name: "refused" }), 0);
    const replaced = await server.fetch(`${path}?replace`, {
      method: "POST",
      body: "kept",
    });
    const { custom, body } = await replaced.json();
    assert.deepEqual([custom, body], ["replaced", "kept"]);
  },
);

behaviour(
  "cors: true answers OPTIONS, and adds its headers to each HTTP response",
  async () => {
    const headers = {
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "GET, POST, HEAD, OPTIONS",
      "access-control-allow-headers": "*",
      "access-control-max-age": "86400",
    };
    const options = await server.fetch(path, { method: "OPTIONS" });
    assert.deepEqual([options.status, await options.text()], [200, ""]);
    const answer = await server.fetch(path);
    const refused = await server.fetch(`${path}?refuse`);
    for (const response of [options, answer, refused]) {
      for (const [name, value] of Object.entries(headers)) {
        assert.equal(response.headers.get(name), value);
      }
    }
    assert.equal(answer.headers.get("x-agent"), "guarded");
  },
);

behaviour(
  "allowedOrigins lets a page of another origin in, and only that",
  async () => {
    for (
      const [origin, status] of [
        ["https://app.example.com", 101],
        ["https://APP.example.com", 101],
        ["http://app.example.com", 403],
        ["https://app.example.com:8443", 403],
        ["https://app.example.com.evil.example", 403],
      ] as const
    ) {
      const raw = await RawClient.open(server.server.host, path, {
        Origin: origin,
      });
      assert.equal(raw.status, status, origin);
      raw.destroy();
    }
  },
);
