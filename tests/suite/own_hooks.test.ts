import assert from "node:assert/strict";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite();

behaviour(
  "hooks that an object got in its constructor or in onStart are called as those of its class",
  async () => {
    const name = server.name("own");
    const client = await server.open(`/agents/own-hooks-agent/${name}?a=1`);
    assert.equal(await client.user(), "?a=1");
    client.send("7");
    assert.equal(await client.user(), "own 7");
    await server.noted("changed", name, 7);
    client.send("-1");
    assert.equal(await client.user(), "own -1");
    await server.noted("error", name, "RangeError: negative");
    client.close(4001);
    await server.noted("closed", name, 4001);
  },
);
