import assert from "node:assert/strict";
import { after, test } from "node:test";
import { MountedClient } from "../../src/client/mounted_client.ts";
import { SharedClient } from "../../src/client/shared_client.ts";
import type { UseAgentOptions } from "../../src/client/use_agent_options.ts";
import { once, until } from "../support/clients/events.ts";
import { FakeServer } from "../support/network/fake_server.ts";

const server = await FakeServer.start();
after(() => server.stop());

type Options = UseAgentOptions<number>;

const options = (more: Partial<Options> = {}): Options => ({
  agent: "TestAgent",
  name: "test",
  host: server.host,
  minReconnectionDelay: 1,
  ...more,
});

const create = (more?: Partial<Options>) =>
  new MountedClient<number, number>(options(more));

test("It connects while it is mounted, and not before", async () => {
  const mounted = create();
  const { client } = mounted;
  // As a rendering before that should show it, also on a server.
  assert.equal(client.status, "connecting");
  const unmount = mounted.mount();
  const connection = await server.connection();
  connection.greet(0, 1);
  await client.ready;
  unmount();
  await connection.gone();
  assert.equal(client.status, "closed");
});

test("Unmounted for a moment it keeps its connection", async () => {
  const { dials } = server;
  const mounted = create();
  mounted.mount()();
  const unmount = mounted.mount();
  const connection = await server.connection();
  connection.greet(0, 1);
  await mounted.client.ready;
  assert.equal(server.dials, dials + 1);
  unmount();
  await connection.gone();
});

test("startClosed waits for reconnect(), and refresh() does not end that", async () => {
  const mounted = create({ startClosed: true });
  const unmount = mounted.mount();
  mounted.update(options({ startClosed: true, queryDeps: [1] }));
  mounted.refresh();
  assert.equal(mounted.client.status, "closed");
  mounted.client.reconnect();
  const connection = await server.connection();
  unmount();
  await connection.gone();
});

test("The latest options count, and those not given any more do not", async () => {
  const seen: unknown[] = [];
  const mounted = create({ onStateUpdate: () => seen.push("older") });
  const unmount = mounted.mount();
  const connection = await server.connection();
  mounted.update(options({ onStateUpdate: (n) => seen.push(n) }));
  connection.greet(1, 1);
  await until(mounted.client, () => mounted.client.state === 1);
  mounted.update(options({ defaultCallTimeout: 1 }));
  await assert.rejects(mounted.client.call("slow"), { code: "TIMEOUT" });
  connection.send({
    state: 2,
    type: "cf_agent_state",
    epoch: "e1",
    rev: 2,
  });
  await until(mounted.client, () => mounted.client.state === 2);
  assert.deepEqual(seen, [1]);
  unmount();
  await connection.gone();
});

test("Nobody is called back after it was unmounted", async () => {
  const seen: unknown[] = [];
  const note = (...what: unknown[]) => seen.push(what);
  const mounted = create({
    onStateUpdate: note,
    onConnectionError: note,
    onClose: note,
    onOpen: () => seen.push("open"),
  });
  const { client } = mounted;
  const unmount = mounted.mount();
  const connection = await server.connection();
  connection.greet(1, 1);
  await until(client, () => client.state === 1);
  const write = client.setState(2);
  assert.deepEqual(seen, ["open", [1, "server"], [2, "client"]]);
  unmount();
  await assert.rejects(write, { code: "CONNECTION_LOST" });
  assert.equal(client.state, 1);
  assert.equal(seen.length, 3);
});

test("refresh() reconnects for other credentials, also after a refusal, but not what the application closed", async () => {
  const mounted = create({ query: { token: "a" } });
  const { client } = mounted;
  const unmount = mounted.mount();
  const first = await server.connection();
  assert.equal(first.url.searchParams.get("token"), "a");
  mounted.refresh();
  mounted.update(options({ query: { token: "b" } }));
  mounted.refresh();
  const second = await server.connection();
  assert.equal(second.url.searchParams.get("token"), "b");
  await first.gone();
  second.close(4001, "expired");
  await once(client, "close", () => client.connectionError !== null);
  mounted.update(options({ query: { token: "c" } }));
  mounted.refresh();
  const third = await server.connection();
  assert.equal(third.url.searchParams.get("token"), "c");
  client.close();
  await third.gone();
  mounted.update(options({ query: { token: "d" } }));
  mounted.refresh();
  assert.equal(client.status, "closed");
  unmount();
});

