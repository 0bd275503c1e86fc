import assert from "node:assert/strict";
import type { TestClient } from "../support/clients/client.ts";
import { pollutions } from "../support/random/pollutions.ts";
import { frame, greeting, stored } from "../support/clients/state_client.ts";
import { behaviour, suite } from "../support/suite.ts";

const agents = await suite("state");

function address(): string {
  return `/agents/state-agent/${agents.name("pollution")}`;
}

async function join(path: string, query = "", headers = {}) {
  const client = await agents.open(path + query, headers);
  await greeting(client);
  return client;
}

/** Asserts that objects inherit what they did before. */
async function assertClean(client: TestClient): Promise<void> {
  assert.deepEqual(await client.ask("pollution"), [[], null]);
}

behaviour(
  `${pollutions.length} states that could change what objects inherit are refused of clients`,
  async () => {
    const path = address();
    const client = await join(path, "?_roam=1");
    for (const payload of pollutions) {
      client.send(`{"state":${payload},"type":"cf_agent_state","id":"w"}`);
      const { code } = await frame(client, "cf_agent_state_error");
      assert.equal(code, "INVALID", payload);
    }
    await assertClean(client);
    assert.deepEqual(await stored(agents.url(path)), { count: 0 });
  },
);

behaviour(
  `${pollutions.length} such values beside the state change nothing`,
  async () => {
    const client = await join(address(), "?_roam=1");
    for (const payload of pollutions) {
      client.send(
        `{"x":${payload},"epoch":${payload},"__proto__":${payload},"state":{"a":1},"type":"cf_agent_state","id":"w"}`,
      );
      await frame(client, "roam_state_ack");
    }
    await assertClean(client);
    assert.deepEqual(await client.ask("get"), { a: 1 });
  },
);

behaviour(
  `${pollutions.length} such states are refused by setState()`,
  async () => {
    const client = await join(address());
    for (const payload of pollutions) {
      const { error } = await client.ask("setText", payload);
      assert.match(error, /^StateError: .*has the key/, payload);
    }
    await assertClean(client);
    assert.deepEqual(await client.ask("get"), { count: 0 });
  },
);

behaviour(
  `${pollutions.length} such states of a connection change nothing`,
  async () => {
    const client = await join(address());
    for (const payload of pollutions) await client.ask("keepText", payload);
    await assertClean(client);
  },
);

behaviour(
  `${pollutions.length} such queries and headers change nothing`,
  async () => {
    const path = address();
    const other = await join(path);
    for (const payload of pollutions) {
      const query = new URLSearchParams({
        "__proto__": payload,
        "__proto__[polluted]": "1",
        "constructor[prototype][polluted]": "1",
        [payload]: "polluted",
      });
      const headers = { "__proto__": payload, "x-constructor": payload };
      const client = await join(path, `?${query}`, headers);
      await client.close();
    }
    await assertClean(other);
  },
);

behaviour("ids that objects inherit are ids like others", async () => {
  const path = address();
  for (const id of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    const client = await join(path, `?_pk=${id}`);
    assert.deepEqual(await client.ask("id", id), [id, id]);
    await client.close();
    const other = await join(path);
    assert.equal((await other.ask("id", id))[1], null);
    await other.close();
  }
});

behaviour("the check sees what objects inherit", async () => {
  const client = await join(address());
  await client.ask("pollute", true);
  await assert.rejects(assertClean(client));
  await client.ask("pollute", false);
  await assertClean(client);
});
