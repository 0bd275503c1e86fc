import assert from "node:assert/strict";
import { behaviour, suite } from "../support/suite.ts";
import type { TestClient } from "../support/clients/client.ts";
import {
  type Frame,
  greeting,
  nextState,
  silent,
  stored,
  write,
} from "../support/clients/state_client.ts";

const agents = await suite();
const LIST = Array.from({ length: 50 }, (_, id) => ({ id, done: false }));
const STATE = { title: "plan", list: LIST };

async function room(state: unknown = STATE): Promise<string> {
  const path = `/agents/state-agent/${agents.name("patches")}`;
  await set(path, state);
  return path;
}

async function set(path: string, state: unknown): Promise<void> {
  const value = encodeURIComponent(JSON.stringify(state));
  await (await agents.fetch(`${path}?set=${value}`)).body?.cancel();
}

/** Connects as a client that takes patches, and knows `known`. */
async function join(path: string, known = "") {
  const client = await agents.open(`${path}?_roam=1&_patch=${known}`);
  const frames = await greeting(client);
  const [hello] = frames;
  const version = (rev = hello.rev) => `${rev}:${hello.patch}:${hello.epoch}`;
  return { client, frames, hello, version };
}

async function next(client: TestClient): Promise<Frame> {
  return JSON.parse(await client.next() as string);
}

/** Sends a patch as a client does. */
function patch(
  client: TestClient,
  ops: unknown,
  more: Record<string, unknown>,
): void {
  client.send(JSON.stringify({ ops, type: "roam_state_patch", ...more }));
}

const types = (frames: Frame[]) => frames.map(({ type }) => type);
const WHOLE = [
  "roam_hello",
  "cf_agent_identity",
  "cf_agent_state",
  "cf_agent_mcp_servers",
];
const NOTHING = WHOLE.filter((type) => type !== "cf_agent_state");

behaviour(
  "a client that announces patches gets them, from one revision to the next; others get the state",
  async () => {
    const path = await room();
    const { client, frames, hello } = await join(path);
    assert.deepEqual(types(frames), WHOLE);
    const extended = await agents.open(`${path}?_roam=1`);
    await greeting(extended);
    const base = await agents.open(path);
    await greeting(base);
    const list = LIST.with(7, { id: 7, done: true });
    await set(path, { ...STATE, list });
    const frame = await client.next() as string;
    assert.deepEqual(JSON.parse(frame), {
      type: "roam_state_patch",
      rev: hello.rev + 1,
      ops: [[["list", 7, "done"], true]],
    });
    assert.ok(frame.length < 100, frame);
    assert.deepEqual(await nextState(extended), { ...STATE, list });
    assert.deepEqual(await nextState(base), { ...STATE, list });
    for (const socket of [client, extended, base]) await silent(socket);
  },
);

behaviour(
  "a change that is more than half of the state is sent whole",
  async () => {
    const path = await room({ a: 1 });
    const { client } = await join(path);
    await set(path, { a: 2 });
    assert.deepEqual(await nextState(client), { a: 2 });
    await set(path, STATE);
    assert.deepEqual(await nextState(client), STATE);
    await set(path, { ...STATE, title: "b" });
    assert.deepEqual((await next(client)).ops, [[["title"], "b"]]);
    await set(path, null);
    assert.equal(await nextState(client), null);
    await silent(client);
  },
);

behaviour(
  "a client that comes back to the state it knows is sent none",
  async () => {
    const path = await room();
    const { client, version } = await join(path);
    await client.close();
    // As a URLSearchParams has it.
    const known = encodeURIComponent(version());
    const again = await join(path, known);
    assert.deepEqual(types(again.frames), NOTHING);
    assert.equal(again.frames[1].stateFollows, undefined);
    await set(path, { ...STATE, title: "b" });
    assert.deepEqual((await next(again.client)).ops, [[["title"], "b"]]);
    await again.client.close();
  },
);

