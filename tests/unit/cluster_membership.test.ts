import assert from "node:assert/strict";
import { test } from "node:test";
import { MovedError } from "../../src/runtime/moved.ts";
import { LEASE, VirtualCluster } from "../support/cluster/virtual_cluster.ts";

/** A cluster of so many nodes that have their shares. */
async function cluster(count: number) {
  const all = new VirtualCluster();
  const nodes = Array.from({ length: count }, () => all.node());
  for (const node of nodes) {
    node.begin();
    await all.pass(2 * LEASE);
  }
  for (const node of nodes) node.events.length = 0;
  return { all, nodes };
}

/** How a write that is under way fails. */
async function failure(all: VirtualCluster, writing: Promise<void>) {
  const failed = writing.then(() => undefined, (error) => error);
  await all.pass(100);
  return await failed;
}

test("a node that is alone has all shards at once", async () => {
  const all = new VirtualCluster();
  const node = all.node().begin();
  await all.pass(20);
  assert.deepEqual(node.events, ["live", "gained 256"]);
  assert.equal(node.member.state, "live");
});

test("nodes that join get their shares, and then nothing moves any more", async () => {
  const { all, nodes } = await cluster(3);
  const owned = nodes.map(({ owned }) => owned);
  assert.equal(owned.reduce((sum, count) => sum + count), 256);
  assert(Math.max(...owned) <= 86, String(owned));
  await all.pass(10 * LEASE);
  assert.deepEqual(nodes.flatMap(({ events }) => events), []);
});

test("a node gives nothing to one whose number it does not speak with, and something to the next", async () => {
  const all = new VirtualCluster();
  const [next, stranger, one] = [2, 4, 1].map((wire) => all.node(wire));
  for (const node of [next, stranger, one]) {
    node.begin();
    await all.pass(3 * LEASE);
  }
  const owned = [one, stranger, next].map(({ owned }) => owned);
  assert.deepEqual([owned[0] + owned[2], owned[1]], [256, 0]);
  assert(Math.min(owned[0], owned[2]) > 80, String(owned));
  // Nobody is left whom it could be given to.
  void one.member.leave();
  void next.member.leave();
  await all.pass(3 * LEASE);
  assert.equal(stranger.owned, 256);
});

test("an idle node renews three times in a lease, and does nothing else", async () => {
  const { all } = await cluster(2);
  all.database.statements = 0;
  await all.pass(10 * LEASE);
  const { statements } = all.database;
  assert(statements <= 2 * 31, String(statements));
});

test("what a node had that is not heard of is taken over after a lease", async () => {
  const { all, nodes: [one, two] } = await cluster(2);
  all.database.set(one.line, "down");
  // Somebody has noticed that it is gone.
  await all.pass(1);
  void two.member.refresh();
  await all.pass(LEASE * 0.6);
  assert.equal(two.owned, 128);
  await all.pass(LEASE * 0.4 + 100);
  assert.equal(two.owned, 256);
  assert.deepEqual(two.events, ["gained 128", "gone"]);
});

test("without a hint it takes a third of a lease longer at most", async () => {
  const { all, nodes: [one, two] } = await cluster(2);
  all.database.set(one.line, "down");
  await all.pass(LEASE * 4 / 3 + 100);
  assert.equal(two.owned, 256);
});

test("a node that is cut off falls silent before another one takes over, and begins anew", async () => {
  const { all, nodes: [one, two] } = await cluster(2);
  const id = one.member.self;
  all.database.set(one.line, "hangs");
  while (two.owned === 128) {
    await all.pass(10);
    if (two.owned > 128) assert.equal(one.member.state, "frozen");
  }
  assert.deepEqual(one.events, ["frozen"]);
  all.database.set(one.line, "up");
  await all.pass(LEASE);
  assert.deepEqual(one.events.slice(0, 3), ["frozen", "lost", "live"]);
  assert.notEqual(one.member.self, id);
  assert.equal(one.owned, 128);
});

test("a process that was stopped knows at once that its time is over", async () => {
  const { all, nodes: [one, two] } = await cluster(2);
  const address = one.address();
  one.stop();
  await all.pass(3 * LEASE);
  assert.equal(two.owned, 256);
  // Its sockets may be heard before its timers.
  assert.equal(one.member.state, "frozen");
  const writing = one.write(address, 1);
  one.goOn();
  assert(await failure(all, writing) instanceof MovedError);
  assert.deepEqual([...all.database.states], []);
});

