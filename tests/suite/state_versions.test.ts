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
  return `/agents/state-agent/${agents.name("versions")}`;
}

async function join(path: string, query = "?_roam=1") {
  const client = await agents.open(path + query);
  const frames = await greeting(client);
  return { client, frames, hello: frames[0] };
}

behaviour(
  "an extended client gets the hello before everything else, and versions with the state",
  async () => {
    const { frames } = await join(address());
    const [hello, identity, state] = frames;
    assert.deepEqual(Object.keys(hello), [
      "type",
      "version",
      "epoch",
      "rev",
      "id",
      "messageBytes",
      "stateBytes",
    ]);
    assert.deepEqual([hello.messageBytes, hello.stateBytes], [1048576, 1000]);
    assert.equal(hello.type, "roam_hello");
    assert.equal(hello.version, 1);
    assert.equal(hello.rev, 0);
    assert.equal(identity.type, "cf_agent_identity");
    assert.deepEqual(state, {
      state: { count: 0 },
      type: "cf_agent_state",
      epoch: hello.epoch,
      rev: 0,
    });
  },
);

behaviour(
  "the hello says the connection's id where it is not the one that was asked for",
  async () => {
    const path = address();
    const { hello, client } = await join(path, "?_roam=1&_pk=me");
    assert.equal("id" in hello, false);
    for (const wish of ["&_pk=me", "&_pk=no%20id", ""]) {
      const other = await join(path, `?_roam=1${wish}`);
      assert.match(other.hello.id, /^[\w-]{36}$/);
      other.client.send('["id"]');
      assert.equal(
        await other.client.user(),
        JSON.stringify({ id: [other.hello.id, null] }),
      );
    }
    await silent(client);
  },
);

behaviour("the hello comes also where no protocol messages do", async () => {
  const path = `${address()}?_roam=1&no_protocol`;
  const client = await agents.open(path);
  const hello = await frame(client, "roam_hello");
  assert.equal(hello.greeting, false);
  await silent(client);
});

behaviour(
  "a client without protocol messages gets the answers to its writes",
  async () => {
    const client = await agents.open(`${address()}?_roam=1&no_protocol`);
    await client.next();
    write(client, 1, { id: "w" });
    assert.equal(
      await client.next(),
      '{"type":"roam_state_ack","id":"w","rev":1}',
    );
    write(client, { forbidden: true }, { id: "x" });
    const { id, state } = await frame(client, "cf_agent_state_error");
    assert.deepEqual([id, state], ["x", 1]);
    await silent(client);
  },
);

behaviour("a base client sees none of it", async () => {
  const path = address();
  const { client: base } = await join(path, "?_roam=0");
  const { client: extended } = await join(path);
  write(extended, 1, { id: "w" });
  assert.equal(await base.next(), '{"state":1,"type":"cf_agent_state"}');
  base.send('{"state":2,"type":"cf_agent_state","id":7,"strict":true}');
  assert.equal((await frame(extended, "roam_state_ack")).id, "w");
  assert.equal(await nextState(extended), 2);
});

behaviour("an accepted write is acknowledged with its id and rev", async () => {
  const path = address();
  const { client, hello } = await join(path);
  const { client: other } = await join(path);
  write(client, { n: 1 }, { id: "a" });
  write(client, { n: 2 }, { id: "b" });
  assert.equal(
    await client.next(),
    '{"type":"roam_state_ack","id":"a","rev":1}',
  );
  assert.deepEqual(await frame(client, "roam_state_ack"), {
    type: "roam_state_ack",
    id: "b",
    rev: 2,
  });
  const { epoch } = hello;
  assert.deepEqual(await frame(other, "cf_agent_state"), {
    state: { n: 1 },
    type: "cf_agent_state",
    epoch,
    rev: 1,
  });
});

behaviour("a write without an id is answered by the state", async () => {
  const { client } = await join(address());
  write(client, { n: 1 });
  assert.equal((await frame(client, "cf_agent_state")).rev, 1);
});

behaviour(
  "a refused write gets its id, a code, and the true state with its version",
  async () => {
    const path = address();
    const { client, hello } = await join(path);
    const { client: other } = await join(path);
    write(client, { forbidden: true }, { id: "x" });
    assert.deepEqual(await frame(client, "cf_agent_state_error"), {
      type: "cf_agent_state_error",
      error: "State update rejected",
      id: "x",
      code: "REJECTED",
      epoch: hello.epoch,
      rev: 0,
      state: { count: 0 },
    });
    await silent(other);
  },
);

