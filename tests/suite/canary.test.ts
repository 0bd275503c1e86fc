import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { RawClient } from "../support/clients/raw_client.ts";
import { behaviour, type Suite, suite } from "../support/suite.ts";

const store = mkdtempSync(join(tmpdir(), "roam-canary-"));
after(() => rmSync(store, { recursive: true }));
const servers = await Promise.all([
  suite("tight", undefined, undefined, { store }),
  suite("guarded"),
  suite("default", "tests/fixtures/doors_server.ts", [
    "DoorAgent",
    "FaultsAgent",
  ]),
]);

/** What nobody else could have written. */
const CANARY = "canary-7f3a91c2d8e64b05";

/** A client that carries the secret wherever one can be. */
async function visit(
  at: Suite,
  path: string,
  origin?: string,
): Promise<number> {
  const query = `${path.includes("?") ? "&" : "?"}token=${CANARY}&_pk=me`;
  const raw = await RawClient.open(at.server.host, path + query, {
    "Authorization": `Bearer ${CANARY}`,
    "Cookie": `session=${CANARY}`,
    "Sec-WebSocket-Protocol": `v1, ${CANARY}`,
    "X-Custom": CANARY,
    "Origin": origin,
  });
  if (raw.status === 101) {
    raw.sendText(`a message with ${CANARY}`);
    raw.sendText(JSON.stringify({
      args: [CANARY],
      id: CANARY,
      method: CANARY,
      type: "rpc",
    }));
    raw.sendClose(4000, "bye");
    await raw.closeFrame();
  }
  raw.destroy();
  const headers = { Authorization: CANARY, Cookie: `session=${CANARY}` };
  const response = await at.fetch(path + query, {
    headers: origin === undefined ? headers : { ...headers, origin },
    method: "POST",
    body: CANARY,
    redirect: "manual",
  });
  await response.body?.cancel();
  return raw.status;
}

/** Every file below `folder`, as it is on disk. */
function* files(folder: string): Generator<Uint8Array> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else yield readFileSync(path);
  }
}

behaviour(
  "a secret in a query, a header or a message is in no log, event or file of the library",
  async () => {
    const [tight, guarded, doors] = servers;
    const statuses = [
      await visit(tight, "/agents/echo-agent/one"),
      await visit(tight, "/agents/command-agent/one"),
      await visit(tight, "/agents/state-agent/one"),
      await visit(tight, "/agents/calls-agent/one"),
      await visit(tight, "/agents/hooks-agent/one?message=none&connect=throw"),
      await visit(tight, "/agents/hooks-agent/start-throw"),
      await visit(tight, "/agents/hooks-agent/told"),
      await visit(tight, "/agents/echo-agent/one", "https://evil.example"),
      await visit(tight, "/agents/nothing/one"),
      await visit(tight, `/agents/echo-agent/${"n".repeat(300)}`),
      await visit(tight, "/agents//echo-agent/one"),
      await visit(tight, "/agents/echo-agent/one?__agents_transport=capnweb"),
      await visit(guarded, "/api/v1/echo-agent/one?refuse"),
      await visit(doors, "/agents/door-agent/one?hook=throw"),
      await visit(doors, "/agents/door-agent/one?hook=never"),
      await visit(doors, "/agents/door-agent/one?hook=map"),
      await visit(doors, "/throw"),
    ];
    assert.deepEqual(statuses, [
      ...Array(7).fill(101),
      403,
      ...Array(4).fill(400),
      401,
      500,
      503,
      500,
      500,
    ]);
    await tight.event({ type: "disconnected", agent: "EchoAgent" });
    // A line that an app writes itself would be seen.
    const [, , message] = await tight.noted("message", "told");
    assert.ok(String(message).includes(CANARY));
    for (const { server } of servers) {
      // What the fixtures' own hooks note is the app's.
      const printed = server.process.lines.filter((line) =>
        !line.startsWith("@@") || line.startsWith('@@["event"')
      );
      assert.ok(printed.length > 0);
      assert.deepEqual(printed.filter((line) => line.includes(CANARY)), []);
    }
    for (const bytes of files(store)) {
      assert.ok(!new TextDecoder("latin1").decode(bytes).includes(CANARY));
    }
  },
);
