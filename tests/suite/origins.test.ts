import assert from "node:assert/strict";
import { RawClient } from "../support/clients/raw_client.ts";
import { behaviour, type Suite, suite } from "../support/suite.ts";

const entry = "tests/fixtures/doors_server.ts";
const server = await suite("default", entry, ["DoorAgent", "FaultsAgent"]);
const cors = await suite("cors", entry, ["DoorAgent", "FaultsAgent"]);
const own = await suite("own", entry, ["DoorAgent", "FaultsAgent"]);
const hosts = await suite("hosts", entry, ["DoorAgent", "FaultsAgent"]);
const proxy = await suite("proxy", entry, ["DoorAgent", "FaultsAgent"]);
const EVIL = "https://evil.example";

type Lines = Record<string, string | undefined>;

/** The status of an upgrade, and of a request with each of `methods`. */
async function statuses(
  at: Suite,
  headers: Lines,
  ...methods: string[]
): Promise<number[]> {
  const path = "/agents/door-agent/origins";
  const { host } = at.server;
  const raw = await RawClient.open(host, path, headers);
  raw.destroy();
  const all = [raw.status];
  const plain = { ...headers, "Upgrade": undefined, "Connection": "close" };
  for (const method of methods) {
    const lines = { ...plain, "Content-Length": "0" };
    const answer = await RawClient.open(host, path, lines, method);
    answer.destroy();
    all.push(answer.status);
  }
  return all;
}

behaviour(
  "a page of another origin may look, and neither connect nor change anything",
  async () => {
    const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
    assert.deepEqual(await statuses(server, { Origin: EVIL }, ...methods), [
      403,
      200,
      200,
      403,
      403,
      403,
      403,
    ]);
    const { status } = await server.fetch("/agents/door-agent/x", {
      method: "POST",
    });
    assert.equal(status, 200, "who sends no Origin is no page");
  },
);

for (const origin of ["https://app.example.com", "null", "file://"]) {
  behaviour(`a listed origin may do both: ${origin}`, async () => {
    const seen = await statuses(server, { Origin: origin }, "POST", "GET");
    assert.deepEqual(seen, [101, 200, 200]);
  });
}

behaviour(
  "origins without a host are refused unless they are listed",
  async () => {
    for (const origin of ["null", "file://"]) {
      const seen = await statuses(cors, { Origin: origin }, "GET");
      assert.deepEqual(seen, [403, 200], origin);
    }
  },
);

behaviour(
  "cors lets pages send requests that it lets read the answer, and opens no WebSocket",
  async () => {
    assert.deepEqual(await statuses(cors, { Origin: EVIL }, "POST"), [
      403,
      200,
    ]);
    const one = "https://one.example.com";
    assert.deepEqual(await statuses(own, { Origin: one }, "POST"), [403, 200]);
    assert.deepEqual(await statuses(own, { Origin: EVIL }, "POST"), [403, 403]);
  },
);

behaviour("a host and its scheme's port are the origin's own", async () => {
  const place = (scheme: string, port: string): Lines => ({
    "Host": `app.example.com${port}`,
    "Origin": `${scheme}://app.example.com`,
  });
  for (
    const [scheme, port, status] of [
      ["https", ":443", 101],
      ["http", ":80", 101],
      ["https", "", 101],
      ["http", "", 101],
      ["https", ":8443", 403],
      ["http", ":443", 403],
    ] as const
  ) {
    const seen = await statuses(cors, place(scheme, port));
    assert.deepEqual(seen, [status], `${scheme} ${port}`);
  }
});

behaviour(
  "allowedHosts keeps requests to other hosts out, and says so once",
  async () => {
    for (
      const [host, status] of [
        ["app.example.com", 101],
        ["APP.example.com:1234", 101],
        ["127.0.0.1:8000", 101],
        ["127.0.0.1:8001", 403],
        ["rebound.example", 403],
        ["app.example.com.evil.example", 403],
      ] as const
    ) {
      const seen = await statuses(hosts, { Host: host }, "GET");
      assert.deepEqual(seen, [status, status === 101 ? 200 : 403], host);
    }
    // What a proxy says is not believed.
    const told = {
      "Host": "rebound.example",
      "X-Forwarded-Host": "app.example.com",
    };
    assert.deepEqual(await statuses(hosts, told), [403]);
    await hosts.event({ type: "refused", status: 403, agent: "DoorAgent" });
    const texts = ['"rebound.example"', "allowedHosts"];
    await hosts.logged(...texts);
    assert.equal(hosts.log(...texts).length, 1);
  },
);

behaviour(
  "trustProxy believes the proxy about host and scheme",
  async () => {
    const told = (host: string, scheme: string, origin: string): Lines => ({
      "X-Forwarded-Host": host,
      "X-Forwarded-Proto": scheme,
      "Origin": origin,
    });
    const app = "app.example.com";
    for (
      const [lines, status] of [
        [told(app, "https", `https://${app}`), 101],
        [told(app, "http", `https://${app}`), 403],
        [told(`evil.example, ${app}`, "https", `https://${app}`), 101],
        [told(`${app}, evil.example`, "https", `https://${app}`), 403],
        [told("evil.example", "https", "https://evil.example"), 403],
        [{}, 403],
      ] as const
    ) {
      assert.deepEqual(
        await statuses(proxy, lines),
        [status],
        JSON.stringify(lines),
      );
    }
  },
);
