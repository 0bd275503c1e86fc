import assert from "node:assert/strict";
import {
  frame,
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
