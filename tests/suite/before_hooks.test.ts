import assert from "node:assert/strict";
import { RawClient } from "../support/clients/raw_client.ts";
import { behaviour, runtime, type Suite, suite } from "../support/suite.ts";

const entry = "tests/fixtures/doors_server.ts";
const server = await suite("default", entry, ["DoorAgent", "FaultsAgent"]);
const cors = await suite("cors", entry, ["DoorAgent", "FaultsAgent"]);
const env = runtime === "workerd" ? ["DoorAgent"] : ["COLOUR"];
const found = { user: "ada", env };

/** Status, body and headers of an upgrade and of a request. */
async function answers(at: Suite, path: string) {
  const raw = await RawClient.open(at.server.host, path);
  const response = await at.fetch(path);
  const { status, headers } = response;
  const seen = { status, headers, body: await response.text() };
  raw.destroy();
  return { raw, ...seen };
}

for (const how of ["data", "later"]) {
  behaviour(
    `onBeforeConnect and onBeforeRequest hand on data, frozen, and read env (${how})`,
    async () => {
      const path = `/agents/door-agent/${server.name()}?hook=${how}`;
      const client = await server.open(path);
      assert.deepEqual(JSON.parse(await client.user() as string), {
        data: found,
        frozen: true,
        custom: null,
        tags: ["user:ada"],
      });
      await client.close();
      const response = await server.fetch(path, { method: "POST", body: "x" });
      assert.deepEqual(await response.json(), { data: found, body: "x" });
    },
  );
}

for (const how of ["", "null"]) {
  behaviour(
    `a hook that returns nothing lets in, without data ("${how}")`,
    async () => {
      const path = `/agents/door-agent/${server.name()}?hook=${how}`;
      const client = await server.open(path);
      assert.equal(JSON.parse(await client.user() as string).data, null);
      await client.close();
      const { data } = await (await server.fetch(path)).json();
      assert.equal(data, null);
    },
  );
}

behaviour("data is JSON on every runtime", async () => {
  const client = await server.open(
    `/agents/door-agent/${server.name()}?hook=date`,
  );
  const { data } = JSON.parse(await client.user() as string);
  assert.equal(data.since, "1970-01-01T00:00:00.000Z");
  await client.close();
});

behaviour(
  "headers of a hook are in the 101, and in the answer of onRequest",
  async () => {
    const path = `/agents/door-agent/${server.name()}?hook=headers`;
    const { raw, headers } = await answers(server, path);
    assert.equal(raw.status, 101);
    for (const line of ["set-cookie: a=1", "set-cookie: b=2", "x-door: open"]) {
      assert.ok(raw.head.toLowerCase().includes(`\r\n${line}`), raw.head);
    }
    assert.equal(headers.get("x-door"), "open");
    assert.deepEqual(headers.getSetCookie().sort(), [
      "a=1",
      "b=2",
      "of=agent",
    ]);
  },
);

behaviour(
  "a hook may hand on data, headers and another request at once",
  async () => {
    const path = `/agents/door-agent/${server.name()}?hook=all`;
    const client = await server.open(path);
    const { data, custom } = JSON.parse(await client.user() as string);
    assert.deepEqual([data, custom], [found, "replaced"]);
    await client.close();
    const response = await server.fetch(path, { method: "PUT", body: "kept" });
    assert.deepEqual(await response.json(), { data: found, body: "kept" });
    assert.equal(response.headers.get("x-door"), "open");
  },
);

for (
  const how of ["throw", "reject", "false", "string", "strange", "map"]
) {
  behaviour(
    `a hook that fails (${how}) lets nobody in: 500 without a word, an event, and CORS headers`,
    async () => {
      const name = cors.name();
      const path = `/agents/door-agent/${name}?hook=${how}`;
      const { raw, status, body, headers } = await answers(cors, path);
      assert.deepEqual([raw.status, status], [500, 500]);
      assert.equal(body, "Internal Server Error");
      assert.doesNotMatch(raw.head, /secret/);
      assert.equal(headers.get("access-control-allow-origin"), "*");
      for (const stage of ["onBeforeConnect", "onBeforeRequest"]) {
        await cors.event({ type: "failed", stage, agent: "DoorAgent", name });
      }
      assert.equal(cors.events({ type: "started", name }), 0);
    },
  );
}

