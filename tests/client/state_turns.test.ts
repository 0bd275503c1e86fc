import assert from "node:assert/strict";
import { after, test } from "node:test";
import { once } from "../support/clients/events.ts";
import { FakeServer } from "../support/network/fake_server.ts";
import { connectTo, type Count, knownTo } from "./fake_clients.ts";

const server = await FakeServer.start();
after(() => server.stop());

const increment = ({ n }: Count): Count => ({ n: n + 1 });

test("Values of one turn are one frame, and each of them is accepted", async () => {
  const [client, connection, updates] = await knownTo(server);
  const written = [6, 7, 8].map((n) => client.setState({ n }));
  assert.deepEqual(client.state, { n: 8 });
  assert.equal(client.pending, 3);
  assert.equal(updates.length, 3);
  client.send("after them");
  const { id, state } = await connection.next();
  assert.deepEqual(state, { n: 8 });
  assert.equal(await connection.next(), "after them");
  connection.send({ type: "roam_state_ack", id, rev: 6 });
  await Promise.all(written);
  assert.equal(client.pending, 0);
  client.close();
});

test("Functions of one turn are one strict frame, and are applied again together", async () => {
  const [client, connection] = await knownTo(server);
  let calls = 0;
  const written = Array.from(
    { length: 1000 },
    () =>
      client.setState((state) => {
        calls++;
        return increment(state);
      }),
  );
  assert.deepEqual(client.state, { n: 1005 });
  assert.equal(calls, 1000, "each is applied once");
  const first = await connection.next();
  assert.deepEqual([first.state, first.strict], [{ n: 1005 }, true]);
  connection.send({
    type: "cf_agent_state_error",
    error: "conflict",
    id: first.id,
    code: "CONFLICT",
    epoch: "e1",
    rev: 6,
    state: { n: 10 },
  });
  const second = await connection.next();
  assert.deepEqual([second.state, second.rev], [{ n: 1010 }, 6]);
  connection.send({ type: "roam_state_ack", id: second.id, rev: 7 });
  await Promise.all(written);
  assert.deepEqual([client.state, client.pending], [{ n: 1010 }, 0]);
  client.close();
});

test("A value and a function after it travel one after the other", async () => {
  const [client, connection] = await knownTo(server);
  const written = [
    client.setState({ n: 10 }),
    client.setState(increment),
    client.setState({ n: 20 }),
  ];
  const seen = [];
  for (let rev = 6; rev < 9; rev++) {
    const { id, state, strict = false } = await connection.next();
    seen.push([state.n, strict]);
    connection.send({ type: "roam_state_ack", id, rev });
  }
  await Promise.all(written);
  assert.deepEqual(seen, [[10, false], [11, true], [20, false]]);
  client.close();
});

test("Writes of one turn are refused together", async () => {
  for (const write of [increment, { n: 6 }]) {
    const [client, connection] = await knownTo(server);
    const written = [write, write].map((write) => client.setState(write));
    const results = Promise.allSettled(written);
    const { id } = await connection.next();
    connection.send({
      type: "cf_agent_state_error",
      error: "no",
      id,
      code: "REJECTED",
      epoch: "e1",
      rev: 5,
      state: { n: 5 },
    });
    for (const result of await results) {
      assert.equal(result.status, "rejected");
      assert.equal(result.reason.code, "REJECTED");
    }
    assert.deepEqual(client.state, { n: 5 });
    client.close();
  }
});

test("A write that throws, or is too large, is refused alone", async () => {
  const [client, connection] = await connectTo(server);
  connection.send({
    type: "roam_hello",
    version: 1,
    epoch: "e1",
    rev: 5,
    stateBytes: 100,
  });
  connection.send({
    state: { n: 5 },
    type: "cf_agent_state",
    epoch: "e1",
    rev: 5,
  });
  connection.send({ type: "cf_agent_mcp_servers", mcp: {} });
  await client.ready;
  const first = client.setState(increment);
  const broken = client.setState(() => {
    throw new RangeError("broken");
  });
  const large = client.setState(() => ({ n: 1, by: "x".repeat(100) }));
  const last = client.setState(increment);
  await assert.rejects(broken, RangeError);
  await assert.rejects(large, { code: "TOO_LARGE" });
  const { id, state } = await connection.next();
  assert.deepEqual(state, { n: 7 });
  connection.send({ type: "roam_state_ack", id, rev: 6 });
  await Promise.all([first, last]);
  client.close();
});

test("What is written leaves before what is sent, called or closed after it", async () => {
  const [client, connection] = await knownTo(server);
  client.setState({ n: 6 });
  client.send("message");
  client.setState({ n: 7 });
  client.call("method").catch(() => {});
  client.setState({ n: 8 });
  const closed = once(client, "close");
  client.close();
  await closed;
  const seen = [];
  for (let count = 0; count < 5; count++) {
    const next = await connection.next();
    seen.push(next.state?.n ?? next.method ?? next);
  }
  assert.deepEqual(seen, [6, "message", 7, "method", 8]);
});

test("throttle: the first write leaves at once, and the last of the others at the end", async () => {
  const [client, connection] = await knownTo(server, { throttle: 60_000 });
  const first = client.setState({ n: 6 });
  const { id } = await connection.next();
  connection.send({ type: "roam_state_ack", id, rev: 6 });
  await first;
  for (let n = 7; n < 10; n++) {
    client.setState({ n });
    // They are of other turns, and stand behind what waits for nothing.
    client.send(`m${n}`);
    assert.equal(await connection.next(), `m${n}`);
  }
  assert.deepEqual([client.state, client.pending], [{ n: 9 }, 3]);
  client.close();
  assert.deepEqual((await connection.next()).state, { n: 9 });
});

test("throttle: what waits leaves by itself, and each write is accepted", async () => {
  const [client, connection] = await knownTo(server, { throttle: 20 });
  const written: Promise<void>[] = [];
  const frames: Count[] = [];
  const answered = (async () => {
    for (let rev = 6; frames.at(-1)?.n !== 40; rev++) {
      const { id, state } = await connection.next();
      frames.push(state);
      connection.send({ type: "roam_state_ack", id, rev });
    }
  })();
  const start = performance.now();
  for (let n = 1; n <= 40; n++) {
    written.push(client.setState(n % 2 ? { n } : increment));
    await new Promise((resolve) => setTimeout(resolve));
  }
  await Promise.all([answered, ...written]);
  // Timers never fire early by more than their resolution.
  const most = (performance.now() - start) / 19 + 1;
  assert.ok(frames.length <= most, `${frames.length} frames, at most ${most}`);
  assert.equal(client.pending, 0);
  client.close();
});
