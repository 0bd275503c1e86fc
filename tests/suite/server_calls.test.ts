import assert from "node:assert/strict";
import { behaviour, classes, suite } from "../support/suite.ts";

const server = await suite();

async function call(method: string, ...args: unknown[]) {
  const query = new URLSearchParams({ method, args: JSON.stringify(args) });
  return await (await server.fetch(`/call?${query}`)).json();
}

behaviour("getAgent() calls methods of the one instance", async () => {
  assert.deepEqual(await call("add", 1, 2), { result: 3 });
  const before = (await call("increment")).result;
  const client = await server.open("/agents/command-agent/called");
  assert.equal(await client.ask("memory"), before + 1);
  assert.deepEqual(await call("increment"), { result: before + 2 });
});

behaviour("getAgent() passes on what a method throws", async () => {
  assert.deepEqual(await call("fail", "no"), {
    error: { name: "RangeError", message: "no" },
  });
});

behaviour("getAgent() calls neither hooks nor what is no method", async () => {
  for (
    const method of [
      "onMessage",
      "constructor",
      "broadcast",
      "count",
      "nothing",
      "__proto__",
      "toString",
      "hasOwnProperty",
    ]
  ) {
    const { error } = await call(method);
    assert.equal(error?.name, "TypeError", method);
  }
});

behaviour(
  "getAgent().fetch() hands a request over, whatever its URL, upgrades too",
  async () => {
    const response = await server.fetch("/custom", { method: "POST" });
    assert.deepEqual(await response.json(), {
      name: "called",
      connection: null,
      method: "POST",
    });
    const client = await server.open("/custom?_pk=me");
    assert.match(await client.next() as string, /"name":"called"/);
    assert.equal((await client.ask("self")).id, "me");
    await client.close();
  },
);

behaviour("getAgent() of a class that is not served throws", async () => {
  const { error } = await (await server.fetch("/unknown")).json();
  assert.deepEqual(error, {
    name: "TypeError",
    message:
      `Cannot reach agent "NoSuchAgent": no such class is served; there are: ${
        classes.join(", ")
      }`,
  });
});
