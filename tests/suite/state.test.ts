import assert from "node:assert/strict";
import { behaviour, suite } from "../support/suite.ts";
import {
  frame,
  greeting,
  nextState,
  silent,
  stored,
  write,
} from "../support/state_client.ts";

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

behaviour(
  "onStateChanged() hears of each change, and who made it",
  async () => {
    const path = address();
    const name = path.split("/").at(-1)!;
    const client = await join(path, "?_pk=writer");
    write(client, { count: 1 });
    await agents.noted("changed", name, { count: 1 }, "writer");
    client.send('["set",{"count":2}]');
    await agents.noted("changed", name, { count: 2 }, "server");
  },
);

behaviour(
  "onStateUpdate() is called in place of onStateChanged()",
  async () => {
    const name = agents.name("plain");
    const client = await join(`/agents/plain-state-agent/${name}`, "?_pk=me");
    write(client, 7);
    await agents.noted("updated", name, 7, "me");
  },
);

behaviour("an agent that overrides both does not start", async () => {
  const name = agents.name("two");
  const client = agents.connect(`/agents/two-hooks-agent/${name}`);
  assert.equal((await client.closed).code, 1011);
  const [, error] = await agents.noted("error", name);
  assert.match(error as string, /both onStateChanged and onStateUpdate/);
});

behaviour(
  "onStateChanged() that throws goes to onError, and the change stays",
  async () => {
    const path = address();
    const name = path.split("/").at(-1)!;
    const [first, second] = [await join(path), await join(path)];
    write(first, { throws: true });
    assert.deepEqual(await nextState(second), { throws: true });
    await agents.noted("error", name, "Error: secret of onStateChanged");
  },
);

behaviour(
  "setState() in onStateChanged() is told in order, and a loop of it ends",
  async () => {
    const path = address();
    const name = path.split("/").at(-1)!;
    const client = await join(path);
    client.send('["set",{"chain":3}]');
    for (const chain of [3, 2, 1, 0]) {
      assert.deepEqual(await nextState(client), { chain });
    }
    await client.user();
    client.send('["set",{"chain":1000}]');
    await agents.noted(
      "error",
      name,
      "RangeError: Cannot call onStateChanged: it set the state again 100 times in a row",
    );
    const told = agents.notes(name).filter(([kind]) => kind === "changed");
    assert.equal(told.length, 4 + 100);
  },
);

behaviour(
  "validateStateChange() refuses a client: the error, then the true state, and nobody else sees anything",
  async () => {
    const path = address();
    const name = path.split("/").at(-1)!;
    const [first, second] = [await join(path), await join(path)];
    write(first, { forbidden: true });
    assert.equal(
      await first.next(),
      '{"type":"cf_agent_state_error","error":"State update rejected"}',
    );
    assert.deepEqual(await nextState(first), { count: 0 });
    await agents.noted("error", name, "Error: secret rule");
    await silent(second);
    assert.deepEqual(await stored(agents.url(path)), { count: 0 });
  },
);

behaviour(
  "validateStateChange() that throws is thrown by setState()",
  async () => {
    const client = await join(address());
    client.send('["set",{"forbidden":true}]');
    const { error } = (await client.user().then(String).then(JSON.parse)).set;
    assert.equal(error, "Error: secret rule");
    await silent(client);
  },
);

behaviour(
  "validateStateChange() must be synchronous and not set the state",
  async () => {
    const client = await join(address());
    for (const key of ["later", "reenter"]) {
      client.send(JSON.stringify(["set", { [key]: true }]));
      const { error } = (await client.user().then(String).then(JSON.parse)).set;
      assert.match(error, /Cannot set state: validateStateChange must not/);
      write(client, { [key]: true });
      await frame(client, "cf_agent_state_error");
      assert.deepEqual(await nextState(client), { count: 0 });
    }
  },
);