test("a database that hangs for longer than a lease moves nothing", async () => {
  const { all, nodes } = await cluster(3);
  all.database.set(all.database.line, "hangs");
  await all.pass(LEASE * 3);
  assert.deepEqual(nodes.map(({ member }) => member.state), [
    "frozen",
    "frozen",
    "frozen",
  ]);
  all.database.set(all.database.line, "up");
  await all.pass(LEASE * 3);
  for (const { events } of nodes) assert.deepEqual(events, ["frozen", "live"]);
});

test("who is back first after an outage declares nobody dead", async () => {
  // What each has seen of the others differs.
  for (let first = 0; first < 3; first++) {
    const { all, nodes } = await cluster(3);
    for (const { line } of nodes) all.database.set(line, "down");
    await all.pass(LEASE * 3);
    all.database.set(nodes[first].line, "up");
    await all.pass(LEASE * 0.8);
    for (const { line } of nodes) all.database.set(line, "up");
    await all.pass(LEASE * 2);
    for (const { events } of nodes) {
      assert.deepEqual(events, ["frozen", "live"]);
    }
  }
});

test("nobody takes over from a node that may still act, whenever each renews", async () => {
  for (let apart = 0; apart < LEASE / 3; apart += LEASE / 30) {
    const all = new VirtualCluster();
    const one = all.node().begin();
    await all.pass(LEASE * 2 + apart);
    const two = all.node().begin();
    await all.pass(LEASE * 2);
    assert.equal(two.owned, 128);
    all.database.set(one.line, "hangs");
    while (two.owned === 128) await all.pass(10);
    assert.equal(one.member.isLive, false, `${apart} ms apart`);
  }
});

test("a node that has just joined leaves it to the others to take over first", async () => {
  const { all, nodes: [one, two] } = await cluster(2);
  // It is declared dead; the other one is slow to take over.
  all.database.set(two.line, "hangs");
  one.kill();
  const row = all.database.rows.get(one.member.self)!;
  row.node = { ...row.node, phase: "dead" };
  const three = all.node().begin();
  await all.pass(20);
  assert.equal(three.member.state, "live");
  assert.equal(three.owned, 0);
  await all.pass(LEASE / 3 + 20);
  assert.equal(three.owned, 128);
});

test("a node that is ended gives everything away in batches, and is gone", async () => {
  const { all, nodes: [one, two, three] } = await cluster(3);
  const owned = one.owned;
  const leaving = one.member.leave();
  await all.pass(200);
  await leaving;
  assert.equal(one.member.state, "left");
  assert.equal(all.database.rows.size, 2);
  assert.equal(two.owned + three.owned, 256);
  assert(Math.abs(two.owned - three.owned) <= 32);
  assert.deepEqual(
    one.events.filter((event) => event.startsWith("given")),
    ["given 32", "given 32", `given ${owned - 64}`],
  );
});

test("a node that is ended stays on the map until all have heard who has what it had", async () => {
  const { all, nodes: [one] } = await cluster(2);
  let told = () => {};
  one.telling = new Promise((resolve) => told = resolve);
  const leaving = one.member.leave();
  await all.pass(200);
  assert.equal(one.owned, 0);
  assert.equal(all.database.rows.size, 2);
  told();
  await all.pass(200);
  await leaving;
  assert.equal(all.database.rows.size, 1);
});

test("the last node leaves its shards to nobody, and the next takes them without waiting", async () => {
  const { all, nodes: [one] } = await cluster(1);
  const leaving = one.member.leave();
  await all.pass(200);
  await leaving;
  assert.deepEqual(new Set(all.database.owners), new Set([undefined]));
  const next = all.node().begin();
  await all.pass(20);
  assert.equal(next.owned, 256);
});

test("a node that is ended while the database hangs does not wait for ever", async () => {
  const { all, nodes: [one] } = await cluster(2);
  all.database.set(one.line, "hangs");
  const leaving = one.member.leave();
  await all.pass(2 * LEASE + 1);
  await leaving;
  assert.equal(one.member.state, "left");
});

test("who joins at the address of a node takes its place at once, but not on a loopback", async () => {
  for (
    const [address, isReplaced] of [
      ["10.0.0.7:7000", true],
      ["127.0.0.1:7000", false],
      ["[::1]:7000", false],
      ["localhost:7000", false],
    ] as const
  ) {
    const all = new VirtualCluster();
    const one = all.node().begin(address);
    await all.pass(LEASE);
    one.stop();
    const two = all.node().begin(address);
    await all.pass(20);
    assert.equal(two.owned, isReplaced ? 256 : 0, address);
    await all.pass(2 * LEASE);
    assert.equal(two.owned, 256);
  }
});

