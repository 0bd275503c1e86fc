import assert from "node:assert/strict";
import { test } from "node:test";
import { AgentClient as TheirClient } from "../their_client/packages.js";
import { testSilence, visits } from "./visit.ts";

const server = await visits();

/** Their server takes the name as the URL has it. */
const names: [name: string, taken: string][] = [
  ["plain-Name_1.0~", "plain-Name_1.0~"],
  ["a b", "a%20b"],
  ["日本é", "%E6%97%A5%E6%9C%AC%C3%A9"],
  ["a:b@c", "a:b@c"],
  ["(a)!*'", "(a)!*'"],
  ["a[b]|c", "a[b]|c"],
  ["a^b", "a%5Eb"],
  ["a+b&c=d;e,f$g", "a+b&c=d;e,f$g"],
  ['"<>`{}', "%22%3C%3E%60%7B%7D"],
];

for (const [name, taken] of names) {
  test(`AgentClient: the name ${name} reaches the instance that Cloudflare's client reaches`, async () => {
    const options = { agent: "Board", name, host: server.host };
    const theirs = new TheirClient(options);
    await theirs.ready;
    theirs.close();
    const ours = await server.ready("Board", name);
    assert.deepEqual([theirs.name, ours.name], [taken, taken]);
    await ours.call("rename", ["a name"]);
    ours.close();
  });
}

/** Of these Cloudflare's client would make another path. */
for (const name of ["a/b", "a?b", "a#b", "a\\b", "a%20b"]) {
  test(`AgentClient: the name ${name} is one instance`, async () => {
    const client = await server.ready("Board", name);
    assert.equal(client.name, encodeURIComponent(name));
    client.close();
  });
}

testSilence(server);
