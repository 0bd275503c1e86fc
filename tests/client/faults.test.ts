import assert from "node:assert/strict";
import { after, test } from "node:test";
import { AgentClient } from "../../client.ts";
import { once, until } from "../support/events.ts";
import { FakeServer } from "../support/fake_server.ts";
import { FaultProxy } from "../support/fault_proxy.ts";
import { ServerProcess } from "../targets/target.ts";

const fake = await FakeServer.start();
const proxy = await FaultProxy.start(fake.host);
after(async () => {
  await proxy.stop();
  await fake.stop();
});

const create = (more: object = {}) =>
  new AgentClient<number>({
    agent: "TestAgent",
    host: proxy.host,
    minReconnectionDelay: 1,
    ...more,
  });

test("A connection cut after any number of bytes is made again, and the state is right", async () => {
  for (let bytes = 1; bytes < 600; bytes += 37) {
    proxy.cutAfter = bytes;
    const client = create();
    let isDone = false;
    const served = (async () => {
      while (!isDone) (await fake.connection()).greet(bytes, bytes);
    })();
    await until(client, () => client.state === bytes);
    await client.call("x", [], { timeout: 1 }).catch(() => {});
    client.close();
    proxy.cutAfter = Infinity;
    // The loop ends with a connection of its own.
    isDone = true;
    const last = create();
    await served;
    last.close();
  }
});

test("A half-open connection is noticed, and a pending call settles", async () => {
  const client = create({ heartbeatInterval: 40 });
  (await fake.connection()).greet(0);
  await client.ready;
  proxy.stall();
  const call = client.call("slow");
  const closed = once<CloseEvent>(client, "close");
  await assert.rejects(call, { code: "CONNECTION_LOST", mayHaveRun: true });
  assert.equal((await closed).reason, "no heartbeat");
  proxy.resume();
  (await fake.connection()).greet(0);
  await client.ready;
  client.close();
});

test("A server that refuses is dialled until it does not", async () => {
  proxy.isRefusing = true;
  const client = create();
  for (let time = 0; time < 3; time++) await once(client, "close");
  proxy.isRefusing = false;
  (await fake.connection()).greet(0);
  await client.ready;
  client.close();
});

test("A stopped process is noticed, and a pending call settles", async () => {
  const server = new ServerProcess("tools/node_modules/.bin/deno", [
    "run",
    "-A",
    "--no-lock",
    "tests/fixtures/greeting_server.ts",
  ]);
  const host = await server.until(
    (line) => /^listening on (.*)$/.exec(line)?.[1],
    "where it listens",
  );
  const client = create({ host, heartbeatInterval: 100 });
  await client.ready;
  process.kill(server.pid, "SIGSTOP");
  await assert.rejects(client.call("slow"), { code: "CONNECTION_LOST" });
  process.kill(server.pid, "SIGCONT");
  await client.ready;
  client.close();
  await server.stop();
});
