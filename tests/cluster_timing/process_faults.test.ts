import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { TestClient } from "../support/clients/client.ts";
import { FaultProxy } from "../support/network/fault_proxy.ts";
import { SessionClient } from "../support/clients/session_client.ts";
import { missing } from "../support/cluster/postgres.ts";
import {
  memoryOf,
  ProcessCluster,
  runtime,
  Writer,
} from "../support/cluster/processes.ts";

const LEASE_MS = 1000;
/** Where nothing waits for the end of a lease, it is one that a busy machine can keep. */
const LONG_LEASE_MS = 3000;
const skip = missing;

/** The text, when it comes. */
async function until(client: TestClient, wanted: string): Promise<void> {
  while (await client.next() !== wanted);
}

test(
  "kill -9 of an owner: others' clients are told 1012 within 100 ms, and it works again within the lease and 2 s",
  { skip },
  async () => {
    const cluster = await startCluster(3, LEASE_MS);
    const { nodes } = cluster;
    const [victim, ...others] = nodes;
    const room = await cluster.roomOf(victim);
    const clients = [];
    for (const node of others) clients.push(await node.open(room));
    const writer = new Writer(await others[0].open(room), "w");
    await writer.has(20);
    const own = await victim.open(room);
    const since = performance.now();
    victim.signal("SIGKILL");
    for (const client of clients) {
      const { code } = await client.closed;
      assert.equal(code, 1012);
    }
    const told = performance.now() - since;
    assert.ok(told < 100, `told after ${told} ms`);
    // Deno says 0 where the standard says 1006.
    assert.ok([0, 1006].includes((await own.closed).code));
    await writer.done;
    // The first dial waits until somebody has the room.
    const again = new Writer(await others[1].open(room), "w");
    await again.has(1);
    const usable = performance.now() - since;
    await again.end();
    assert.ok(usable < LEASE_MS + 2000, `usable after ${usable} ms`);
    assert.ok(again.acknowledged[0] > writer.acknowledged.at(-1)!);
    console.log(`told after ${told | 0} ms, usable after ${usable | 0} ms`);
  },
);

test(
  "an owner that is paused for half a lease: nothing closes, and all comes in order",
  { skip },
  async () => {
    const cluster = await startCluster(2, LEASE_MS);
    const { nodes } = cluster;
    const [paused, other] = nodes;
    const room = await cluster.roomOf(paused);
    const clients = [await paused.open(room), await other.open(room)];
    for (const client of clients) {
      client.send("0");
      await until(client, "0");
    }
    paused.signal("SIGSTOP");
    clients[1].send("1");
    await new Promise((resolve) => setTimeout(resolve, LEASE_MS / 2));
    clients[1].send("2");
    paused.signal("SIGCONT");
    clients[0].send("1");
    clients[0].send("2");
    for (const client of clients) {
      await until(client, "1");
      await until(client, "2");
    }
    assert.ok(!paused.events.includes("lost"));
  },
);

test(
  "an owner that is paused for three leases: no frame of it, 1012, and it joins again",
  { skip },
  async () => {
    const cluster = await startCluster(2, LEASE_MS);
    const { nodes } = cluster;
    const [paused, other] = nodes;
    const room = await cluster.roomOf(paused);
    const own = await paused.open(room);
    const remote = await other.open(room);
    own.send("beat");
    await until(own, "beat 3");
    await until(remote, "beat 3");
    const { node: id } = await paused.health();
    paused.signal("SIGSTOP");
    assert.equal((await remote.closed).code, 1012);
    const again = new Writer(await other.open(room), "w");
    await again.has(5);
    await new Promise((resolve) => setTimeout(resolve, LEASE_MS));
    own.send("are you there?");
    const since = performance.now();
    paused.signal("SIGCONT");
    const heard = await own.rest();
    const told = performance.now() - since;
    assert.equal((await own.closed).code, 1012);
    assert.ok(!heard.includes("are you there?"));
    await again.end();
    await cluster.balanced(nodes);
    assert.notEqual((await paused.health()).node, id);
    assert.ok(paused.events.includes("lost"));
    console.log(`the zombie's client was told ${told | 0} ms after it went on`);
  },
);

