import assert from "node:assert/strict";
import { RawClient } from "../support/raw_client.ts";
import { behaviour, runtime, suite } from "../support/suite.ts";

// An app that calls routeAgentRequest() and getAgentByName(); its class Room is bound as ROOMS.
const server = await suite(
  "default",
  "tests/fixtures/worker_app_server.ts",
  { ROOMS: "RoomAgent", PropsAgent: "PropsAgent" },
);

async function json(path: string, init?: RequestInit) {
  const response = await server.fetch(path, init);
  // deno-lint-ignore no-explicit-any -- the test knows what it asked for
  return await response.json() as any;
}

behaviour("worker: the app finds a binding for each class in env", async () => {
  const names = await json("/env");
  const own = names.filter((name: string) => /Agent|ROOMS|COLOUR/.test(name));
  // On Workers env comes from the platform.
  const colour = runtime === "workerd" ? [] : ["COLOUR"];
  assert.deepEqual(own, [...colour, "PropsAgent", "ROOMS"]);
});

behaviour(
  "routeAgentRequest() finds the instance by the binding's name, for HTTP",
  async () => {
    const name = server.name();
    const path = `/agents/rooms/${name}/deeper?x=1`;
    const seen = await json(path, { method: "POST", body: "text" });
    assert.deepEqual(
      [seen.name, seen.url, seen.method, seen.body],
      [name, path, "POST", "text"],
    );
  },
);

behaviour("this.name is there in the constructor", async () => {
  const name = server.name();
  assert.equal((await json(`/agents/rooms/${name}`)).born, name);
});

behaviour(
  "routeAgentRequest() upgrades, and the identity is the class's name",
  async () => {
    const name = server.name();
    const client = await server.open(`/agents/rooms/${name}`);
    assert.equal(
      await client.next(),
      `{"name":"${name}","agent":"room","type":"cf_agent_identity"}`,
    );
    assert.equal(await client.user(), "user null");
    await client.close();
  },
);

for (const agent of ["nothing", "constructor", "__proto__", "colour"]) {
  behaviour(`routeAgentRequest() answers 400 for ${agent}`, async () => {
    const response = await server.fetch(`/agents/${agent}/x`);
    assert.deepEqual(
      [response.status, await response.text()],
      [400, "Invalid request"],
    );
  });
}

behaviour("routeAgentRequest() is null for foreign paths", async () => {
  for (const path of ["/", "/agents", "/agents/rooms", "/elsewhere/rooms/x"]) {
    const response = await server.fetch(path);
    assert.equal(await response.text(), "of the app", path);
  }
});

behaviour("routeAgentRequest() without an env throws", async () => {
  assert.deepEqual(await json("/strict/x"), {
    error: {
      name: "TypeError",
      message: "Cannot route a request: env must be an object: received null",
    },
  });
});

behaviour(
  "routeAgentRequest() keeps pages of other origins out, unless allowedOrigins lists them",
  async () => {
    const open = async (path: string, origin: string) => {
      const { host } = server.server;
      const raw = await RawClient.open(host, path, { Origin: origin });
      raw.destroy();
      return raw.status;
    };
    const app = "https://app.example.com";
    assert.equal(await open("/agents/rooms/origin", app), 403);
    assert.equal(await open("/api/v1/rooms/origin", app), 101);
    assert.equal(await open("/api/v1/rooms/origin", "https://evil.io"), 403);
  },
);

behaviour(
  "routeAgentRequest() asks onBeforeConnect, which may refuse or replace the request",
  async () => {
    const name = server.name();
    const client = await server.open(`/api/v1/rooms/${name}`);
    assert.equal(await client.user(), "user replaced");
    await client.close();
    await server.noted("beforeConnect", "ROOMS", name);
    const { host } = server.server;
    const raw = await RawClient.open(host, `/api/v1/rooms/${name}?refuse`);
    assert.equal(raw.status, 401);
    raw.destroy();
  },
);

behaviour(
  "routeAgentRequest() asks onBeforeRequest, and adds the headers of cors",
  async () => {
    const name = server.name();
    const path = `/api/v1/rooms/${name}`;
    const response = await server.fetch(path, { method: "PUT", body: "kept" });
    const { user, body } = await response.json();
    assert.deepEqual([user, body], ["replaced", "kept"]);
    await server.noted("beforeRequest", "ROOMS", name);
    const refused = await server.fetch(`${path}?refuse`);
    assert.equal(refused.status, 401);
    await refused.body?.cancel();
    const preflight = await server.fetch(path, { method: "OPTIONS" });
    assert.equal(preflight.status, 200);
    for (const { headers } of [response, refused, preflight]) {
      assert.equal(headers.get("access-control-allow-origin"), "*");
    }
  },
);

