import assert from "node:assert/strict";
import { RawClient } from "../support/clients/raw_client.ts";
import { behaviour, suite } from "../support/suite.ts";

const server = await suite();
const guarded = await suite("guarded");

const NO_HOSTS = [
  "a b",
  "a/b",
  "a?b",
  "a#b",
  "a\\b",
  "user@a",
  "%zz",
  "<a>",
  "[",
  "a:port",
  "a:99999",
  "999.1.1.1",
];

behaviour(
  "a host with a path in it leads to no agent: the path is what the first line says",
  async () => {
    const name = server.name("led");
    for (const end of ["?", "#", "/"]) {
      const host = `a/agents/hooks-agent/${name}${end}`;
      for (const upgrade of ["websocket", undefined]) {
        const lines = { "Host": host, "Upgrade": upgrade };
        const raw = await RawClient.open(
          server.server.host,
          "/public",
          lines,
        );
        raw.destroy();
        assert.equal(raw.status, 400, raw.head);
      }
    }
    assert.deepEqual(server.notes(name), []);
  },
);

behaviour(
  "a host that is none is 400, by WebSocket and by HTTP, before any hook, and few lines in the log",
  async () => {
    const name = guarded.name("none");
    const path = `/api/v1/hooks-agent/${name}`;
    for (const host of NO_HOSTS) {
      for (const upgrade of ["websocket", undefined]) {
        const lines = { "Host": host, "Upgrade": upgrade };
        const raw = await RawClient.open(guarded.server.host, path, lines);
        raw.destroy();
        assert.equal(raw.status, 400, host);
      }
    }
    await guarded.event({
      type: "refused",
      status: 400,
      reason: "The Host header is no host, such as example.com:8080",
    });
    const { lines } = guarded.server.process;
    assert.ok(!lines.some((line) => /TypeError|Invalid URL/.test(line)));
    assert.ok(!lines.some((line) => line.includes(`"beforeConnect"`)));
    assert.deepEqual(guarded.notes(name), []);
  },
);

behaviour(
  "hosts as servers have them are hosts: names, addresses, ports",
  async () => {
    const path = `/agents/echo-agent/${server.name("named")}`;
    for (
      const host of [
        "localhost",
        "app.example.com:8443",
        "APP_1.internal.",
        "xn--bcher-kva.example",
        "10.0.0.255:65535",
        "[::1]:8080",
        "1.2",
      ]
    ) {
      const raw = await RawClient.open(server.server.host, path, {
        "Host": host,
      });
      raw.destroy();
      assert.equal(raw.status, 101, host);
    }
  },
);

behaviour(
  "a request without a host is no failure, and /agents/_health answers it, as load balancers ask",
  async () => {
    const name = server.name("hostless");
    const { host, runtime } = server.server;
    const lines = { "Host": "", "Upgrade": undefined };
    const health = await RawClient.open(host, "/agents/_health", lines);
    health.destroy();
    // workerd itself refuses such a request.
    assert.equal(health.status, runtime === "workerd" ? 400 : 200);
    const raw = await RawClient.open(host, `/agents/hooks-agent/${name}`, {
      "Host": "",
    });
    raw.destroy();
    // And Bun has no URL for it.
    const isRefused = runtime === "workerd" || runtime === "bun";
    assert.equal(raw.status, isRefused ? 400 : 101);
  },
);
