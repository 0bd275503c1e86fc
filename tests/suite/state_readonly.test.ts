import assert from "node:assert/strict";
import { behaviour, suite } from "../support/suite.ts";
import {
  frame,
  greeting,
  nextState,
  silent,
  stored,
  write,
} from "../support/clients/state_client.ts";

const agents = await suite("state");

function address(): string {
  return `/agents/state-agent/${agents.name("readonly")}`;
}

async function join(path: string, query = "") {
  const client = await agents.open(path + query);
  await greeting(client);
  return client;
}

behaviour(
  "a readonly client's write is refused with the error of the protocol, then the state",
  async () => {
    const path = address();
    const [reader, other] = [await join(path, "?readonly"), await join(path)];
    write(reader, { count: 9 });
    assert.equal(
      await reader.next(),
      '{"type":"cf_agent_state_error","error":"Connection is readonly"}',
    );
    assert.deepEqual(await nextState(reader), { count: 0 });
    await silent(other);
    assert.deepEqual(await stored(agents.url(path)), { count: 0 });
  },
);

behaviour(
  "setState() throws on behalf of a readonly connection, and reading works",
  async () => {
    const client = await join(address(), "?readonly");
    client.send('["set",{"count":9}]');
    const { error } = JSON.parse(String(await client.user())).set;
    assert.equal(error, "Error: Connection is readonly");
    client.send('["get"]');
    assert.equal(await client.user(), '{"get":{"count":0}}');
  },
);

behaviour("a readonly client gets the state of others", async () => {
  const path = address();
  const [reader, writer] = [await join(path, "?readonly"), await join(path)];
  write(writer, { count: 4 });
  assert.deepEqual(await nextState(reader), { count: 4 });
});

behaviour(
  "setConnectionReadonly() goes both ways, and isConnectionReadonly() knows",
  async () => {
    const client = await join(address(), "?_pk=flip");
    for (const readonly of [true, false]) {
      client.send(JSON.stringify(["readonly", "flip", readonly]));
      await client.user();
      client.send('["flags","flip"]');
      assert.equal(await client.user(), `{"flags":[${readonly},true]}`);
      write(client, { readonly });
      if (readonly) {
        await frame(client, "cf_agent_state_error");
        assert.deepEqual(await nextState(client), { count: 0 });
      } else {
        client.send('["get"]');
        assert.equal(await client.user(), '{"get":{"readonly":false}}');
      }
    }
  },
);

behaviour(
  "a client without protocol messages gets no state, and may write it",
  async () => {
    const path = address();
    const plain = await agents.open(`${path}?no_protocol&_pk=plain`);
    const other = await join(path);
    plain.send('["flags","plain"]');
    assert.equal(await plain.next(), '{"flags":[false,false]}');
    write(plain, { count: 1 });
    assert.deepEqual(await nextState(other), { count: 1 });
    write(other, { count: 2 });
    // Somebody else's went to it before, so it gets its own back.
    assert.deepEqual(await nextState(other), { count: 2 });
    await silent(plain);
  },
);