behaviour("the state can't be changed in place", async () => {
  const client = await join(address());
  client.send('["set",{"nested":{"list":[0]}}]');
  await client.user();
  client.send('["mutate"]');
  const { error } = (await client.user().then(String).then(JSON.parse)).mutate;
  assert.match(error, /^TypeError: /);
  client.send('["get"]');
  assert.equal(await client.user(), '{"get":{"nested":{"list":[0]}}}');
});

behaviour("a client's state can't be changed in place either", async () => {
  const client = await join(address());
  write(client, { nested: { list: [] } });
  client.send('["mutate"]');
  assert.match(String(await client.user()), /TypeError/);
});

behaviour(
  "setState() keeps a copy, as JSON has it, and takes over what was there",
  async () => {
    const client = await join(address());
    client.send('["keep"]');
    assert.equal(
      await client.user(),
      '{"keep":{"list":[1],"when":"1970-01-01T00:00:00.000Z"}}',
    );
    client.send('["set",{"big":{"a":[1,2]}}]');
    await client.user();
    client.send('["share"]');
    assert.equal(await client.user(), '{"share":true}');
  },
);

behaviour(
  "what is no JSON is refused by setState(), and nothing changes",
  async () => {
    const path = address();
    const [client, other] = [await join(path), await join(path)];
    const problems = {
      undefined: "it is undefined",
      function: 'the part ".f" of it is a function',
      symbol: 'the part ".s" of it is a symbol',
      bigint: 'the part "[0]" of it is a bigint',
      cycle: 'the part ".self[0]" of it contains itself',
      nan: 'the part ".n" of it is NaN',
      infinity: "it is -Infinity",
      map: 'the part ".m" of it is a Map',
      error: "it is a Error",
      bytes: "it is a Uint8Array",
      deep: "it is nested deeper than 1000",
      proto: 'it has the key "__proto__"',
      constructor: 'it has the key "constructor"',
    };
    for (const [kind, problem] of Object.entries(problems)) {
      client.send(JSON.stringify(["odd", kind]));
      const { odd } = JSON.parse(String(await client.user()));
      assert.equal(odd.error, `StateError: Cannot set state: ${problem}`);
      assert.equal(odd.code, "INVALID");
    }
    await silent(client);
    await silent(other);
    assert.deepEqual(await stored(agents.url(path)), { count: 0 });
  },
);

behaviour(
  "a state past limits.stateBytes is refused, with both numbers",
  async () => {
    const path = address();
    const client = await join(path);
    client.send('["big",1001]');
    const { error, code } = JSON.parse(String(await client.user())).big;
    assert.match(error, /1003 bytes.*allows 1000/);
    assert.equal(code, "TOO_LARGE");
    write(client, "x".repeat(2000));
    assert.match(
      (await frame(client, "cf_agent_state_error")).error,
      /2002 bytes.*allows 1000/,
    );
    assert.deepEqual(await nextState(client), { count: 0 });
    client.send('["big",998]');
    assert.equal((await nextState(client)).length, 998);
  },
);

behaviour("keys that reach a prototype are refused of clients", async () => {
  const path = address();
  const client = await join(path);
  for (
    const state of [
      '{"__proto__":{"polluted":1}}',
      '{"a":[{"__proto__":null}]}',
      '{"\\u005f_proto__":{"polluted":1}}',
      '{"constructor":{"prototype":{"polluted":1}}}',
      '{"constructor":{"\\u0070rototype":{"polluted":1}}}',
    ]
  ) {
    client.send(`{"state":${state},"type":"cf_agent_state"}`);
    await frame(client, "cf_agent_state_error");
    assert.deepEqual(await nextState(client), { count: 0 });
  }
  write(client, { constructor: "a word" });
  // The answer to the next frame comes after this one was taken.
  client.send('{"state":{"__proto__":1},"type":"cf_agent_state"}');
  await frame(client, "cf_agent_state_error");
  assert.deepEqual(await nextState(client), { constructor: "a word" });
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