test("Messages of the protocol go elsewhere than those of the agent", async () => {
  const seen: unknown[] = [];
  const mounted = create({
    onMessage: ({ data }) => seen.push(data),
    onMcpUpdate: (servers) => seen.push(servers),
  });
  const unmount = mounted.mount();
  const connection = await server.connection();
  connection.greet(1, 1);
  connection.send("hello");
  await once(mounted.client, "message", () => seen.includes("hello"));
  assert.deepEqual(seen, [{}, "hello"]);
  unmount();
  await connection.gone();
});

test("With sub, the last one inside answers", async () => {
  const mounted = create({
    name: "a b",
    sub: [{ agent: "InBox", name: "x/y" }, { agent: "Chat", name: "c" }],
    path: "deep",
    query: { q: "1" },
  });
  const { client } = mounted;
  assert.deepEqual([client.agent, client.name], ["chat", "c"]);
  assert.deepEqual(client.path, [
    { agent: "TestAgent", name: "a b" },
    { agent: "InBox", name: "x/y" },
    { agent: "Chat", name: "c" },
  ]);
  const path = "/agents/test-agent/a%20b/sub/in-box/x%2Fy/sub/chat/c/deep";
  assert.equal(client.getHttpUrl(), `http://${server.host}${path}?q=1`);
  const unmount = mounted.mount();
  const connection = await server.connection();
  assert.equal(connection.url.pathname, path);
  unmount();
  await connection.gone();
});

test("A render may do without a host and a page, a connection may not", () => {
  const mounted = create({ host: undefined });
  assert.match(mounted.client.getHttpUrl(), /^http:\/\/localhost\/agents/);
  assert.throws(() => mounted.mount(), {
    name: "TypeError",
    message: /host must be given where there is no page/,
  });
});

test("Methods may be taken off the client", async () => {
  const mounted = create();
  const { send, setState, close, reconnect, drainQueuedMessages } =
    mounted.client;
  assert.equal(send("one"), false);
  assert.deepEqual(drainQueuedMessages(), ["one"]);
  const write = setState(1);
  reconnect();
  const connection = await server.connection();
  close();
  await connection.gone();
  await assert.rejects(write, { code: "NOT_SENT" });
});

test("Disabled, it waits for what enables it, and rejects what waited when its component has another", async () => {
  const mounted = create({ enabled: false });
  const { client } = mounted;
  const release = mounted.keep();
  // As StrictMode does.
  release();
  const letGo = mounted.keep();
  const call = client.call("add", [1, 2]);
  const write = client.setState(1);
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual([client.status, client.pending], ["closed", 1]);
  letGo();
  await assert.rejects(call, { code: "NOT_SENT", mayHaveRun: false });
  await assert.rejects(write, { code: "NOT_SENT", mayHaveRun: false });
});

test("A call in flight at unmount is nobody's uncaught rejection", async () => {
  const mounted = create();
  const unmount = mounted.mount();
  const connection = await server.connection();
  connection.greet(1, 1);
  await mounted.client.ready;
  // Nobody handles it: the runner would fail.
  mounted.client.call("slow");
  mounted.client.stub.slow();
  mounted.client.call("slow", [], { stream: { onChunk() {} } });
  for (let call = 0; call < 3; call++) await connection.next();
  unmount();
  await connection.gone();
  await new Promise((resolve) => setTimeout(resolve, 10));
});

test("A connection that can't be begun throws each time that it is tried, and leaves nothing behind", async () => {
  // As where a page's AbortSignal is not the one that its events take.
  const { AbortController } = globalThis;
  const { dials } = server;
  const page = globalThis as { window?: unknown };
  page.window = globalThis;
  const shared = () => SharedClient.of<number, number>(options());
  const first = shared();
  try {
    globalThis.AbortController = class {
      constructor() {
        throw new TypeError("no signal of this page");
      }
    } as typeof AbortController;
    for (const begin of ["first", "mount", "first"] as const) {
      assert.throws(() => shared()[begin](), /no signal of this page/);
    }
  } finally {
    globalThis.AbortController = AbortController;
  }
  assert.equal(shared(), first);
  const unmount = first.mount();
  const connection = await server.connection();
  connection.greet(0, 1);
  await first.client.ready;
  assert.equal(server.dials, dials + 1);
  unmount();
  await connection.gone();
  delete page.window;
  assert.equal(first.client.status, "closed");
});
