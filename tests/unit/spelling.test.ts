import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "node:test";
import { parseAddress } from "../../src/protocol/address.ts";
import { decodeSegment } from "../../src/protocol/instance_name.ts";
import { respelled, withAgent } from "../../src/protocol/spelling.ts";
import { property } from "../support/random/property.ts";

const PREFIX = ["agents"];

const spelled: [what: string, path: string, canonical: string][] = [
  ["an empty segment before it", "//agents/chat/x", "/agents/chat/x"],
  ["empty segments in it", "/agents///chat//x", "/agents/chat/x"],
  ["two dots", "/agents/admin/y/../../chat/x", "/agents/chat/x"],
  ["dots that stay in it", "/agents/chat/x/a/../b", "/agents/chat/x/b"],
  ["one dot", "/agents/./chat/x", "/agents/chat/x"],
  ["dots at the end", "/agents/chat/x/a/..", "/agents/chat/x/"],
  ["one dot at the end", "/agents/chat/x/.", "/agents/chat/x/"],
  ["more dots than segments", "/../../agents/chat/x", "/agents/chat/x"],
  ["escaped dots", "/agents/admin/y/%2e%2E/.%2e/chat/x", "/agents/chat/x"],
  ["backslashes", "/agents\\chat\\x", "/agents/chat/x"],
  ["backslashes and dots", "/agents/admin/y/..\\..\\chat/x", "/agents/chat/x"],
  ["an escaped letter in the prefix", "/%61gents/chat/x", "/agents/chat/x"],
  ["an escaped letter in the agent", "/agents/%63hat/x", "/agents/chat/x"],
  ["an escaped hyphen", "/agents/chat%2Droom/x", "/agents/chat-room/x"],
  ["an escaped letter in the name", "/agents/chat/%78", "/agents/chat/x"],
  ["an escaped dot in the name", "/agents/chat/a%2Eb", "/agents/chat/a.b"],
  ["an escape in small letters", "/agents/chat/%c3%a9", "/agents/chat/%C3%A9"],
  [
    "a character that URL parsers escape",
    "/agents/chat/é",
    "/agents/chat/%C3%A9",
  ],
  ["a quote as it is", '/agents/chat/"', "/agents/chat/%22"],
];

for (const [what, path, canonical] of spelled) {
  test(`respelled() knows a better spelling than one with ${what}`, () => {
    const url = `http://h:1${path}?q=//x/../y#f`;
    assert.equal(respelled(url, PREFIX), canonical);
    assert.equal(respelled(`http://h:1${canonical}`, PREFIX), undefined);
  });
}

const right: string[] = [
  "/agents/chat/x",
  "/agents/chat/x/",
  "/agents/chat/x//deeper/",
  "/agents/chat/x/%61/é",
  "/agents/chat/.hidden",
  "/agents/chat/..a",
  "/agents/chat/a:b@c!$&'()*+,;=|^[]~",
  "/agents/chat/a%3Ab%40c",
  "/agents/chat/100%",
  "/agents/chat/100%25",
  "/agents/chat/50%%20off",
  "/agents/chat/%zz",
  "/agents/chat/%C3",
  "/agents/chat/%C3%61",
  "/agents/chat/a%2Fb",
  "/agents/chat/%5Cwindows",
  "/agents/chat/%252e%252e",
];

for (const path of right) {
  test(`respelled() leaves ${path} as it is`, () => {
    assert.equal(respelled(`http://h${path}?//..`, PREFIX), undefined);
  });
}

const foreign = [
  "/",
  "//",
  "/agents//",
  "/agents//chat/",
  "/agents/chat/x/../../../other",
  "/other//agents/chat/x",
  "/Agents//chat/x",
];

for (const path of foreign) {
  test(`respelled() leaves ${path} to others`, () => {
    const url = `http://h${path}`;
    const spelled = respelled(url, PREFIX);
    assert.ok(spelled === null || parseAddress(url, PREFIX) === null);
  });
}

const pieces = [
  "/",
  "//",
  "\\",
  ".",
  "..",
  "%2e",
  "%2E%2e",
  "agents",
  "chat",
  "x",
  "%61",
  "%C3%A9",
  "é",
  "a%2Fb",
  "%",
  "%25",
  ":",
  "%3A",
  "~",
];

property(
  "respelled() and a URL parser agree on where a path leads",
  fc.array(fc.constantFrom(...pieces), { maxLength: 12 }),
  (parts) => {
    const path = `/${parts.join("")}`;
    const url = `http://h${path}`;
    const spelled = respelled(url, PREFIX);
    if (spelled === null) return;
    const address = parseAddress(`http://h${spelled ?? path}`, PREFIX);
    if (address === null) return;
    const parsed = new URL(url).pathname.split("/").filter(Boolean);
    assert.deepEqual(
      ["agents", address.agent, address.name].map(decodeSegment),
      parsed.slice(0, 3).map(decodeSegment),
    );
    if (spelled === undefined) return;
    assert.ok(spelled.startsWith("/agents/"));
    assert.equal(respelled(`http://h${spelled}`, PREFIX), undefined);
  },
);

test("withAgent() puts another agent into an address", () => {
  assert.equal(withAgent("/a/b/c/x/y", ["a", "b"], "d"), "/a/b/d/x/y");
  assert.equal(withAgent("/c/x", [], "d"), "/d/x");
});