behaviour(
  "a client that was away for some revisions is sent their patches",
  async () => {
    const path = await room();
    const { client, hello, version } = await join(path);
    const other = await join(path);
    await client.close();
    for (const title of ["b", "c", "d"]) await set(path, { ...STATE, title });
    const { frames } = await join(path, version());
    assert.deepEqual(types(frames), [
      ...NOTHING.slice(0, 2),
      ...Array(3).fill("roam_state_patch"),
      "cf_agent_mcp_servers",
    ]);
    const sent = frames.slice(2, 5).map(({ rev, ops }) => [rev, ops[0][1]]);
    const { rev } = hello;
    assert.deepEqual(sent, [[rev + 1, "b"], [rev + 2, "c"], [rev + 3, "d"]]);
    await other.client.close();
  },
);

behaviour("a client that knows another state is sent all of it", async () => {
  const path = await room();
  const other = await join(await room());
  const { client, hello, version } = await join(path);
  const known = [
    other.version(hello.rev),
    version(hello.rev + 1),
    version(hello.rev - 5),
    version(-1),
    `${version()}x`,
    `x${version()}`,
    `${hello.rev}::${hello.epoch}`,
    `NaN:${hello.patch}:${hello.epoch}`,
    `1e400:${hello.patch}:${hello.epoch}`,
    "0:0:0",
    "x".repeat(2000),
  ];
  for (const version of known) {
    const { frames } = await join(path, encodeURIComponent(version));
    assert.deepEqual(types(frames), WHOLE, version);
  }
  await silent(client);
});

behaviour(
  "a change that is no patch leaves no way from before it",
  async () => {
    const path = await room();
    const { version, client } = await join(path);
    const other = await join(path);
    await client.close();
    await set(path, { ...STATE, title: "b" });
    await set(path, { other: "x".repeat(3000) });
    await set(path, { other: "x".repeat(3000), more: 1 });
    const { frames } = await join(path, version());
    assert.deepEqual(types(frames), WHOLE);
    await other.client.close();
  },
);

behaviour(
  "a patch of a client changes the state, and is acknowledged",
  async () => {
    const path = await room();
    const { client, hello } = await join(path);
    const other = await join(path);
    const base = await agents.open(path);
    await greeting(base);
    const { epoch, rev } = hello;
    const ops = [[["list"], 1, 1, [{ id: 1, done: true }]]];
    patch(client, ops, { id: "w", epoch, rev });
    const ack = { type: "roam_state_ack", id: "w", rev: rev + 1 };
    assert.deepEqual(await next(client), ack);
    const list = LIST.with(1, { id: 1, done: true });
    assert.deepEqual(await nextState(base), { ...STATE, list });
    const told = await next(other.client);
    assert.deepEqual(told.ops, [[["list", 1, "done"], true]]);
    assert.deepEqual(await stored(agents.url(path)), { ...STATE, list });
  },
);

behaviour("a state of a client's patch can't be changed in place", async () => {
  const path = await room({ nested: { list: [0] } });
  const { client, hello } = await join(path);
  const { epoch, rev } = hello;
  patch(client, [[["nested", "list"], 1, 0, [1]]], { id: "w", epoch, rev });
  await next(client);
  client.send('["mutate"]');
  assert.match(String(await client.user()), /TypeError/);
  const state = { nested: { list: [0, 1] } };
  assert.deepEqual(await stored(agents.url(path)), state);
});

behaviour(
  "a patch from another revision is a conflict, and changes nothing",
  async () => {
    const path = await room();
    const { client, hello } = await join(path);
    const { epoch, rev } = hello;
    const others = [
      { epoch, rev: rev - 1 },
      { epoch, rev: rev + 1 },
      { epoch: "other", rev },
      { rev },
      {},
    ];
    for (const version of others) {
      patch(client, [[["title"], "b"]], { id: "w", ...version });
      const answer = await next(client);
      assert.equal(answer.code, "CONFLICT");
      assert.deepEqual([answer.epoch, answer.rev], [epoch, rev]);
      // It was sent the state already.
      assert.equal("state" in answer, false);
    }
    assert.deepEqual(await stored(agents.url(path)), STATE);
  },
);

