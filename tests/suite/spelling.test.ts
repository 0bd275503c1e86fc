import assert from "node:assert/strict";
import { RawClient } from "../support/clients/raw_client.ts";
import { spell, spellings } from "../support/network/spellings.ts";
import { behaviour, runtime, suite } from "../support/suite.ts";

const server = await suite();
const hono = await suite("default", "tests/fixtures/hono_server.ts", [
  "EchoAgent",
  "AIAssistant",
  "RedirectAgent",
]);

/** Sends `path` as it is, which no fetch does. */
async function ask(
  path: string,
  upgrade: boolean,
  at = server,
): Promise<{ status: number; location: string | undefined }> {
  const headers = upgrade ? {} : { Upgrade: undefined, Connection: "close" };
  const raw = await RawClient.open(at.server.host, path, headers);
  raw.destroy();
  const location = /\r\nlocation: (.*)/i.exec(raw.head)?.[1];
  return { status: raw.status, location };
}

/** Bun follows dot segments and backslashes before anybody sees the path, as a browser does. */
const followed = runtime === "bun";

for (const { what, path, follows } of spellings) {
  behaviour(
    `another spelling of an address reaches nobody: ${what}`,
    async () => {
      const name = server.name("n");
      const right = `/agents/a-i-assistant/${name}`;
      const wrong = spell(path, name);
      const request = await ask(`${wrong}?q=/..//x`, false);
      const upgrade = await ask(`${wrong}?q=/..//x`, true);
      if (follows && followed) {
        assert.deepEqual([request.status, upgrade.status], [201, 101]);
        return;
      }
      assert.deepEqual(request, {
        status: 308,
        location: `${right}?q=/..//x`,
      });
      assert.equal(upgrade.status, 400);
      assert.equal(server.events({ type: "started", name }), 0);
    },
  );
}

for (const { what, path, follows } of spellings) {
  behaviour(
    `another spelling of an address in a whole URL, as proxies are sent it, reaches nobody: ${what}`,
    async () => {
      const name = server.name("n");
      const wrong = `http://${server.server.host}${spell(path, name)}`;
      const request = await ask(wrong, false);
      const upgrade = await ask(wrong, true);
      if (follows && followed) {
        assert.deepEqual([request.status, upgrade.status], [201, 101]);
        return;
      }
      const location = `/agents/a-i-assistant/${name}`;
      assert.deepEqual(request, { status: 308, location });
      assert.equal(upgrade.status, 400);
      assert.equal(server.events({ type: "started", name }), 0);
    },
  );
}

behaviour("a redirected request keeps its method and its body", async () => {
  const name = server.name();
  const response = await server.fetch(`/agents/ai-assistant/${name}/x?y=1`, {
    method: "PUT",
    body: "kept",
  });
  const { method, url, body } = await response.json();
  assert.deepEqual([method, body], ["PUT", "kept"]);
  assert.equal(url, server.url(`/agents/a-i-assistant/${name}/x?y=1`));
});

behaviour(
  "a path that leads out of an address is somebody else's",
  async () => {
    const name = server.name();
    const path = `/agents/a-i-assistant/${name}/../../../call`;
    const { status } = await ask(path, false);
    assert.notEqual(status, 201);
    assert.equal(server.events({ type: "started", name }), 0);
  },
);

behaviour("a name can't climb out of its agent", async () => {
  // Some proxies unescape a path before they look for dots in it.
  const path = "/agents/a-i-assistant/y%2f..%2f..%2fecho-agent%2fx";
  const found = path.replaceAll("%2f", "%2F");
  for (const upgrade of [true, false]) {
    assert.equal((await ask(found, upgrade)).status, 400);
    assert.notEqual((await ask(path, upgrade)).status, upgrade ? 101 : 201);
  }
});

behaviour(
  "the operator reads once what the right spelling is",
  async () => {
    const name = server.name("spelled");
    const path = `/agents//a-i-assistant/${name}`;
    for (let count = 0; count < 3; count++) await ask(path, true);
    const { lines } = server.server.process;
    assert.deepEqual(
      lines.filter((line) => line.startsWith("Refused a WebSocket")),
      [
        'Refused a WebSocket to another spelling of an address. Those of AIAssistant begin with "/agents/a-i-assistant/", without empty or dot segments and needless escapes.',
      ],
    );
    assert.ok(!lines.some((line) => line.includes(name)));
  },
);

behaviour(
  "a guard by path in a Hono app can't be walked around by spelling",
  async () => {
    const start = "/agents/a-i-assistant/nx";
    for (const upgrade of [true, false]) {
      assert.equal((await ask(start, upgrade, hono)).status, 401);
      for (const { what, path } of spellings) {
        const wrong = spell(path, "nx");
        const { status, location } = await ask(wrong, upgrade, hono);
        assert.ok(
          status === 401 || status === (upgrade ? 400 : 308),
          `${what}: ${status}`,
        );
        if (status === 308) {
          assert.equal((await ask(location!, upgrade, hono)).status, 401);
        }
      }
    }
  },
);
