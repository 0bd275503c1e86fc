import assert from "node:assert/strict";
import type { NodeLife } from "../../cluster/node_life.ts";
import { MovedError } from "../../src/runtime/moved.ts";
import {
  LEASE,
  VirtualCluster,
  type VirtualNode,
} from "../support/cluster/virtual_cluster.ts";
import { seedOf } from "../support/random/seed.ts";
import { test } from "../support/runners/skippable.ts";

const RUNS = Number(globalThis.process?.env?.ROAM_RUNS ?? 6);
const STEPS = 60;
const options = {
  skip: "WebSocketPair" in globalThis &&
    "workerd takes minutes for as many promises",
};
const NAMES = Array.from({ length: 12 }, (_, at) => `n${at}`);
const first = seedOf("chaos");

/** A client of one instance: it counts up wherever the instance is. */
class Counter {
  /** The last number that was acknowledged. */
  acknowledged = 0;
  #name: string;
  #life: NodeLife | undefined;
  #rev = 0;
  #isBusy = false;

  constructor(name: string) {
    this.#name = name;
  }

  /** Counts up once, if anybody has the instance and it is not under way already. */
  step(cluster: VirtualCluster, nodes: Iterable<VirtualNode>): void {
    if (this.#isBusy) return;
    const address = { agent: "A", name: this.#name };
    const node = [...nodes].find(({ member }) =>
      member.isLive && member.life.owned.has(member.shardOf(address))
    );
    if (node === undefined) return;
    const { life } = node.member;
    if (this.#life !== life) {
      this.#life = life;
      this.#rev = cluster.database.read(life.id, address)?.rev ?? 0;
      assert(this.#rev >= this.acknowledged, "something is lost");
    }
    const rev = ++this.#rev;
    this.#isBusy = true;
    node.write(address, rev).then(() => {
      this.acknowledged = Math.max(this.acknowledged, rev);
    }, (error) => {
      assert(error instanceof MovedError, String(error));
      this.#life = undefined;
    }).finally(() => this.#isBusy = false);
  }
}

async function chaos(seed: number): Promise<number> {
  const cluster = new VirtualCluster({ seed });
  const { random } = cluster.time;
  const { database } = cluster;
  const nodes = new Set<VirtualNode>();
  const stopped = new Set<VirtualNode>();
  const counters = NAMES.map((name) => new Counter(name));
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 40) {
      for (const counter of counters) counter.step(cluster, nodes);
      await cluster.pass(Math.min(40, left));
    }
  };
  const any = () => [...nodes][Math.floor(random() * nodes.size)];
  const add = () => nodes.add(cluster.node().begin(`10.0.0.1:${random()}`));
  const faults: (() => void)[] = [
    () => database.set(any().line, "hangs"),
    () => database.set(any().line, "down"),
    () => any().line.swallowed += 1,
    () => {
      const node = any();
      if (stopped.has(node)) return;
      stopped.add(node);
      node.stop();
    },
    () => database.set(database.line, "hangs"),
    () => {
      if (nodes.size < 4) add();
    },
    () => {
      const node = any();
      if (nodes.size < 2 || stopped.has(node)) return;
      nodes.delete(node);
      void node.member.leave();
    },
    () => {
      // Killed.
      const node = any();
      if (nodes.size < 2) return;
      nodes.delete(node);
      stopped.delete(node);
      node.kill();
    },
  ];
  const heal = () => {
    database.set(database.line, "up");
    for (const node of nodes) {
      if (stopped.delete(node)) node.goOn();
      else database.set(node.line, "up");
      node.line.swallowed = 0;
    }
  };
  for (let at = 0; at < 3; at++) add();
  await pass(LEASE);
  for (let step = 0; step < STEPS; step++) {
    if (random() < 0.5) faults[Math.floor(random() * faults.length)]();
    else heal();
    await pass(random() * LEASE * 0.7);
  }
  heal();
  await pass(6 * LEASE);
  assert.deepEqual(database.zombies, []);
  let owned = 0;
  for (const node of nodes) {
    assert.equal(node.member.state, "live");
    owned += node.owned;
  }
  assert.equal(owned, 256);
  return counters.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
}

test(
  "whatever happens to nodes and their database, nothing is written twice, lost or stuck",
  options,
  async () => {
    const { error } = console;
    console.error = () => {};
    try {
      let writes = 0;
      for (let run = 0; run < RUNS; run++) {
        const seed = first + run;
        try {
          writes += await chaos(seed);
        } catch (error) {
          throw new Error(`seed ${seed}`, { cause: error });
        }
      }
      console.log(`seed ${first}: ${RUNS} runs, ${writes} writes`);
      assert(writes > RUNS * 100);
    } finally {
      console.error = error;
    }
  },
);

test(
  "nodes that come and go, each in its time, cost nobody what it has",
  options,
  async () => {
    const cluster = new VirtualCluster();
    const nodes = new Set([cluster.node().begin()]);
    const counters = NAMES.map((name) => new Counter(name));
    const pass = async (ms: number) => {
      for (let left = ms; left > 0; left -= 0.7) {
        for (const counter of counters) counter.step(cluster, nodes);
        await cluster.pass(0.7);
      }
    };
    await pass(100);
    const [oldest] = nodes;
    for (let round = 0; round < 3; round++) {
      const node = cluster.node().begin();
      nodes.add(node);
      // In that time the oldest renews, and gives.
      await pass(LEASE * 0.4);
      nodes.delete(node);
      const leaving = node.member.leave();
      await pass(100);
      await leaving;
    }
    assert(!oldest.events.includes("lost"));
    assert.deepEqual(cluster.database.zombies, []);
    assert(counters.every(({ acknowledged }) => acknowledged > 50));
  },
);