behaviour(
  "a hook that never settles is answered with 503 in time, and Retry-After, and told in the log",
  async () => {
    const name = cors.name();
    const path = `/agents/door-agent/${name}?hook=never`;
    const { raw, status, body, headers } = await answers(cors, path);
    assert.deepEqual([raw.status, status], [503, 503]);
    assert.equal(body, "onBeforeRequest took too long");
    assert.match(raw.head, /\r\nretry-after: \d+/i);
    assert.match(headers.get("retry-after")!, /^\d+$/);
    assert.equal(headers.get("access-control-allow-origin"), "*");
    await cors.event({ type: "refused", status: 503, agent: "DoorAgent" });
    for (const stage of ["onBeforeConnect", "onBeforeRequest"]) {
      const line =
        `Refused a request for DoorAgent: ${stage} took too long, see limits.connectMs`;
      await cors.server.process.until(
        (printed) => printed.includes(line) || undefined,
        line,
      );
    }
    assert.equal(cors.events({ type: "started", name }), 0);
  },
);

for (const how of ["throw", "reject"]) {
  behaviour(
    `a fallback that fails (${how}) answers 500 without a word, an event, and CORS headers`,
    async () => {
      const response = await cors.fetch(`/${how}`);
      assert.deepEqual([response.status, await response.text()], [
        500,
        "Internal Server Error",
      ]);
      assert.equal(response.headers.get("access-control-allow-origin"), "*");
      await cors.event({ type: "failed", stage: "fallback" });
    },
  );
}

for (const how of ["nothing", "text", "later"]) {
  behaviour(
    `a fallback that returns no Response (${how}) answers 500 without a word, and the next request is answered`,
    async () => {
      for (let times = 0; times < 2; times++) {
        const response = await cors.fetch(`/${how}`);
        assert.equal(response.status, 500);
        assert.doesNotMatch(await response.text(), /secret/);
      }
      const response = await cors.fetch("/other");
      assert.equal(await response.text(), "fallback");
    },
  );
}

behaviour(
  "a probe is told what the upgrade would be refused with, and why",
  async () => {
    const of = async (path: string) => {
      const response = await server.fetch(path);
      return [response.status, await response.text()];
    };
    const path = `/agents/door-agent/${server.name()}?_roam=probe`;
    assert.deepEqual(await of(path), [204, ""]);
    assert.deepEqual(await of(`${path}&hook=data`), [204, ""]);
    assert.deepEqual(await of(`${path}&hook=refuse`), [401, "no entry"]);
    assert.deepEqual(await of(`${path}&hook=throw`), [
      500,
      "Internal Server Error",
    ]);
    assert.deepEqual(await of("/agents/nothing/x?_roam=probe"), [
      400,
      "no such agent is served",
    ]);
    assert.deepEqual(await of("/agents//door-agent/x?_roam=probe"), [
      400,
      "This is another spelling of the address /agents/door-agent/x",
    ]);
  },
);

behaviour(
  "the answer to a probe may be read by the page that asked, with its credentials, and is not kept",
  async () => {
    const origin = new URL(server.url("/")).origin;
    const path = `/agents/door-agent/${server.name()}?_roam=probe&hook=refuse`;
    const { status, headers, body } = await server.fetch(path, {
      headers: { origin },
    });
    await body?.cancel();
    assert.equal(status, 401);
    const told = [
      "access-control-allow-origin",
      "access-control-allow-credentials",
      "cache-control",
    ].map((name) => headers.get(name));
    assert.deepEqual(told, [origin, "true", "no-store"]);
  },
);
