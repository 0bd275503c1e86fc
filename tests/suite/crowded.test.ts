import assert from "node:assert/strict";
import { RawClient } from "../support/clients/raw_client.ts";
import { behaviour, suite } from "../support/suite.ts";

// Room for two connections and three instances in the whole host.
const server = await suite("crowded");
const elsewhere = {
  workerd: "the platform counts objects and their connections",
};

behaviour(
  "a connection too many for the host is refused with 503, and fits when another has gone",
  async () => {
    const path = "/agents/command-agent/one";
    const first = await server.open(`${path}?_pk=first`);
    const second = await server.open(`${path}?_pk=second`);
    assert.deepEqual(await second.ask("list"), ["first", "second"]);
    const raw = await RawClient.open(server.server.host, path);
    assert.equal(raw.status, 503);
    assert.match(raw.head, /\r\nretry-after: \d+/i);
    raw.destroy();
    await server.event({
      type: "refused",
      status: 503,
      reason: "too many connections",
    });
    await first.close();
    await server.noted("closed", "one", "first");
    const third = await server.open(`${path}?_pk=third`);
    assert.deepEqual(await third.ask("list"), ["second", "third"]);
    await second.close();
    await third.close();
  },
  elsewhere,
);

behaviour(
  "an instance too many for the host is refused with 503, and the others answer",
  async () => {
    for (const name of ["one", "two", "three"]) {
      assert.equal(
        (await server.fetch(`/agents/command-agent/${name}`)).status,
        200,
      );
    }
    const refused = await server.fetch("/agents/command-agent/four");
    assert.deepEqual([refused.status, await refused.text()], [
      503,
      "too many instances",
    ]);
    assert.match(refused.headers.get("retry-after")!, /^\d+$/);
    await server.event({
      type: "refused",
      status: 503,
      reason: "too many instances",
    });
    assert.equal((await server.fetch("/agents/command-agent/two")).status, 200);
  },
  elsewhere,
);
