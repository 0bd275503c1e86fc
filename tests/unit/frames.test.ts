import assert from "node:assert/strict";
import { test } from "node:test";
import { callErrorFrame } from "../../src/protocol/calls.ts";
import {
  identityFrame,
  mayBeClientFrame,
  MCP_SERVERS_FRAME,
  parseClientFrame,
  stateErrorFrame,
} from "../../src/protocol/frames.ts";

test("identityFrame() is spelled as Cloudflare's SDK spells it", () => {
  assert.equal(
    identityFrame("room", "chat-agent", false),
    '{"name":"room","agent":"chat-agent","type":"cf_agent_identity"}',
  );
  assert.equal(
    identityFrame("room", "chat-agent", true),
    '{"name":"room","agent":"chat-agent","type":"cf_agent_identity","stateFollows":true}',
  );
});

test("identityFrame() escapes a name as JSON does", () => {
  const name = 'a"b\\c/🦊\u2028';
  const frame = identityFrame(name, "x", false);
  assert.equal(
    frame,
    JSON.stringify({ name, agent: "x", type: "cf_agent_identity" }),
  );
});

test("MCP_SERVERS_FRAME is spelled as Cloudflare's SDK spells it", () => {
  assert.equal(
    MCP_SERVERS_FRAME,
    '{"mcp":{"prompts":[],"resources":[],"servers":{},"tools":[]},"type":"cf_agent_mcp_servers"}',
  );
});

test("stateErrorFrame() is spelled as Cloudflare's SDK spells it", () => {
  assert.equal(
    stateErrorFrame("Connection is readonly"),
    '{"type":"cf_agent_state_error","error":"Connection is readonly"}',
  );
});

test("callErrorFrame() is spelled as Cloudflare's SDK spells it", () => {
  assert.equal(
    callErrorFrame("7", "Method m does not exist"),
    '{"error":"Method m does not exist","id":"7","success":false,"type":"rpc"}',
  );
});

const accepted = {
  "a state": '{"state":{"a":1},"type":"cf_agent_state"}',
  "a state of null": '{"type":"cf_agent_state","state":null}',
  "a call": '{"args":[1],"id":"1","method":"m","type":"rpc"}',
  "a call with an empty id": '{"args":[],"id":"","method":"","type":"rpc"}',
  "unknown keys": '{"x":1,"args":[],"id":"1","method":"m","type":"rpc"}',
  "white space": ' \t\r\n{ "type" \n:\t"cf_agent_state" , "state" : 1 } ',
  "two types, of which the last counts":
    '{"type":"x","state":1,"type":"cf_agent_state"}',
  "a value that is called type":
    '{"a":"type","state":1,"type":"cf_agent_state"}',
};

for (const [what, text] of Object.entries(accepted)) {
  test(`parseClientFrame() accepts ${what}`, () => {
    assert.deepEqual(parseClientFrame(text), JSON.parse(text));
  });

  test(`mayBeClientFrame() lets pass ${what}`, () => {
    assert.equal(mayBeClientFrame(text), true);
  });
}

const left = {
  "an empty text": "",
  "white space only": "   ",
  "a word": "hello",
  "half an object": '{"type":"rpc"',
  "a number": "1",
  null: "null",
  "a string": '"rpc"',
  "an array": '["rpc"]',
  "an array around a frame": '[{"type":"cf_agent_state","state":1}]',
  "a frame inside of an object": '{"a":{"type":"cf_agent_state","state":1}}',
  "an object without a type": '{"state":1}',
  "an unknown type": '{"type":"cf_agent_identity"}',
  "a type that only begins so": '{"type":"cf_agent_state2","state":1}',
  "a type in another case": '{"type":"RPC","id":"1","method":"m","args":[]}',
  "a type that is no string":
    '{"type":["rpc"],"id":"1","method":"m","args":[]}',
  "two types, of which the first does not count":
    '{"type":"cf_agent_state","state":1,"type":"x"}',
  "a state frame without a state": '{"type":"cf_agent_state"}',
  "a call without an id": '{"type":"rpc","method":"m","args":[]}',
  "a call with a number for an id":
    '{"type":"rpc","id":1,"method":"m","args":[]}',
  "a call without a method": '{"type":"rpc","id":"1","args":[]}',
  "a call with null for a method":
    '{"type":"rpc","id":"1","method":null,"args":[]}',
  "a call without arguments": '{"type":"rpc","id":"1","method":"m"}',
  "a call with null for arguments":
    '{"type":"rpc","id":"1","method":"m","args":null}',
  "a call with an object for arguments":
    '{"type":"rpc","id":"1","method":"m","args":{"length":0}}',
  "a frame behind a byte order mark":
    '\ufeff{"type":"cf_agent_state","state":1}',
  "a frame with something behind it": '{"type":"cf_agent_state","state":1}x',
  "a frame with a comma too many": '{"type":"cf_agent_state","state":1,}',
  "a state that is inherited":
    '{"type":"cf_agent_state","__proto__":{"state":1}}',
};

for (const [what, text] of Object.entries(left)) {
  test(`parseClientFrame() leaves ${what} to the user`, () => {
    assert.equal(parseClientFrame(text), undefined);
  });
}

for (const text of ["", "hello", " ", "[1]", "roam:ping", '{"a":"rpc"}']) {
  test(`mayBeClientFrame() stops ${JSON.stringify(text)} without a parse`, () => {
    assert.equal(mayBeClientFrame(text), false);
  });
}