behaviour(
  "a CallError of validateStateChange is told to an extended client, in general words to a base one, and is no failure of the agent",
  async () => {
    const path = address();
    const { client } = await join(path);
    const { client: base } = await join(path, "");
    write(client, { by: "nobody" }, { id: "x" });
    const { error, code, id } = await frame(client, "cf_agent_state_error");
    assert.deepEqual(
      [error, code, id],
      ["Somebody has to write", "NOBODY", "x"],
    );
    write(base, { by: "nobody" });
    assert.deepEqual(await frame(base, "cf_agent_state_error"), {
      type: "cf_agent_state_error",
      error: "State update rejected",
    });
    assert.deepEqual(await nextState(base), { count: 0 });
    // What is a failure is told afterwards.
    write(base, { forbidden: true });
    const name = path.split("/").at(-1)!;
    await agents.noted("error", name);
    const errors = agents.notes(name).filter(([kind]) => kind === "error");
    assert.deepEqual(errors, [["error", "Error: secret rule"]]);
  },
);

behaviour("the codes say why", async () => {
  const path = address();
  const { client } = await join(path);
  const code = async (state: unknown, more: Record<string, unknown>) => {
    write(client, state, more);
    return (await frame(client, "cf_agent_state_error")).code;
  };
  assert.equal(await code("x".repeat(2000), { id: "1" }), "TOO_LARGE");
  assert.equal(await code(1, { id: 1 }), "INVALID");
  assert.equal(await code(1, { id: "2", strict: "yes" }), "INVALID");
  assert.equal(await code(1, { id: "3", strict: true }), "CONFLICT");
  client.send('{"state":{"__proto__":1},"type":"cf_agent_state","id":"4"}');
  assert.equal((await frame(client, "cf_agent_state_error")).code, "INVALID");
  const { client: reader } = await join(path, "?_roam=1&readonly");
  write(reader, 1, { id: "5" });
  const refusal = await frame(reader, "cf_agent_state_error");
  assert.deepEqual([refusal.code, refusal.id], ["READONLY", "5"]);
  assert.deepEqual(await stored(agents.url(path)), { count: 0 });
});

behaviour("the refusal has no state when there is none", async () => {
  const path = `/agents/plain-state-agent/${agents.name("plain")}?_roam=1`;
  const client = await agents.open(path);
  await greeting(client);
  write(client, { forbidden: true }, { id: "x" });
  const refusal = await frame(client, "cf_agent_state_error");
  assert.equal("state" in refusal, false);
});

behaviour(
  "a strict write is accepted from the present version only",
  async () => {
    const path = address();
    const { client, hello: { epoch } } = await join(path);
    write(client, 1, { id: "1", strict: true, epoch, rev: 0 });
    assert.equal((await frame(client, "roam_state_ack")).rev, 1);
    write(client, 2, { id: "2", strict: true, epoch, rev: 0 });
    const refusal = await frame(client, "cf_agent_state_error");
    assert.deepEqual(
      [refusal.code, refusal.rev, refusal.state],
      ["CONFLICT", 1, 1],
    );
    write(client, 3, { id: "3", strict: true, epoch: "another", rev: 1 });
    assert.equal(
      (await frame(client, "cf_agent_state_error")).code,
      "CONFLICT",
    );
    write(client, 4, { id: "4", strict: true, epoch, rev: 1 });
    assert.equal((await frame(client, "roam_state_ack")).rev, 2);
    write(client, 5, { id: "5", epoch, rev: 0 });
    assert.equal((await frame(client, "roam_state_ack")).rev, 3);
  },
);

behaviour(
  "what the agent sets in answer comes after the acknowledgement",
  async () => {
    const { client } = await join(address());
    write(client, { chain: 1 }, { id: "c" });
    assert.equal((await frame(client, "roam_state_ack")).rev, 1);
    assert.equal((await frame(client, "cf_agent_state")).rev, 2);
  },
);

behaviour(
  "a base client that was sent another's state before its write gets the accepted one back",
  async () => {
    const path = address();
    const { client: a } = await join(path, "");
    const { client: b } = await join(path, "");
    write(b, "B");
    await silent(b);
    // For the server this is one that A made before it saw B's.
    write(a, "A");
    assert.equal(await nextState(a), "B");
    assert.equal(await nextState(a), "A");
    assert.equal(await nextState(b), "A");
    await silent(a);
  },
);

behaviour(
  "a base client that writes on before its correction has come ends at its last write",
  async () => {
    const path = address();
    const { client: a } = await join(path, "");
    const { client: b } = await join(path, "");
    write(b, "B");
    await silent(b);
    write(a, 1);
    write(a, 2);
    assert.equal(await nextState(a), "B");
    assert.equal(await nextState(a), 1);
    // It may have come after 2 was written, so the last word is the server's.
    assert.equal(await nextState(a), 2);
  },
);

behaviour(
  "the server answers a heartbeat of an extended client, and onMessage does not see it",
  async () => {
    const path = `/agents/echo-agent/${agents.name("ping")}`;
    const client = await agents.open(`${path}?_roam=1`);
    await greeting(client);
    client.send("roam:ping");
    assert.equal(await client.user(), "roam:pong");
    client.send("roam:pinh");
    assert.equal(await client.user(), "roam:pinh");
  },
);

behaviour("a base client's roam:ping is its own", async () => {
  const client = await agents.open(`/agents/echo-agent/${agents.name("p")}`);
  client.send("roam:ping");
  assert.equal(await client.user(), "roam:ping");
});