behaviour("props reach onStart, once, and leave no trace", async () => {
  const name = server.name();
  const path = `/agents/props-agent/${name}`;
  assert.deepEqual(await json(`${path}?user=ada`), { user: "ada" });
  assert.deepEqual(await json(`${path}?user=bob`), { user: "ada" });
  assert.deepEqual(server.notes(name), [["propsStarted", { user: "ada" }]]);
  const seen = await json(`/agents/rooms/${name}?user=ada`);
  assert.doesNotMatch(seen.cf, /ada|roam/);
});

behaviour("props reach onStart with an upgrade, too", async () => {
  const client = await server.open(
    `/agents/props-agent/${server.name()}?user=${encodeURIComponent("ädä")}`,
  );
  assert.equal(await client.user(), '{"user":"ädä"}');
  await client.close();
});

behaviour("a client can't send props", async () => {
  const props = { user: "forged" };
  const base64 = btoa(JSON.stringify(props));
  const headers = {
    "x-agents-lifecycle-props": base64,
    "x-partykit-props": JSON.stringify(props),
    "cf": JSON.stringify({ roamMark: { props } }),
    "cf-blob": JSON.stringify({ roamMark: { props } }),
    "roamMark": JSON.stringify({ props }),
  };
  const path = `/agents/props-agent/${server.name()}`;
  assert.equal(await json(path, { headers }), null);
});

behaviour(
  "getAgentByName() resolves when the instance has started, with props",
  async () => {
    const name = server.name();
    const query = `props=${JSON.stringify({ user: "ada" })}`;
    assert.deepEqual(await json(`/start/${name}?${query}`), {
      result: { user: "ada" },
    });
    assert.deepEqual(server.notes(name), [
      ["propsStarted", { user: "ada" }],
      ["resolved"],
    ]);
  },
);

behaviour(
  "getAgentByName() rejects when the instance does not start, and tries again",
  async () => {
    const name = server.name();
    const query = `props=${JSON.stringify({ user: "nobody" })}`;
    const { error } = await json(`/start/${name}?${query}`);
    assert.match(error.message, /^Cannot reach it: agent PropsAgent did not/);
    assert.doesNotMatch(error.message, /secret/);
    const again = `props=${JSON.stringify({ user: "ada" })}`;
    assert.deepEqual(await json(`/start/${name}?${again}`), {
      result: { user: "ada" },
    });
  },
);

behaviour(
  "getAgentByName() gives all methods, also inside an agent",
  async () => {
    const name = server.name();
    assert.deepEqual(await json(`/call/${name}`), {
      result: [`${name} greets you`, null],
    });
  },
);

behaviour("getAgentByName().fetch() takes any request", async () => {
  const name = server.name();
  const seen = await json(`/room/${name}`, { method: "POST", body: "text" });
  assert.deepEqual(
    [seen.name, seen.url, seen.user, seen.body],
    [name, `/room/${name}`, "ada", "text"],
  );
  const other = await json(`/by-url/${name}`);
  assert.deepEqual(
    [other.name, other.url, other.body],
    [name, "/anywhere?x=1", "from the app"],
  );
});

for (const path of ["as-it-is", "room", "binding", "by-name"]) {
  behaviour(`getAgentByName().fetch() upgrades (${path})`, async () => {
    const name = server.name();
    const client = await server.open(`/${path}/${name}`);
    assert.match(await client.next() as string, new RegExp(`"name":"${name}"`));
    const user = path === "room" ? "ada" : "null";
    assert.equal(await client.user(), `user ${user}`);
    const { code } = await client.close(4007, "done");
    assert.equal(code, 4007);
  });
}

behaviour(
  "worker: what waitUntil() keeps may fail, and harms nobody",
  async () => {
    const response = await server.fetch("/later");
    assert.equal(await response.text(), "at once");
    await server.noted("behind", "fails");
    assert.equal((await server.fetch("/env")).status, 200);
  },
);

behaviour(
  "getAgent(agent, name, { props }) gives props to onStart",
  async () => {
    assert.deepEqual(await json(`/get/${server.name()}`), {
      result: { user: "get" },
    });
  },
);
