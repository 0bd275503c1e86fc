import assert from "node:assert/strict";
import { test } from "node:test";
import { once } from "../../support/clients/events.ts";
import { isForeign } from "./base_frames.ts";
import type { PartySocket } from "./packages.js";
import { ask, message, theirs } from "./visit.ts";

/** The first `count` messages. */
async function first(socket: PartySocket, count: number): Promise<unknown[]> {
  const got: unknown[] = [];
  await message(socket, (data) => got.push(data) === count);
  return got;
}

const MCP =
  '{"mcp":{"prompts":[],"resources":[],"servers":{},"tools":[]},"type":"cf_agent_mcp_servers"}';

theirs(
  "frames: identity, state and MCP servers are the first three, and spelled so",
  async (visit) => {
    const socket = visit.socket("room-agent");
    assert.deepEqual(await first(socket, 3), [
      `{"name":"${visit.name}","agent":"room-agent","type":"cf_agent_identity","stateFollows":true}`,
      '{"state":{"count":0},"type":"cf_agent_state"}',
      MCP,
    ]);
  },
);

theirs(
  "frames: without a state there are identity and MCP servers",
  async (visit) => {
    const socket = visit.socket("plain-state-agent");
    assert.deepEqual(await first(socket, 2), [
      `{"name":"${visit.name}","agent":"plain-state-agent","type":"cf_agent_identity"}`,
      MCP,
    ]);
  },
);

theirs(
  "sendIdentityOnConnect: false leaves the identity out, and nothing else",
  async (visit) => {
    const socket = visit.socket("silent-agent");
    assert.deepEqual(await first(socket, 2), [
      '{"state":{"count":0},"type":"cf_agent_state"}',
      MCP,
    ]);
    const client = visit.client("SilentAgent");
    assert.deepEqual(await client.call("read"), { count: 0 });
    assert.deepEqual([client.identified, client.state], [false, { count: 0 }]);
  },
);

theirs(
  "frames: calls, states and refusals are spelled so",
  async (visit) => {
    const socket = visit.socket("room-agent");
    await first(socket, 3);
    const call = (method: string, id: string, args = "[]") =>
      `{"args":${args},"id":"${id}","method":"${method}","type":"rpc"}`;
    const exchanges: [sent: string, answers: string[]][] = [
      [call("read", "1"), [
        '{"done":true,"id":"1","result":{"count":0},"success":true,"type":"rpc"}',
      ]],
      [call("missing", "2"), [
        '{"error":"Method missing does not exist","id":"2","success":false,"type":"rpc"}',
      ]],
      ['{"state":{"forbidden":1},"type":"cf_agent_state"}', [
        '{"type":"cf_agent_state_error","error":"State update rejected"}',
        '{"state":{"count":0},"type":"cf_agent_state"}',
      ]],
      [call("put", "3", '[{"a":1}]'), [
        '{"state":{"a":1},"type":"cf_agent_state"}',
        '{"done":true,"id":"3","result":{"a":1},"success":true,"type":"rpc"}',
      ]],
    ];
    for (const [sent, answers] of exchanges) {
      const got = first(socket, answers.length);
      socket.send(sent);
      assert.deepEqual(await got, answers);
    }
  },
);

theirs(
  "onMessage: 25 messages sent at once come after identity, state, MCP servers and onConnect",
  async (visit) => {
    const socket = visit.socket("burst-agent");
    // Their client sends what waited before it says that it is open.
    for (let at = 0; at < 5; at++) socket.send(`${at}`);
    const got = first(socket, 28);
    await once(socket, "open");
    for (let at = 5; at < 25; at++) socket.send(`${at}`);
    const [identity, state, mcp, ...echoes] = await got;
    assert.match(String(identity), /"type":"cf_agent_identity"/);
    assert.equal(state, '{"state":{"open":true},"type":"cf_agent_state"}');
    assert.equal(mcp, MCP);
    assert.deepEqual(
      echoes,
      Array.from({ length: 25 }, (_, at) => `greeted ${at}`),
    );
  },
);

const malformed = [
  "",
  "not JSON",
  "{",
  "null",
  "[]",
  "42",
  '"rpc"',
  "{}",
  '{"type":"unknown"}',
  '{"type":"cf_agent_state"}',
  '{"type":"rpc"}',
  '{"type":"rpc","id":"1"}',
  '{"type":"rpc","id":"1","method":"add"}',
  '{"type":"rpc","id":"1","method":"add","args":null}',
  '{"type":"rpc","id":"1","method":"add","args":{}}',
  '{"type":"rpc","id":1,"method":"add","args":[]}',
  '{"type":"rpc","id":"1","method":null,"args":[]}',
  '{"type":"cf_agent_identity","name":"x","agent":"y"}',
  '{"type":"cf_agent_use_chat_request"}',
];
theirs(
  "onMessage: what is no frame of the protocol reaches it as it is",
  async (visit) => {
    const client = await visit.join("CallsAgent");
    for (const text of malformed) {
      const echo = message(client, (data) => /^message /.test(String(data)));
      client.send(text);
      assert.equal(await echo, `message ${text}`);
    }
    assert.equal(await client.call("add", [1, 2]), 3);
  },
);

theirs(
  "frames: keys that nobody knows do no harm, on either side",
  async (visit) => {
    const client = await visit.join("RoomAgent");
    client.send('{"x":{"y":1},"state":{"a":1},"type":"cf_agent_state","id":7}');
    assert.deepEqual(await ask(client, "get"), { a: 1 });
    const answer = message(client, (data) => /"rpc"/.test(String(data)));
    client.send('{"type":"rpc","v":2,"id":"1","method":"read","args":[]}');
    assert.equal(
      await answer,
      '{"done":true,"id":"1","result":{"a":1},"success":true,"type":"rpc"}',
    );
  },
);

const foreign = [
  '{"type":"roam_hello","version":1,"epoch":"e","rev":0}',
  '{"state":1,"type":"cf_agent_state","epoch":"e","rev":1}',
  '{"type":"cf_agent_state","state":1}',
  '{"error":"x","id":"1","success":false,"type":"rpc","code":"FAILED"}',
  '{"name":"x","agent":"y","type":"cf_agent_identity","more":1}',
  "roam:pong",
];
const own = [
  MCP,
  "hello",
  '{"state":1,"type":"cf_agent_state"}',
  '{"done":true,"id":"1","success":true,"type":"rpc"}',
  '{"type":"message","text":"hello"}',
  new ArrayBuffer(1),
];
test("isForeign(): finds what only extended clients may be sent", () => {
  for (const text of foreign) assert.equal(isForeign(text), true, text);
  for (const data of own) assert.equal(isForeign(data), false, String(data));
});
