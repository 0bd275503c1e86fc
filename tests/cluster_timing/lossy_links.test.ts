import assert from "node:assert/strict";
import type { TestClient } from "../support/clients/client.ts";
import {
  type Direction,
  LossyCluster,
} from "../support/cluster/lossy_cluster.ts";
import { NumbersClient } from "../support/cluster/numbers_client.ts";
import { missing } from "../support/cluster/postgres.ts";
import { type ClusterProcess, Writer } from "../support/cluster/processes.ts";
import { noLossyNetwork } from "../support/network/lossy_network.ts";
import { seedOf } from "../support/random/seed.ts";
import { test } from "../support/runners/skippable.ts";

const { ROAM_LOSSES } = process.env;
/** So many packets of each direction have to be lost. */
const LOSSES = Number(ROAM_LOSSES ?? 4);
/** Answers to each client after that. */
const LEAST = 5;
const LONG_LEASE_MS = 6000;
const LEASE_MS = 2000;
const BAD = { delayMs: 200, loss: 0.05 };
const GOOD = { delayMs: 0, loss: 0 };
const options = { skip: missing || noLossyNetwork };

test(
  "200 ms of delay and 5 % of loss, one way at a time, between two processes, and between them and their database: all is slower, and that is all",
  options,
  () =>
    withCluster(LONG_LEASE_MS, async (lossy) => {
      const [one, two] = lossy.nodes;
      const clients = await clientsOf(lossy);
      await progress(clients);
      await suffer(lossy, [[one, two]], clients);
      await suffer(lossy, [[two, one]], clients);
      await suffer(lossy, [[one, "database"], ["database", two]], clients);
      for (const node of lossy.nodes) {
        const { ok, peers } = await node.health();
        assert.equal(ok, true);
        assert.equal(peers[0].isReached, true);
        assert.ok(!node.events.includes("lost"));
      }
      // A hand-over of all that one has, on a bad link.
      for (const way of [[one, two], [two, one]] as const) {
        await lossy.set(way, BAD);
      }
      const stay = clients.filter(({ from, isCarriedOver }) =>
        from === two && isCarriedOver
      );
      assert.equal(await one.server.stop("SIGTERM"), 0);
      await progress(stay);
      await Promise.all(stay.map(({ numbers }) => numbers.end()));
    }),
);

test(
  "nothing passes between two processes, both ways or one way, and both reach the database: clients are told, health says so, and nothing is in both",
  options,
  () =>
    withCluster(LEASE_MS, async (lossy) => {
      const [gateway, owner] = lossy.nodes;
      const room = await lossy.cluster.roomOf(owner);
      let count = 0;
      const to: Direction = [gateway, owner];
      const from: Direction = [owner, gateway];
      const oneWay = ROAM_LOSSES === undefined ? [] : [[to], [from]];
      for (const directions of [[to, from], ...oneWay]) {
        const client = await gateway.open(room);
        client.send("through");
        await until(client, "through");
        for (const each of directions) await lossy.set(each, { loss: 1 });
        assert.equal((await client.closed).code, 1012);
        const held = gateway.connect(room);
        const { code, reason } = await held.closed;
        assert.deepEqual([code, reason], [1013, "peer unreachable"]);
        const { ok, peers } = await gateway.health();
        assert.equal(ok, true);
        assert.equal(peers.length, 1);
        assert.equal(peers[0].node, (await owner.health()).node);
        assert.equal(peers[0].isReached, false);
        assert.match(peers[0].error, /./);
        count = await counted(owner, room, count);
        for (const each of directions) await lossy.set(each, GOOD);
        count = await counted(gateway, room, count);
        await lossy.cluster.balanced();
      }
      for (const { events } of lossy.nodes) assert.ok(!events.includes("lost"));
    }),
);

test(
  "nothing passes between a process and the database: it falls silent, another one takes over, and it joins again when something does",
  options,
  () =>
    withCluster(LEASE_MS, async (lossy) => {
      const [lonely, other] = lossy.nodes;
      const room = await lossy.cluster.roomOf(lonely);
      const { node: id } = await lonely.health();
      const before = await counted(lonely, room, 0);
      const own = await lonely.open(room);
      const remote = await other.open(room);
      const ways: Direction[] = [[lonely, "database"], ["database", lonely]];
      for (const way of ways) await lossy.set(way, { loss: 1 });
      assert.equal((await remote.closed).code, 1012);
      const there = await counted(other, room, before);
      own.send("are you there?");
      for (const way of ways) await lossy.set(way, GOOD);
      assert.ok(!(await own.rest()).includes("are you there?"));
      assert.equal((await own.closed).code, 1012);
      await lossy.cluster.balanced();
      assert.notEqual((await lonely.health()).node, id);
      await counted(lonely, room, there);
    }),
);

