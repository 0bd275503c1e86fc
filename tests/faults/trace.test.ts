import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { TestClient } from "../support/clients/client.ts";
import { frame, greeting, write } from "../support/clients/state_client.ts";
import { strace, straceSkips } from "../support/faults/strace.ts";
import { behaviour, runtime } from "../support/suite.ts";
import { earlyAcks } from "../support/faults/trace_check.ts";
import { start } from "../targets/targets.ts";

const WRITES = 1000;

/** Writes one after another to a traced server, and returns the trace. */
async function traced(profile?: string): Promise<string[]> {
  const folder = mkdtempSync(`${tmpdir()}/roam-trace-`);
  const file = `${folder}/trace`;
  const calls = "trace=fsync,fdatasync,write,writev,sendto,sendmsg,sendmmsg";
  try {
    const server = await start(runtime, {
      entry: "tests/fixtures/crash_server.ts",
      objects: {},
      store: `${folder}/store`,
      profile,
      through: strace(file, "-s", "200", "-e", calls),
    });
    const url = `ws://${server.host}/agents/kept-agent/x?_roam=1`;
    const client = new TestClient(url);
    await greeting(client);
    for (let at = 0; at < WRITES; at++) {
      write(client, at, { id: String(at) });
      await frame(client, "roam_state_ack");
    }
    await client.close();
    await server.stop();
    return readFileSync(file, "utf8").split("\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

behaviour(
  `none of ${WRITES} acknowledgements leaves before its fsync`,
  async () => {
    assert.deepEqual(earlyAcks(await traced()), []);
  },
  straceSkips,
);

behaviour('with durability "os" they do, and the checker sees it', async () => {
  assert(earlyAcks(await traced("os")).length > WRITES / 2);
}, straceSkips);

test("the checker of the trace knows a good one from forged ones", () => {
  const sync = "7 fdatasync(3</s/agents.sqlite-wal>) = 0";
  const begun = "7 fdatasync(3</s/agents.sqlite-wal> <unfinished ...>";
  const done = "7 <... fdatasync resumed>) = 0";
  const ack =
    '8 sendto(9<socket:[1]>, "{\\"type\\":\\"roam_state_ack", 40) = 40';
  const good = [sync, ack, begun, done, ack];
  assert.deepEqual(earlyAcks(good), []);
  for (
    const forged of [
      [],
      [ack],
      [sync, ack, ack],
      [begun, ack, done],
      [ack, sync],
      ["7 fdatasync(3</s/other.sqlite-wal>) = 0", ack],
      [
        "7 fdatasync(3</s/agents.sqlite-wal>) = -1 EIO (Input/output error)",
        ack,
      ],
    ]
  ) assert.equal(earlyAcks(forged).length, 1, forged.join("\n"));
});