test("a write whose answer is lost is stored once, and nobody hears of an error", async () => {
  const { all, nodes: [one] } = await cluster(1);
  const address = one.address();
  one.line.swallowed = 1;
  const writing = one.write(address, 1);
  await all.pass(LEASE);
  await writing;
  assert.equal(all.database.states.get(address.name)?.rev, 1);
  assert.deepEqual(one.events, []);
});

test("a write that hangs never lands after the one that follows", async () => {
  const { all, nodes: [one] } = await cluster(1);
  const address = one.address();
  all.database.set(one.line, "hangs");
  const first = one.write(address, 1);
  await all.pass(1);
  // New connections get through; what hung is released at the very end.
  const held = all.database;
  one.line.state = "up";
  await all.pass(LEASE / 2);
  await first;
  const second = one.write(address, 2);
  await all.pass(10);
  await second;
  held.set(one.line, "up");
  await all.pass(10);
  assert.equal(held.states.get(address.name)?.rev, 2);
});

test("shards whose gift has no known end are either's, and never both's", async () => {
  for (const swallowed of [1, 2]) {
    const { all, nodes: [one] } = await cluster(1);
    const two = all.node().begin();
    // The giver's next renewal shows it the other one; then its gifts begin.
    await all.pass(LEASE / 3);
    one.line.swallowed = swallowed;
    await all.pass(3 * LEASE);
    assert.equal(one.owned + two.owned, 256);
    const { owners } = all.database;
    for (const node of [one, two]) {
      for (const shard of node.member.life.owned) {
        assert.equal(owners[shard], node.member.self);
      }
    }
    assert(!one.events.includes("lost"));
  }
});

test("what cannot be given is kept", async () => {
  const { all, nodes: [one] } = await cluster(1);
  let release = () => {};
  one.releasing = new Promise((resolve) => release = resolve);
  all.node().begin();
  await all.pass(LEASE / 2);
  assert.deepEqual(one.events, ["release 32"]);
  all.database.set(one.line, "down");
  release();
  await all.pass(10);
  assert.deepEqual(one.events, ["release 32", "kept 32"]);
  assert.equal(one.owned, 256);
});

test("a standby that missed a gift leaves one who may write", async () => {
  const { all, nodes: [one] } = await cluster(1);
  let release = () => {};
  one.releasing = new Promise((resolve) => release = resolve);
  const two = all.node().begin();
  await all.pass(LEASE / 2);
  const restore = all.database.copy();
  release();
  await all.pass(LEASE / 2);
  assert.equal(two.owned, 128);
  const [other, address] = [one.address(), two.address()];
  restore();
  // The giver has it again, as far as the database knows; the heir may not write.
  assert(await failure(all, two.write(address, 1)) instanceof MovedError);
  assert(await failure(all, one.write(other, 1)) instanceof MovedError);
  assert.equal(all.database.states.size, 0);
  await all.pass(3 * LEASE);
  assert.equal(one.owned + two.owned, 256);
});

test("a frozen node begins no commit, and goes on with it afterwards", async () => {
  const { all, nodes: [one] } = await cluster(1);
  const address = one.address();
  all.database.set(one.line, "down");
  await all.pass(LEASE);
  assert.equal(one.member.state, "frozen");
  const before = all.database.statements;
  const writing = one.write(address, 1);
  await all.pass(10);
  assert.equal(all.database.statements, before);
  all.database.set(one.line, "up");
  await all.pass(LEASE);
  await writing;
  assert.equal(all.database.states.get(address.name)?.rev, 1);
});

test("a node falls silent also where timers are early", async () => {
  const { all, nodes: [one] } = await cluster(1);
  const { after } = all.time;
  all.time.after = (ms, run) =>
    after.call(all.time, Math.max(0, ms - 0.8), run);
  await all.pass(LEASE);
  all.database.set(one.line, "hangs");
  await all.pass(LEASE);
  assert.deepEqual(one.events, ["frozen"]);
});

test("a node says what is wrong, and stops when it is not any more", async () => {
  const { all, nodes: [one] } = await cluster(1);
  assert.deepEqual(one.member.problems, []);
  all.database.set(one.line, "down");
  await all.pass(LEASE);
  assert.deepEqual(one.member.problems, [
    "Cannot use the database of the cluster: nobody listens",
  ]);
  all.database.set(one.line, "up");
  await all.pass(LEASE);
  assert.deepEqual(one.member.problems, []);
});