test(
  "a client finds a number that is lost, twice or late, and an end",
  { skip: false },
  async () => {
    const problemOf = async (...numbers: number[]) => {
      const messages = numbers.map((n) => `beat ${n - 1}`);
      const numbered = NumbersClient.hearing({
        next: () => {
          const message = messages.shift();
          if (message === undefined) return Promise.reject("closed");
          return Promise.resolve(message);
        },
        send() {},
        close: () => Promise.reject(),
      }, "it");
      await numbered.has(Infinity);
      return numbered.problem;
    };
    assert.equal(await problemOf(1, 3), "beat it: 3 after 1");
    assert.equal(await problemOf(1, 2, 2), "beat it: 2 after 2");
    assert.equal(await problemOf(1, 2, 1), "beat it: 1 after 2");
    assert.equal(await problemOf(1, 2), "beat it: closed");
  },
);

/** A client, and the process that it is connected to. */
interface Visitor {
  readonly numbers: NumbersClient;
  readonly from: ClusterProcess;
  /** It goes on when its room moves: timers of an instance do not. */
  readonly isCarriedOver: boolean;
}

/** Each is answered some times more. */
async function progress(clients: readonly Visitor[]): Promise<void> {
  const all = clients.map(({ numbers }) => numbers);
  const wanted = all.map(({ count }) => count + LEAST);
  await Promise.all(all.map((client, at) => client.has(wanted[at])));
  assert.deepEqual(all.flatMap(({ problem }) => problem ?? []), []);
}

/** What clients see while packets of these directions are late or lost. */
async function suffer(
  lossy: LossyCluster,
  directions: readonly Direction[],
  clients: readonly Visitor[],
): Promise<void> {
  const all = clients.map(({ numbers }) => numbers);
  for (const client of all) client.longestMs = 0;
  const count = () => all.reduce((sum, { count }) => sum + count, 0);
  const before = count();
  for (const each of directions) await lossy.set(each, BAD);
  let dropped: number[];
  do {
    await progress(clients);
    dropped = [];
    for (const each of directions) {
      dropped.push((await lossy.set(each)).dropped);
    }
  } while (dropped.some((count) => count < LOSSES));
  const longest = Math.max(...all.map(({ longestMs }) => longestMs));
  assert.ok(longest >= BAD.delayMs, `${longest} ms: nothing was late`);
  for (const each of directions) await lossy.set(each, GOOD);
  await progress(clients);
  console.log(
    `${dropped.join(" and ")} packets lost, ${
      count() - before
    } answers, the longest waited ${longest | 0} ms`,
  );
}

/** Clients at each process of rooms that the other one has, and of rooms of its own. */
async function clientsOf(lossy: LossyCluster): Promise<Visitor[]> {
  const clients: Visitor[] = [];
  for (const [at, owner] of lossy.nodes.entries()) {
    const gateway = lossy.nodes[1 - at];
    const room = (prefix: string) => lossy.cluster.roomOf(owner, prefix);
    const beats = await room("beats");
    for (const from of [owner, gateway]) {
      const key = `${at} ${from === owner ? "near" : "far"}`;
      const open = async (prefix: string) => from.open(await room(prefix));
      const hearer = await open("beats");
      // It is accepted then.
      hearer.send("here");
      await until(hearer, "here");
      clients.push(
        {
          numbers: NumbersClient.hearing(hearer, key),
          from,
          isCarriedOver: false,
        },
        {
          numbers: NumbersClient.counting(await open("count"), key),
          from,
          isCarriedOver: true,
        },
        {
          numbers: NumbersClient.echoing(await open("echo"), key),
          from,
          isCarriedOver: true,
        },
      );
    }
    (await owner.open(beats)).send("beat");
  }
  return clients;
}

/** By way of `node` the room goes on counting after `count`; returns how far. */
async function counted(
  node: ClusterProcess,
  room: string,
  count: number,
): Promise<number> {
  const writer = new Writer(await node.open(room), "w");
  await writer.has(3);
  await writer.end();
  await writer.client.close();
  const { acknowledged } = writer;
  assert.deepEqual(acknowledged, acknowledged.map((_, at) => count + at + 1));
  return acknowledged.at(-1)!;
}

/** The text, when it comes. */
async function until(client: TestClient, wanted: string): Promise<void> {
  while (await client.next() !== wanted);
}

/** `run` is told of a cluster, which ends then. */
async function withCluster(
  leaseMs: number,
  run: (lossy: LossyCluster) => Promise<void>,
): Promise<void> {
  const lossy = await LossyCluster.start(leaseMs, seedOf("lossy links"));
  try {
    await run(lossy);
  } finally {
    await lossy.stop();
  }
}
