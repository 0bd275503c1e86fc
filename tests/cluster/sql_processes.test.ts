import assert from "node:assert/strict";
import { after, before } from "node:test";
import type { TestClient } from "../support/clients/client.ts";
import { missing } from "../support/cluster/postgres.ts";
import {
  type ClusterProcess,
  ProcessCluster,
  Writer,
} from "../support/cluster/processes.ts";
import { test } from "../support/runners/skippable.ts";

const LEASE_MS = 3000;
const options = { skip: missing };

let cluster: ProcessCluster;
before(async () => {
  if (missing === false) cluster = await ProcessCluster.start(2, LEASE_MS);
});
after(() => cluster?.stop());

/** What `method` returns, asked by way of `node`, whoever has the room. */
async function call(
  node: ClusterProcess,
  room: string,
  method: string,
  ...args: unknown[]
): Promise<unknown> {
  const client = await node.open(room);
  client.send(JSON.stringify({ type: "rpc", id: "1", method, args }));
  const result = await answer(client);
  client.socket.close();
  return result;
}

async function answer(client: TestClient): Promise<unknown> {
  for (;;) {
    const frame = await client.next() as string;
    const { type, result, error } = JSON.parse(frame);
    if (type !== "rpc") continue;
    if (error !== undefined) throw new Error(error);
    return result;
  }
}

test(
  "this.sql: a process that is paused for longer than its lease answers nothing of what it writes, and nothing of that is stored",
  options,
  async () => {
    const [paused, other] = cluster.nodes;
    const room = await cluster.roomOf(paused, "paused");
    const client = await paused.open(room);
    assert.equal(await call(paused, room, "record", "k"), 1);
    paused.signal("SIGSTOP");
    client.send(
      JSON.stringify({ type: "rpc", id: "2", method: "record", args: ["k"] }),
    );
    assert.equal(await call(other, room, "record", "k"), 2);
    paused.signal("SIGCONT");
    await assert.rejects(answer(client));
    assert.equal((await client.closed).code, 1012);
    assert.deepEqual(await call(other, room, "records", "k"), [1, 2]);
    await cluster.balanced();
  },
);

test(
  "this.sql: after kill -9 of the owner all that was acknowledged is there",
  options,
  async () => {
    const [victim, other] = cluster.nodes;
    const room = await cluster.roomOf(victim, "killed");
    const keys = ["ada", "bob"];
    const writers = [];
    for (const [at, node] of [other, victim].entries()) {
      writers.push(new Writer(await node.open(room), keys[at], "record"));
    }
    await Promise.all(writers.map((writer) => writer.has(25)));
    victim.signal("SIGKILL");
    for (const { key, done, acknowledged } of writers) {
      await done;
      const records = await call(other, room, "records", key) as number[];
      assert.deepEqual(records, records.map((_, at) => at + 1));
      // One may have been stored whose answer was on its way.
      const more = records.length - acknowledged.at(-1)!;
      assert(more === 0 || more === 1, `${more} more than acknowledged`);
    }
  },
);
