import assert from "node:assert/strict";
import { agentFetch } from "./packages.js";
import { server, theirs } from "./visit.ts";

const address = (name: string, more: object = {}) => ({
  agent: "CommandAgent",
  name,
  host: server.server.host,
  ...more,
});

for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
  theirs(`agentFetch(): ${method} reaches onRequest`, async ({ name }) => {
    const response = await agentFetch(address(name), { method });
    assert.deepEqual(await response.json(), { name, connection: null, method });
  });
}

theirs(
  "agentFetch(): body, headers, path and query arrive",
  async ({ name }) => {
    const { host } = server.server;
    const response = await agentFetch({
      agent: "AIAssistant",
      name,
      host,
      path: "deep/er",
      query: { x: "1" },
    }, { method: "POST", body: "hello", headers: { "X-Custom": "mine" } });
    assert.equal(response.status, 201);
    assert.deepEqual(await response.json(), {
      method: "POST",
      url: `http://${host}/agents/a-i-assistant/${name}/deep/er?x=1`,
      cookie: null,
      custom: "mine",
      body: "hello",
    });
  },
);

theirs("agentFetch(): basePath goes where the server says", async () => {
  const response = await agentFetch(address("x", { basePath: "user" }));
  assert.equal((await response.json()).name, "ann");
});

for (const prefix of ["rooms", "api/v1/agents"]) {
  theirs(`agentFetch(): takes the prefix ${prefix}`, async ({ name }) => {
    const response = await agentFetch(address(name, { prefix }));
    assert.equal((await response.json()).name, name);
  });
}

theirs(
  "agentFetch(): an agent without onRequest answers 404 Not implemented",
  async ({ name }) => {
    const { host } = server.server;
    const response = await agentFetch({ agent: "EchoAgent", name, host });
    assert.equal(response.status, 404);
    assert.equal(await response.text(), "Not implemented");
  },
);

theirs(
  "agentFetch(): an unknown agent answers 400 Invalid request",
  async ({ name }) => {
    const { host } = server.server;
    for (const agent of ["NoSuchAgent", "constructor", "__proto__"]) {
      const response = await agentFetch({ agent, name, host });
      assert.equal(response.status, 400);
      assert.equal(await response.text(), "Invalid request");
    }
  },
);

theirs(
  "agentFetch(): what is no agent's path is the app's",
  async ({ name }) => {
    for (const more of [{ prefix: "elsewhere" }, { basePath: "agents/x" }]) {
      const response = await agentFetch(address(name, more));
      assert.equal(response.status, 404);
      assert.equal(await response.text(), "not an agent's");
    }
  },
);

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST, HEAD, OPTIONS",
  "access-control-allow-headers": "*",
  "access-control-max-age": "86400",
};

theirs(
  "agentFetch(): cors: true adds the headers, and answers OPTIONS",
  async ({ name }) => {
    for (const method of ["GET", "OPTIONS"]) {
      const response = await agentFetch(address(name), { method });
      assert.equal(response.status, 200);
      const headers = Object.fromEntries(response.headers);
      for (const [key, value] of Object.entries(CORS)) {
        assert.equal(headers[key], value, `${method} ${key}`);
      }
      const body = await response.text();
      if (method === "OPTIONS") assert.equal(body, "");
    }
  },
);

theirs("agentFetch(): without cors there are no headers", async ({ name }) => {
  const response = await agentFetch(address(name, { prefix: "rooms" }));
  await response.body?.cancel();
  assert.equal(response.headers.get("access-control-allow-origin"), null);
});