test(
  "a rolling deploy of three processes: only sockets of the one that ends close, and each write is there once",
  { skip },
  async () => {
    const cluster = await startCluster(3, LONG_LEASE_MS);
    const { nodes } = cluster;
    const writers: Writer[] = [];
    const WRITERS = 30;
    const from = new Map<Writer, number>();
    const add = async (node: number) => {
      const at = writers.length;
      const writer = new Writer(
        await nodes[node].open(`shared-${at % 20}`),
        `w${at}`,
      );
      from.set(writer, node);
      writers.push(writer);
    };
    for (let at = 0; at < WRITERS * 3; at++) await add(at % 3);
    const progressed = async (count: number) => {
      const before = writers.map((writer) => writer.acknowledged.length);
      for (;;) {
        const lost = writers.filter(({ hasEnded }) => hasEnded);
        assert.deepEqual(lost.map(({ key }) => key), [], "closed too soon");
        const isSo = writers.every((writer, at) =>
          writer.acknowledged.length >= before[at] + count
        );
        if (isSo) return;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    await progressed(3);
    const ended: Writer[] = [];
    // Deno ends TCP when a message comes after its close frame, and calls 1006 0.
    const ends = runtime === "deno" ? [1012, 1006, 0] : [1012];
    for (let at = 0; at < 3; at++) {
      // As a deploy does it: another one is there before.
      await cluster.add();
      await cluster.balanced(nodes.slice(at));
      const status = await nodes[at].server.stop("SIGTERM");
      assert.equal(status, 0);
      for (const writer of writers.filter((each) => from.get(each) === at)) {
        await writer.done;
        const { code } = await writer.client.closed;
        assert.ok(ends.includes(code), `closed with ${code}`);
        ended.push(writer);
      }
      writers.splice(
        0,
        writers.length,
        ...writers.filter((each) => from.get(each) !== at),
      );
      await progressed(3);
    }
    const longest = Math.max(...ended.map((each) => each.longestMs));
    for (const writer of ended) {
      const wanted = writer.acknowledged.map((_, at) => at + 1);
      assert.deepEqual(writer.acknowledged, wanted);
    }
    const total = ended.reduce(
      (sum, each) => sum + each.acknowledged.length,
      0,
    );
    console.log(`${total} writes, the longest waited ${longest | 0} ms`);
  },
);

test(
  "a client whose connection breaks goes on with it by another process, also after its room has moved, and misses nothing",
  { skip },
  async () => {
    const cluster = await startCluster(3, LEASE_MS);
    const [owner, first, second] = cluster.nodes;
    const room = await cluster.roomOf(owner);
    const visitor = await SessionClient.open(first.server.host, {
      agent: "RoomAgent",
      name: room,
      id: "me",
    });
    const other = await owner.open(room);
    other.send("beat");
    await visitor.until("message beat 5");
    // By another process.
    visitor.proxy.target = second.server.host;
    await visitor.cut();
    await visitor.until("message beat 20");
    const beats = visitor.messages.slice(0, 20);
    assert.deepEqual(beats, beats.map((_, at) => `beat ${at}`));
    // The room moves, with the connection, and then that breaks.
    await owner.server.stop("SIGTERM");
    assert.equal(await visitor.ask("here"), "here");
    visitor.proxy.target = first.server.host;
    await visitor.cut();
    assert.equal(await visitor.ask("there"), "there");
    const gaps = visitor.log.filter((line) => line.startsWith("gap"));
    assert.deepEqual(gaps, []);
    await visitor.stop();
  },
);

test(
  "a process that is paused with 120 MB to come: its pipe is dropped, what waits is bounded, and others are served meanwhile",
  { skip },
  async () => {
    const cluster = await startCluster(2, 3000);
    const [owner, paused] = cluster.nodes;
    const room = await cluster.roomOf(owner);
    const clients: TestClient[] = [];
    for (let at = 0; at < 300; at++) {
      clients.push(await paused.open(room));
    }
    // Each its own: one text for all would be one frame.
    for (const client of clients) client.send("later 3000 400000");
    for (const client of clients) await until(client, "soon");
    const near = await owner.open(room);
    const before = memoryOf(owner.pid).now;
    paused.signal("SIGSTOP");
    const gone = () =>
      owner.server.process.lines.filter((line) =>
        line.includes('"type":"disconnected"')
      ).length;
    for (let at = 0; gone() < clients.length; at++) {
      near.send(`${at}`);
      await until(near, `${at}`);
    }
    const grown = (memoryOf(owner.pid).peak - before) / 1024 / 1024;
    paused.signal("SIGCONT");
    for (const client of clients) {
      assert.equal((await client.closed).code, 1012);
    }
    assert.ok(grown < 192, `${grown} MiB more`);
    await cluster.balanced();
    const again = await paused.open(room);
    again.send("here");
    await until(again, "here");
    console.log(`${grown | 0} MiB more at most`);
  },
);

test(
  "two processes that do not reach each other, but the database: clients are told, health says so, and nothing is in both",
  { skip },
  async () => {
    const proxy = await FaultProxy.start("127.0.0.1:1");
    const cluster = await startCluster(1, LEASE_MS);
    const [gateway] = cluster.nodes;
    const owner = await cluster.add({ proxy });
    await cluster.balanced();
    const room = await cluster.roomOf(owner);
    const client = await gateway.open(room);
    client.send("through");
    await until(client, "through");
    // Silence, and no word of an end.
    proxy.stall();
    assert.equal((await client.closed).code, 1012);
    const held = gateway.connect(room);
    const { code, reason } = await held.closed;
    assert.deepEqual([code, reason], [1013, "peer unreachable"]);
    const { ok, peers } = await gateway.health();
    assert.equal(ok, true);
    assert.equal(peers[0].isReached, false);
    assert.match(peers[0].error, /./);
    const there = new Writer(await owner.open(room), "w");
    await there.has(3);
    await there.end();
    proxy.resume();
    const again = new Writer(await gateway.open(room), "w");
    await again.has(1);
    await again.end();
    assert.equal(again.acknowledged[0], there.acknowledged.at(-1)! + 1);
    await proxy.stop();
  },
);

async function startCluster(
  count: number,
  leaseMs: number,
): Promise<ProcessCluster> {
  const cluster = await ProcessCluster.start(count, leaseMs);
  after(() => cluster.stop());
  return cluster;
}