const MALFORMED: [name: string, ops: unknown][] = [
  ["no operation", [1]],
  ["a part that is not there", [[["none", "x"], 1]]],
  ["an index past the end", [[["list", 50], 1]]],
  ["an inherited key", [[["toString", "x"], 1]]],
  ["__proto__", [[["__proto__", "polluted"], 1]]],
  ["constructor.prototype", [[["constructor", "prototype"], { polluted: 1 }]]],
  ["a splice past the end", [[["list"], 49, 2, []]]],
];
for (const [name, ops] of MALFORMED) {
  behaviour(
    `a patch that does not fit is refused, and changes nothing: ${name}`,
    async () => {
      const path = await room();
      const { client, hello } = await join(path);
      const { epoch, rev } = hello;
      patch(client, [[["title"], "b"], ...ops as unknown[]], {
        id: "w",
        epoch,
        rev,
      });
      const { code, error, id } = await next(client);
      assert.deepEqual([code, id], ["INVALID", "w"]);
      assert.match(error, /^Cannot apply the patch: |the key "/);
      assert.deepEqual(await stored(agents.url(path)), STATE);
      patch(client, [[["title"], "c"]], { id: "x", epoch, rev });
      assert.equal((await next(client)).type, "roam_state_ack");
    },
  );
}

behaviour(
  "a patch is refused by the agent as a state is, and of a readonly client",
  async () => {
    const path = await room();
    const { client, hello } = await join(path);
    const { epoch, rev } = hello;
    patch(client, [[["forbidden"], true]], { id: "w", epoch, rev });
    assert.equal((await next(client)).code, "REJECTED");
    const reader = await agents.open(`${path}?_roam=1&_patch=&readonly`);
    await greeting(reader);
    patch(reader, [[["title"], "b"]], { id: "w", epoch, rev });
    assert.equal((await next(reader)).code, "READONLY");
    patch(client, [[["text"], "x".repeat(1_100_000)]], { id: "w", epoch, rev });
    assert.equal((await client.closed).code, 1009);
    assert.deepEqual(await stored(agents.url(path)), STATE);
  },
);

behaviour(
  "a client that does not know the extensions can't send patches",
  async () => {
    const path = await room();
    const base = await agents.open(path);
    await greeting(base);
    patch(base, [[["title"], "b"]], { id: "w" });
    assert.equal((await next(base)).type, "cf_agent_state_error");
    assert.deepEqual(await nextState(base), STATE);
    assert.deepEqual(await stored(agents.url(path)), STATE);
    write(base, { ...STATE, title: "c" });
    await silent(base);
  },
);

behaviour(
  "a client's patch may be as large as a state, whatever limits.messageBytes, and a larger one closes with 1009",
  async () => {
    const tight = await suite("tight");
    const path = `/agents/state-agent/${tight.name("patches")}`;
    const client = await tight.open(`${path}?_roam=1&_patch=`);
    const [{ epoch, rev }] = await greeting(client);
    write(client, { a: "", b: 1 }, { id: "w", epoch, rev });
    assert.equal((await next(client)).rev, 1);
    const append = (size: number, rev: number) =>
      patch(client, [[["a"], "x".repeat(size)]], { id: "p", epoch, rev });
    append(2000, 1);
    assert.deepEqual(await next(client), {
      type: "roam_state_ack",
      id: "p",
      rev: 2,
    });
    append(1024 * 1024, 2);
    assert.equal((await next(client)).code, "TOO_LARGE");
    append(1024 * 1024 + 2000, 2);
    const { code, reason } = await client.closed;
    assert.deepEqual([code, reason], [1009, "message too big"]);
  },
);
