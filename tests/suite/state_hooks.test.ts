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
  "validateStateChange() must be synchronous, refuse by a throw, and not set the state",
  async () => {
    const client = await join(address());
    for (const key of ["later", "no", "reenter"]) {
      client.send(JSON.stringify(["set", { [key]: true }]));
      const { error } = (await client.user().then(String).then(JSON.parse)).set;
      assert.match(error, /Cannot set state: validateStateChange must /);
      write(client, { [key]: true });
      await frame(client, "cf_agent_state_error");
      assert.deepEqual(await nextState(client), { count: 0 });
    }
  },
);
