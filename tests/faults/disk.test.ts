import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { after } from "node:test";
import { TestClient } from "../support/clients/client.ts";
import { frame, greeting, write } from "../support/clients/state_client.ts";
import { behaviour, runtime } from "../support/suite.ts";
import { type Server, start } from "../targets/targets.ts";

// Where all is skipped, nothing is called that could remove it.
const tried = runtime !== "workerd";
const folder = tried ? mkdtempSync(`${tmpdir()}/roam-disk-`) : "";
const mount = ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder];
const mounted = tried && spawnSync("mount", mount).status === 0;
if (mounted) spawnSync("umount", [folder]);
after(() => rmSync(folder, { recursive: true, force: true }));

const workerd = "the platform's own storage";
const cannot = "no file system of a fixed size can be made here";

function serve(store: string): Promise<Server> {
  return start(runtime, {
    entry: "tests/fixtures/crash_server.ts",
    objects: {},
    store,
  });
}

async function join(server: Server) {
  const url = `ws://${server.host}/agents/kept-agent/x?_roam=1`;
  const client = new TestClient(url);
  return { client, frames: await greeting(client) };
}

behaviour(
  "a full disk: no acknowledgement, close 1011, and the state is the stored one",
  async () => {
    assert.equal(spawnSync("mount", mount).status, 0);
    const filler = `${folder}/filler`;
    const server = await serve(`${folder}/store`);
    try {
      const { client } = await join(server);
      const { client: other } = await join(server);
      write(client, "small", { id: "1" });
      await frame(client, "roam_state_ack");
      await frame(other, "cf_agent_state");
      assert.throws(() => writeFileSync(filler, "x".repeat(2 ** 20)), /ENOSPC/);
      write(client, "x".repeat(100_000), { id: "2" });
      assert.equal((await client.closed).code, 1011);
      assert.equal((await other.closed).code, 1011);
      assert.deepEqual(await client.rest(), []);
      assert.deepEqual(await other.rest(), []);
      const { client: again, frames } = await join(server);
      assert.deepEqual([frames[2].state, frames[2].rev], ["small", 1]);
      rmSync(filler);
      write(again, "after", { id: "3" });
      assert.equal((await frame(again, "roam_state_ack")).rev, 2);
      await again.close();
    } finally {
      await server.stop();
      spawnSync("umount", [folder]);
    }
  },
  { workerd, ...mounted ? {} : { deno: cannot, bun: cannot, node: cannot } },
);

behaviour(
  "a second process on the same store does not start, and says which folder it is about",
  async () => {
    const store = `${folder}/shared`;
    const first = await serve(store);
    try {
      const { client } = await join(first);
      write(client, 1, { id: "1" });
      await frame(client, "roam_state_ack");
      await assert.rejects(serve(store), (error: Error) => {
        assert(
          error.message.includes("another process has it open"),
          error.message,
        );
        assert(error.message.includes(store), error.message);
        return true;
      });
      await first.stop();
      const next = await serve(store);
      const { client: again, frames } = await join(next);
      assert.equal(frames[2].state, 1);
      await again.close();
      await next.stop();
    } finally {
      await first.stop();
    }
  },
  { workerd },
);

behaviour(
  "a process that began before another one made the store does not take it for empty",
  async () => {
    const store = `${folder}/late`;
    const [first, second] = [await serve(store), await serve(store)];
    try {
      const { client } = await join(first);
      write(client, 1, { id: "1" });
      await frame(client, "roam_state_ack");
      const url = `ws://${second.host}/agents/kept-agent/x?_roam=1`;
      const refused = new TestClient(url);
      assert.equal((await refused.closed).code, 1011);
      assert.deepEqual(await refused.rest(), []);
      await second.process.until(
        (line) => line.includes("another process has it open") || undefined,
        "why the agent did not start",
      );
      await client.close();
    } finally {
      await first.stop();
      await second.stop();
    }
  },
  { workerd },
);
