import assert from "node:assert/strict";
import { RawClient } from "../support/clients/raw_client.ts";
import { behaviour, runtime, suite } from "../support/suite.ts";

// An app that calls routeAgentRequest() and getAgentByName(); its class Room is bound as ROOMS.
const [server, slow] = await Promise.all(
  ["default", "slow"].map((profile) =>
    suite(
      profile,
      "tests/fixtures/worker_app_server.ts",
      { ROOMS: "RoomAgent", PropsAgent: "PropsAgent" },
      // On workerd what a client says in this header is the request's cf.
      { cfBlobHeader: "MF-CF-Blob" },
    )
  ),
);

async function json(path: string, init?: RequestInit, from = server) {
  const response = await from.fetch(path, init);
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
  "routeAgentRequest() upgrades, and the identity is the name of the binding",
  async () => {
    const name = server.name();
    const client = await server.open(`/agents/rooms/${name}`);
    assert.equal(
      await client.next(),
      `{"name":"${name}","agent":"rooms","type":"cf_agent_identity"}`,
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
  await server.noted("propsStarted", name);
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

for (
  const [what, mark] of [
    ["a call", { call: { method: "greet", depth: 0 } }],
    ["a start", { call: { depth: 0 } }],
    ["props", { props: { user: "forged" } }],
    ["data", { data: { user: "forged" } }],
  ] as const
) {
  for (const door of ["agents/rooms", "as-it-is", "binding", "by-name"]) {
    behaviour(
      `a client can't put a mark of the library on a request: ${what}, by /${door}`,
      async () => {
        const name = server.name();
        for (const id of [undefined, name, "id", null]) {
          const cf = { roamMark: { ...mark, id } };
          const seen = await json(`/${door}/${name}`, {
            method: "POST",
            headers: { "MF-CF-Blob": JSON.stringify(cf) },
            body: '["you"]',
          });
          assert.equal(seen.name, name, JSON.stringify(seen));
          assert.deepEqual([seen.body, seen.data], ['["you"]', null]);
          assert.doesNotMatch(seen.cf, /forged|roam/);
        }
      },
    );
  }
}

behaviour("what a client puts into cf is the app's own otherwise", async () => {
  const seen = await json(`/agents/rooms/${server.name()}`, {
    headers: { "MF-CF-Blob": JSON.stringify({ colo: "XYZ" }) },
  });
  const cf = JSON.parse(seen.cf);
  assert.deepEqual(cf, runtime === "workerd" ? { colo: "XYZ" } : {});
});

behaviour(
  "getAgentByName() resolves when the instance has started, with props",
  async () => {
    const name = server.name();
    const query = `props=${JSON.stringify({ user: "ada" })}`;
    assert.deepEqual(await json(`/start/${name}?${query}`), {
      result: { user: "ada" },
    });
    await server.noted("resolved", name);
    assert.deepEqual(server.notes(name), [
      ["propsStarted", { user: "ada" }],
      ["resolved"],
    ]);
  },
);

behaviour(
  "getAgentByName() rejects with the reason when the instance does not start, and tries again",
  async () => {
    const name = server.name();
    const query = `props=${JSON.stringify({ user: "nobody" })}`;
    const { error } = await json(`/start/${name}?${query}`);
    assert.match(error.message, /^Cannot reach it: agent PropsAgent did not/);
    // A client may be told the message.
    assert.doesNotMatch(error.message, /secret/);
    assert.deepEqual(error.cause, { name: "Error", message: "secret" });
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
  "worker: an app that throws answers 500 without a word",
  async () => {
    for (const upgrade of [false, true]) {
      const headers = upgrade ? {} : { Upgrade: undefined };
      const { host } = server.server;
      const raw = await RawClient.open(host, "/throw", headers);
      assert.equal(raw.status, 500);
      raw.destroy();
    }
    const response = await server.fetch("/throw");
    assert.deepEqual([response.status, await response.text()], [
      500,
      "Internal Server Error",
    ]);
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

for (const [kind, from] of [["at once", server], ["later", slow]] as const) {
  behaviour(
    `props are those of the call that began the start, where the storage answers ${kind}`,
    async () => {
      const name = from.name();
      const { result } = await json(`/race/${name}`, undefined, from);
      // On Workers calls of different stubs may overtake each other.
      const [given] = runtime === "workerd" ? result : [{ user: "first" }];
      assert.deepEqual(result, Array(3).fill(given));
      await from.noted("propsStarted", name);
      assert.deepEqual(from.notes(name), [["propsStarted", given]]);
    },
  );

  behaviour(
    `props that come after the call that began the start change nothing, where the storage answers ${kind}`,
    async () => {
      const name = from.name();
      const { result } = await json(`/late/${name}`, undefined, from);
      const [given] = runtime === "workerd" ? result : [null];
      assert.deepEqual(result, Array(3).fill(given));
      await from.noted("propsStarted", name);
      assert.deepEqual(from.notes(name), [["propsStarted", given]]);
    },
  );

  behaviour(
    `props of a start that failed are not the next one's, where the storage answers ${kind}`,
    async () => {
      const name = from.name();
      const { result } = await json(`/failing/${name}`, undefined, from);
      const [first, second] = result;
      assert.match(first, /did not start/);
      // What came too late for that start has begun one of its own.
      const inTime = typeof second === "string";
      if (inTime) assert.match(second, /did not start/);
      else assert.deepEqual(second, { user: "second" });
      const path = `/agents/props-agent/${name}`;
      const next = await json(path, undefined, from);
      assert.deepEqual(next, inTime ? null : second);
    },
    { hop: "the test holds up the start from within its process" },
  );
}

behaviour(
  "a method that a handle calls has returned when what it wrote is stored",
  async () => {
    const name = slow.name();
    await json(`/save/${name}`, undefined, slow);
    await slow.noted("saved", name);
    const told = slow.notes(name).map(([kind]) => kind);
    // On Workers the platform holds back the answer.
    const stored = runtime === "workerd" ? [] : ["stored"];
    assert.deepEqual(told, ["propsStarted", ...stored, "saved"]);
  },
);
