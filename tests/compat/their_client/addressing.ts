import assert from "node:assert/strict";
import { once } from "../../support/clients/events.ts";
import { ask, theirs } from "./visit.ts";

for (const prefix of ["rooms", "api/v1/agents"]) {
  theirs(
    `AgentClient.prefix: ${prefix} is where the server has it`,
    async (visit) => {
      const client = await visit.join("CommandAgent", { prefix });
      const { pathname } = new URL((await ask(client, "self")).uri);
      assert.equal(pathname, `/${prefix}/command-agent/${visit.name}`);
    },
  );
}

theirs(
  "AgentClient.path: follows the name, and is the agent's own",
  async (visit) => {
    const client = await visit.join("CommandAgent", { path: "deep/er" });
    assert.equal(client.name, visit.name);
    const { pathname } = new URL((await ask(client, "self")).uri);
    assert.equal(pathname, `/agents/command-agent/${visit.name}/deep/er`);
  },
);

theirs(
  "AgentClient.query: an object arrives, after _pk and without what is null",
  async (visit) => {
    const client = await visit.join("CommandAgent", {
      query: { token: "a b&c", none: null, missing: undefined, empty: "" },
    });
    const { search } = new URL((await ask(client, "self")).uri);
    assert.equal(search, `?_pk=${client.id}&token=a+b%26c&empty=`);
  },
);

for (const kind of ["function", "async function"]) {
  theirs(
    `AgentClient.query: ${kind} is asked anew for each attempt`,
    async (visit) => {
      let asked = 0;
      const next = () => ({ attempt: String(++asked) });
      const query = kind === "function" ? next : async () => {
        await Promise.resolve();
        return next();
      };
      const client = await visit.join("CommandAgent", { query });
      for (const attempt of [1, 2]) {
        const { search } = new URL((await ask(client, "self")).uri);
        assert.equal(search, `?_pk=${client.id}&attempt=${attempt}`);
        if (attempt === 2) break;
        client.reconnect();
        await client.ready;
      }
    },
  );
}

theirs(
  "AgentClient.basePath: the server says which agent it has met",
  async (visit) => {
    const client = visit.client("CommandAgent", { basePath: "user" });
    assert.equal(client.name, visit.name);
    await client.ready;
    assert.deepEqual([client.agent, client.name], ["command-agent", "ann"]);
    const uri = new URL((await ask(client, "self")).uri);
    assert.equal(uri.pathname + uri.search, `/user?_pk=${client.id}`);
  },
);

theirs(
  "AgentClient.basePath: takes a path, and reaches the same instance as by name",
  async (visit) => {
    const by = { basePath: "user", path: "settings" };
    const one = await visit.join("CommandAgent", by);
    const two = await visit.join("CommandAgent", { name: "ann" });
    assert.equal(
      new URL((await ask(one, "self")).uri).pathname,
      "/user/settings",
    );
    const ids: string[] = await ask(two, "list");
    assert.ok(ids.includes(one.id) && ids.includes(two.id), String(ids));
  },
);

theirs(
  "AgentClient.onIdentityChange: is called when another instance answers",
  async (visit) => {
    const changes: string[][] = [];
    const client = await visit.join("EchoAgent", {
      basePath: "next",
      onIdentityChange: (...names) => changes.push(names),
    });
    const first = client.name;
    client.reconnect();
    await client.ready;
    assert.notEqual(client.name, first);
    const agent = "echo-agent";
    assert.deepEqual(changes, [[first, client.name, agent, agent]]);
  },
);

theirs(
  "AgentClient.identified: is false from the close to the next identity",
  async (visit) => {
    const client = await visit.join("EchoAgent");
    const { ready } = client;
    client.reconnect();
    assert.equal(client.identified, false);
    assert.notEqual(client.ready, ready);
    await client.ready;
    assert.equal(client.identified, true);
  },
);

theirs("AgentClient.onopen: comes before the identity", async (visit) => {
  const client = visit.client("EchoAgent");
  await once(client, "open");
  assert.equal(client.identified, false);
  await client.ready;
});

theirs(
  "AgentClient.agent: an unknown one is refused, and the connection never opens",
  async (visit) => {
    const client = visit.client("NoSuchAgent", { maxRetries: 0 });
    await once(client, "close");
    assert.equal(client.identified, false);
    // They make 1000 of whatever a handshake fails with.
    assert.equal(client.connectionError?.code, 1000);
  },
);
