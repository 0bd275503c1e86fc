import assert from "node:assert/strict";
import {
  greeting,
  nextState,
  silent,
  stored,
  write,
} from "../support/clients/state_client.ts";
import { behaviour, suite } from "../support/suite.ts";

const agents = await suite("state");

function address(): string {
  return `/agents/state-agent/${agents.name("state")}`;
}

async function join(path: string, query = "") {
  const client = await agents.open(path + query);
  await greeting(client);
  return client;
}

behaviour("a new client gets the state as its second frame", async () => {
  const client = await agents.open(address());
  const [identity, state, mcp] = await greeting(client);
  assert.equal(identity.type, "cf_agent_identity");
  assert.deepEqual(state, { state: { count: 0 }, type: "cf_agent_state" });
  assert.equal(mcp.type, "cf_agent_mcp_servers");
});

behaviour(
  "the identity frame says that the state follows, when there is one",
  async () => {
    for (const extension of ["", "?_roam=1"]) {
      const name = agents.name("follows");
      const client = await agents.open(
        `/agents/state-agent/${name}${extension}`,
      );
      if (extension !== "") await client.next();
      assert.equal(
        await client.next(),
        `{"name":"${name}","agent":"state-agent","type":"cf_agent_identity","stateFollows":true}`,
      );
      const plain = await agents.open(
        `/agents/plain-state-agent/${name}${extension}`,
      );
      if (extension !== "") await plain.next();
      assert.equal(
        await plain.next(),
        `{"name":"${name}","agent":"plain-state-agent","type":"cf_agent_identity"}`,
      );
    }
  },
);

behaviour("the state frame is spelled as Cloudflare spells it", async () => {
  const client = await agents.open(address());
  await client.next();
  assert.equal(
    await client.next(),
    '{"state":{"count":0},"type":"cf_agent_state"}',
  );
});

behaviour(
  "there is no state frame when the state is undefined, and one when it is null",
  async () => {
    const path = `/agents/plain-state-agent/${agents.name("plain")}`;
    const first = await agents.open(path);
    assert.deepEqual(
      (await greeting(first)).map(({ type }) => type),
      ["cf_agent_identity", "cf_agent_mcp_servers"],
    );
    first.send('["set",null]');
    assert.equal(await nextState(first), null);
    const second = await agents.open(path);
    assert.equal((await greeting(second))[1].state, null);
  },
);

behaviour(
  "setState() on the server sends the state to every client, the caller's before its answer",
  async () => {
    const path = address();
    const [first, second] = [await join(path), await join(path)];
    first.send('["set",{"count":5}]');
    assert.deepEqual(await nextState(first), { count: 5 });
    assert.equal(await first.next(), '{"set":null}');
    assert.deepEqual(await nextState(second), { count: 5 });
  },
);

behaviour("setState() takes a function of the previous state", async () => {
  const path = address();
  const client = await join(path);
  client.send('["add",2]');
  client.send('["add",3]');
  assert.deepEqual(await nextState(client), { count: 2 });
  await client.user();
  assert.deepEqual(await nextState(client), { count: 5 });
});

behaviour("changes in one turn arrive one by one and in order", async () => {
  const path = address();
  const [first, second] = [await join(path), await join(path)];
  first.send('["setThrice"]');
  for (const at of [1, 2, 3]) {
    assert.deepEqual(await nextState(second), { at });
  }
});

behaviour("a client's write goes to the others, and not back", async () => {
  const path = address();
  const [first, second] = [await join(path), await join(path)];
  write(first, { count: 1 });
  assert.deepEqual(await nextState(second), { count: 1 });
  await silent(first);
  assert.deepEqual(await stored(agents.url(path)), { count: 1 });
});

behaviour("what is no state frame goes to onMessage", async () => {
  const path = `/agents/command-agent/${agents.name("odd")}`;
  const client = await join(path);
  for (
    const text of [
      '{"type":"cf_agent_state"}',
      '{"type":["cf_agent_state"],"state":1}',
      '{"state":1,"type":"cf_agent_state"',
    ]
  ) {
    client.send(text);
    assert.equal(await client.next(), text);
  }
});

behaviour(
  "onRequest() and calls from the server change the state too",
  async () => {
    const path = address();
    const name = path.split("/").at(-1)!;
    const client = await join(path);
    const response = await agents.fetch(`${path}?set={"count":8}`);
    assert.deepEqual(await response.json(), { state: { count: 8 } });
    assert.deepEqual(await nextState(client), { count: 8 });
    const put = await agents.fetch(`/put?name=${name}&state={"count":9}`);
    assert.deepEqual(await put.json(), { result: { count: 9 } });
    assert.deepEqual(await nextState(client), { count: 9 });
  },
);

behaviour(
  "what is sent, broadcast and closed after setState() comes after the state",
  async () => {
    const path = address();
    const [first, second] = [await join(path), await join(path)];
    first.send('["setThenBroadcast",{"n":1}]');
    for (const client of [first, second]) {
      assert.equal(await client.next(), "before");
      assert.deepEqual(await nextState(client), { n: 1 });
      assert.equal(await client.next(), "after");
    }
    await first.user();
    first.send('["setThenClose",{"n":2}]');
    assert.deepEqual(await nextState(first), { n: 2 });
    const { code, reason } = await first.closed;
    assert.deepEqual([code, reason], [4002, "done"]);
    assert.deepEqual(await nextState(second), { n: 2 });
  },
);

behaviour(
  "bytes that are sent after setState() may be used again at once",
  async () => {
    const client = await join(address());
    client.send('["setThenBytes",{"n":1}]');
    assert.deepEqual(await nextState(client), { n: 1 });
    const bytes = await client.next() as ArrayBuffer;
    assert.deepEqual([...new Uint8Array(bytes)], [1, 2, 3]);
  },
);

behaviour(
  "what onConnect() sets is in the first state frame, once",
  async () => {
    const path = address();
    const other = await join(path);
    const client = await agents.open(`${path}?connect=set`);
    assert.deepEqual((await greeting(client))[1].state, { by: "onConnect" });
    await silent(client);
    assert.deepEqual(await nextState(other), { by: "onConnect" });
  },
);

behaviour(
  "a refused connection sees no state, also when onConnect() set one",
  async () => {
    const path = address();
    const client = agents.connect(`${path}?connect=close`);
    assert.deepEqual(await client.rest(), []);
    assert.equal((await client.closed).code, 4001);
    assert.deepEqual(await stored(agents.url(path)), { by: "refused" });
  },
);

behaviour("a state outlives its instance's time in memory", async () => {
  const path = address();
  const name = path.split("/").at(-1)!;
  const client = await join(path);
  write(client, { count: 3 });
  await silent(client);
  await client.close();
  await agents.event({ type: "evicted", name });
  const again = await agents.open(path);
  assert.deepEqual((await greeting(again))[1].state, { count: 3 });
}, { workerd: "the platform decides when an object leaves memory" });
