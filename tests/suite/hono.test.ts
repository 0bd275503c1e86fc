import assert from "node:assert/strict";
import { RawClient } from "../support/clients/raw_client.ts";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite("default", "tests/fixtures/hono_server.ts", [
  "EchoAgent",
  "AIAssistant",
  "RedirectAgent",
]);
const secret = { Authorization: `Basic ${btoa("ada:secret")}` };

behaviour(
  "agentsMiddleware answers for agents, and passes on what no agent matches",
  async () => {
    const client = await server.open("/agents/echo-agent/x");
    client.send("through Hono");
    assert.equal(await client.user(), "through Hono");
    assert.deepEqual((await client.close(4001, "bye")).code, 4001);
    assert.equal(await (await server.fetch("/")).text(), "the app's own");
    assert.equal((await server.fetch("/agents")).status, 404);
    assert.equal((await server.fetch("/agents/nothing/x")).status, 400);
  },
);

behaviour(
  "basicAuth before agentsMiddleware guards WebSockets and requests",
  async () => {
    const path = "/agents/a-i-assistant/x";
    const raw = await RawClient.open(server.server.host, path);
    assert.equal(raw.status, 401);
    raw.destroy();
    assert.equal((await server.fetch(path)).status, 401);
    const client = await server.open(path, secret);
    assert.equal(
      JSON.parse(await client.user() as string).url,
      server.url(path),
    );
    await client.close();
    assert.equal((await server.fetch(path, { headers: secret })).status, 201);
  },
);

behaviour("a Hono app may be the fallback", async () => {
  assert.equal(await (await server.fetch("/inner/word")).text(), "inner word");
  assert.equal((await server.fetch("/inner")).status, 404);
});

const worker = await suite(
  "default",
  "tests/fixtures/hono_worker_server.ts",
  ["EchoAgent"],
);

behaviour(
  "agentsMiddleware() finds the agents in the env of a Hono app that is a Worker",
  async () => {
    for (const prefix of ["agents", "api"]) {
      const client = await worker.open(`/${prefix}/echo-agent/x`);
      client.send("through Hono");
      assert.equal(await client.user(), "through Hono");
      assert.deepEqual((await client.close(4001, "bye")).code, 4001);
      const unknown = await worker.fetch(`/${prefix}/nothing/x`);
      assert.equal(unknown.status, 400);
    }
    assert.equal(await (await worker.fetch("/")).text(), "the app's own");
    assert.equal((await worker.fetch("/agents")).status, 404);
  },
);

for (
  const [what, at] of [["", server], [" that is a Worker", worker]] as const
) {
  behaviour(
    `middlewares of a Hono app${what} may set headers on what an agent answers`,
    async () => {
      const path = "/agents/echo-agent/x";
      const response = await at.fetch(path);
      assert.equal(response.status, 404);
      const { headers } = response;
      const set = ["x-before", "x-after", "x-frame-options", "vary"];
      assert.deepEqual(
        set.map((name) => headers.get(name)),
        ["1", "2, 3", "SAMEORIGIN", "Origin"],
      );
      const client = await at.open(path);
      client.send("through middlewares");
      assert.equal(await client.user(), "through middlewares");
      await client.close();
    },
  );
}

behaviour(
  "middlewares may set headers also where an agent answers with ones that can't be changed",
  async () => {
    const response = await server.fetch("/agents/redirect-agent/x", {
      redirect: "manual",
    });
    const { status, headers } = response;
    assert.deepEqual(
      [status, headers.get("location"), headers.get("x-after")],
      [303, "https://app.example.com/elsewhere", "2, 3"],
    );
  },
);
