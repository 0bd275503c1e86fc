import assert from "node:assert/strict";
import { ask, message, server, theirs } from "./visit.ts";

theirs(
  "AgentClient.ready: resolves with the identity, and with the state",
  async (visit) => {
    const identities: unknown[] = [];
    const client = visit.client("RoomAgent", {
      onIdentity: (...identity) => identities.push(identity),
    });
    assert.deepEqual([client.identified, client.state], [false, undefined]);
    await client.ready;
    const { agent, name, identified, state } = client;
    assert.deepEqual([agent, name, identified, state], [
      "room-agent",
      visit.name,
      true,
      { count: 0 },
    ]);
    assert.deepEqual(identities, [[visit.name, "room-agent"]]);
  },
);

theirs(
  "AgentClient.ready: resolves without a state where there is none",
  async (visit) => {
    const client = await visit.join("PlainStateAgent");
    await ask(client, "get");
    assert.deepEqual([client.identified, client.state], [true, undefined]);
  },
);

theirs(
  "AgentClient.name: is default when none is given",
  async (visit) => {
    const client = await visit.join("EchoAgent", { name: undefined });
    assert.equal(client.name, "default");
    assert.match(client.url, /\/agents\/echo-agent\/default\?_pk=/);
  },
);

const spellings: [agent: string, url: string][] = [
  ["EchoAgent", "echo-agent"],
  ["echo-agent", "echo-agent"],
  ["AIAssistant", "a-i-assistant"],
  ["MY_AGENT", "my-agent"],
  ["My_Agent", "my--agent"],
  ["HTTPServer", "h-t-t-p-server"],
  ["TestOAuthAgent", "test-o-auth-agent"],
  ["agent2B", "agent2-b"],
  ["otherAgent_", "other-agent"],
];
for (const [agent, url] of spellings) {
  theirs(
    `AgentClient.agent: ${agent} is found as ${url}`,
    async (visit) => {
      const client = await visit.join(agent);
      assert.equal(new URL(client.url).pathname.split("/")[2], url);
      assert.deepEqual([client.agent, client.name], [url, visit.name]);
    },
  );
}

const names: [name: string, instance: string][] = [
  ["with space", "with space"],
  ["ünï-çødé-你好", "ünï-çødé-你好"],
  ["👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"],
  ["100%", "100%"],
  ["50% off", "50% off"],
  ["%zz", "%zz"],
  ["a%20b", "a b"],
  ["a+b&c=d;e@f:g,h!i", "a+b&c=d;e@f:g,h!i"],
  ["(quote)'\"`", "(quote)'\"`"],
  ["UPPER", "UPPER"],
  ["constructor", "constructor"],
  ["__proto__", "__proto__"],
];
for (const [name, instance] of names) {
  theirs(
    `AgentClient.name: ${name}, sent as it is, is the instance ${instance}`,
    async (visit) => {
      const client = await visit.join("RoomAgent", { name });
      assert.equal(client.name, instance);
      client.setState({ met: name });
      await ask(client, "get");
      const encoded = encodeURIComponent(instance);
      const response = await server.fetch(`/agents/room-agent/${encoded}`);
      assert.deepEqual(await response.json(), { state: { met: name } });
    },
  );
}

theirs(
  "AgentClient.name: names that differ by case are two instances",
  async (visit) => {
    const [lower, upper] = [`${visit.name}-a`, `${visit.name}-A`];
    const one = await visit.join("RoomAgent", { name: lower });
    const two = await visit.join("RoomAgent", { name: upper });
    one.setState({ of: "one" });
    await ask(one, "get");
    assert.deepEqual(await ask(two, "get"), { count: 0 });
  },
);

theirs(
  "AgentClient.agent: agents of two classes with one name are two instances",
  async (visit) => {
    const room = await visit.join("RoomAgent");
    const silent = visit.client("SilentAgent");
    room.setState({ of: "the room" });
    await ask(room, "get");
    assert.deepEqual(await silent.call("read"), { count: 0 });
  },
);

theirs("AgentClient.id: is the connection's id", async (visit) => {
  const chosen = await visit.join("CommandAgent", { id: "ann_1" });
  assert.equal(chosen.id, "ann_1");
  assert.equal((await ask(chosen, "self")).id, "ann_1");
  const made = await visit.join("CommandAgent");
  const { id, uri } = await ask(made, "self");
  assert.equal(id, made.id);
  assert.match(uri, new RegExp(`\\?_pk=${made.id}$`));
});

theirs(
  "AgentClient.id: stays when the connection is another one",
  async (visit) => {
    const client = await visit.join("CommandAgent");
    const first = await ask(client, "self");
    client.reconnect();
    await client.ready;
    assert.equal((await ask(client, "self")).id, first.id);
    assert.deepEqual(await ask(client, "list"), [client.id]);
  },
);

theirs(
  "AgentClient.id: two live sockets may share one, and both are served",
  async (visit) => {
    const one = await visit.join("RoomAgent", { id: "twin" });
    const two = await visit.join("RoomAgent", { id: "twin" });
    one.setState({ by: "one" });
    await message(two, () => two.state.by === "one");
    two.setState({ by: "two" });
    await message(one, () => one.state.by === "two");
    assert.deepEqual(await one.call("read"), { by: "two" });
    one.close();
    assert.deepEqual(await two.call("read"), { by: "two" });
  },
);

theirs(
  "PartySocket.protocols: the first that is offered is chosen",
  async (visit) => {
    const socket = visit.socket("echo-agent", { protocols: ["chat", "token"] });
    await message(socket);
    assert.equal(socket.protocol, "chat");
  },
);
