import assert from "node:assert/strict";
import { test } from "node:test";
import {
  parseAddress,
  prefixSegments,
  queryValue,
} from "../../src/protocol/address.ts";

const chat = { agent: "chat", name: "room" };

const found: [what: string, url: string, prefix: string][] = [
  ["the plain form", "http://h/agents/chat/room", "agents"],
  ["a port", "http://h:8080/agents/chat/room", "agents"],
  ["an IPv6 host", "http://[::1]:8080/agents/chat/room", "agents"],
  ["another scheme", "wss://h/agents/chat/room", "agents"],
  ["a path behind the name", "http://h/agents/chat/room/a/b", "agents"],
  ["a slash at the end", "http://h/agents/chat/room/", "agents"],
  ["a prefix of two segments", "http://h/api/v1/chat/room", "api/v1"],
  ["a prefix with slashes around it", "http://h/api/v1/chat/room", "/api/v1/"],
  ["an empty prefix", "http://h/chat/room", ""],
  ["a query", "http://h/agents/chat/room?x=1", "agents"],
  ["a query with slashes", "http://h/agents/chat/room?x=/a/b", "agents"],
  ["a query with another ?", "http://h/agents/chat/room?x=?/y", "agents"],
  ["a fragment", "http://h/agents/chat/room#/x?y", "agents"],
  ["a fragment behind a query", "http://h/agents/chat/room?a#b", "agents"],
];

for (const [what, url, prefix] of found) {
  test(`parseAddress() reads an address with ${what}`, () => {
    assert.deepEqual(parseAddress(url, prefixSegments(prefix)), chat);
  });
}

const foreign: [what: string, url: string, prefix: string][] = [
  ["with an empty segment before it", "http://h//agents/chat/room", "agents"],
  ["with an empty segment in it", "http://h/agents//chat/room", "agents"],
  ["with one before the name", "http://h/agents/chat//room", "agents"],
  ["of another prefix", "http://h/agent/chat/room", "agents"],
  ["of a prefix in another case", "http://h/Agents/chat/room", "agents"],
  ["whose first segment only begins so", "http://h/agentsx/c/r", "agents"],
  ["of half a prefix", "http://h/api/chat/room", "api/v1"],
  ["without a name", "http://h/agents/chat", "agents"],
  ["with an empty name", "http://h/agents/chat//", "agents"],
  ["without an agent", "http://h/agents/", "agents"],
  ["of the root", "http://h/", "agents"],
  ["without a path", "http://h", "agents"],
  ["with an address in its query", "http://h/?x=/agents/chat/room", "agents"],
  ["whose name begins in the query", "http://h/agents/chat?/room", "agents"],
  ["with an address in its fragment", "http://h/#/agents/chat/room", "agents"],
  ["without a path, but a query", "http://h?x=/agents/chat/room", "agents"],
];

for (const [what, url, prefix] of foreign) {
  test(`parseAddress() leaves a URL ${what} to others`, () => {
    assert.equal(parseAddress(url, prefixSegments(prefix)), null);
  });
}

test("parseAddress() leaves segments encoded", () => {
  assert.deepEqual(
    parseAddress("http://h/agents/a%20b/%2e%2e%2Fx", ["agents"]),
    { agent: "a%20b", name: "%2e%2e%2Fx" },
  );
});

test("prefixSegments() drops empty segments", () => {
  assert.deepEqual(prefixSegments("//a///b/"), ["a", "b"]);
  assert.deepEqual(prefixSegments(""), []);
});

const values: [url: string, expected: string | null][] = [
  ["http://h/p?_pk=1", "1"],
  ["http://h/p?a=2&_pk=1", "1"],
  ["http://h/p?_pk=1&a=2", "1"],
  ["http://h/p?_pk=1&_pk=2", "1"],
  ["http://h/p?_pk=", ""],
  ["http://h/p?_pk=a=b", "a=b"],
  ["http://h/p?_pk=a?b/c", "a?b/c"],
  ["http://h/p?_pk=%20+", "%20+"],
  ["http://h/p?_pk=1#_pk=2", "1"],
  ["http://h/p?&&_pk=1", "1"],
  ["http://h/p?x=%26_pk=9&_pk=1", "1"],
  ["http://h/p", null],
  ["http://h/p?", null],
  ["http://h/p?_pk", null],
  ["http://h/p?x_pk=1", null],
  ["http://h/p?_pkx=1", null],
  ["http://h/p?a=_pk=1", null],
  ["http://h/p?a#&_pk=1", null],
  ["http://h/p/_pk=1", null],
  ["http://h/p#?_pk=1", null],
];

for (const [url, expected] of values) {
  test(`queryValue() reads ${JSON.stringify(expected)} from ${url}`, () => {
    assert.equal(queryValue(url, "_pk"), expected);
  });
}
