import assert from "node:assert/strict";
import { missing } from "../support/cluster/postgres.ts";
import {
  type ClusterProcess,
  ProcessCluster,
} from "../support/cluster/processes.ts";
import { type Got, problemsOf, Reader } from "../support/faults/log_readers.ts";
import { FaultProxy } from "../support/network/fault_proxy.ts";
import { randomOf } from "../support/random/random.ts";
import { seedOf } from "../support/random/seed.ts";
import { test } from "../support/runners/skippable.ts";

const LEASE_MS = 2000;
const READERS = 4;
/** Messages to each between two things that happen. */
const LEAST = 10;

/** A reader, and the way by which it reaches one of the processes. */
interface Away {
  readonly reader: Reader;
  readonly proxy: FaultProxy;
}

test(
  "a log in a cluster: who comes back, also by way of another process, after a hand-over and after kill -9 of the owner, gets what it missed, and history() has all",
  {
    skip: missing,
  },
  async () => {
    const seed = seedOf("cluster log");
    const random = randomOf(seed);
    const cluster = await ProcessCluster.start(2, LEASE_MS);
    const { nodes } = cluster;
    const all: Away[] = [];
    const connect = async (
      node: ClusterProcess,
      id: string,
      cursor?: string,
    ) => {
      const proxy = await FaultProxy.start(node.server.host);
      const reader = new Reader(proxy.host, "LogAgent", id, { cursor });
      all.push({ reader, proxy });
      return reader;
    };
    /** Clients of `gone` find another process. */
    const leave = (gone: ClusterProcess) => {
      const left = nodes.filter((node) => node !== gone);
      for (const { proxy } of all) {
        if (proxy.target !== gone.server.host) continue;
        proxy.target = left[Math.floor(random() * left.length)].server.host;
      }
      nodes.splice(nodes.indexOf(gone), 1);
    };
    let isOver = false;
    let failure: unknown;
    try {
      for (let at = 0; at < READERS; at++) {
        await connect(nodes[at % 2], `r${at}`);
      }
      const [first, ...senders] = all.map(({ reader }) => reader);
      await Promise.all(all.map(({ reader }) => reader.client.ready));
      const sending = (async () => {
        while (!isOver) {
          senders[Math.floor(random() * senders.length)].send(random, false);
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
      })();
      /** Each has got some more. */
      const goesOn = async () => {
        const before = all.map(({ reader }) => reader.got.length);
        const isBehind = () =>
          all.some(({ reader }, at) => reader.got.length < before[at] + LEAST);
        for (const end = Date.now() + 30_000; isBehind();) {
          assert.ok(Date.now() < end, "nothing comes any more");
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      };
      const owner = async () => {
        const pid = await first.client.call("where");
        return nodes.find((node) => node.pid === pid)!;
      };
      await goesOn();
      const early = first.client.cursor;
      // Away while the instance moves, and back by way of another process.
      for (
        const [how, signal] of [["ended", "SIGTERM"], ["killed", "SIGKILL"]]
      ) {
        const gone = await owner();
        const [, { proxy }] = all;
        proxy.cut();
        proxy.isRefusing = true;
        await cluster.add();
        leave(gone);
        const hasEnded = gone.server.stop(signal as NodeJS.Signals);
        await goesOnWithout(all[1], LEAST);
        const rest = nodes.filter(({ server }) => server.host !== proxy.target);
        proxy.target = rest[Math.floor(random() * rest.length)].server.host;
        proxy.isRefusing = false;
        await goesOn();
        await hasEnded;
        assert.notEqual((await owner()).pid, gone.pid, how);
      }
      // Another tab, by way of whichever process, from an early place on.
      await connect(nodes[0], "tab", early);
      await goesOn();
      isOver = true;
      await sending;
      first.client.send("all");
      const isLast = (got: Got) => typeof got !== "string" && got.from === "r0";
      await Promise.all(all.map(({ reader }) => reader.until(isLast)));
      const numbers = first.got.map((got) =>
        typeof got === "string" ? 0 : got.n
      );
      const last = numbers.at(-1)!;
      /** Without a hole, up to what is known here at least: what others had sent may come behind it. */
      const assertWhole = (answer: unknown, after: number) => {
        const past = answer as number[];
        assert.ok(past.length >= last - after, `${past.length} of ${last}`);
        assert.deepEqual(past, past.map((_, at) => after + at + 1));
      };
      for (const node of nodes) {
        const reader = await connect(node, `past ${node.pid}`);
        assertWhole(await reader.client.call("past"), 0);
        const since = await reader.client.call("past", [early]);
        assertWhole(since, Number(early!.split(":")[1]));
      }
    } catch (error) {
      failure = error;
    } finally {
      isOver = true;
      for (const { reader, proxy } of all) {
        reader.client.close();
        await proxy.stop();
      }
      await cluster.stop();
    }
    const nobody = new Map<number, string>();
    const readers = all.map(({ reader }) => reader);
    const problems = readers.flatMap(({ client, got, problems, begin }) => [
      ...problemsOf(client.id, got, nobody, begin),
      ...problems,
    ]);
    console.log(`seed ${seed}: ${readers[0].got.length} messages`);
    if (failure !== undefined) throw failure;
    assert.deepEqual(problems, []);
    const gaps = readers.flatMap(({ got }) => got).filter((got) =>
      typeof got === "string"
    );
    assert.deepEqual(gaps, []);

    /** The others have got some more than `away` has. */
    async function goesOnWithout(away: Away, least: number) {
      const before = all.map(({ reader }) => reader.got.length);
      const isBehind = () =>
        all.some((each, at) =>
          each !== away && each.reader.got.length < before[at] + least
        );
      for (const end = Date.now() + 30_000; isBehind();) {
        assert.ok(Date.now() < end, "nothing comes any more");
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  },
);
