import assert from "node:assert/strict";
import { AgentClient, type Presence, presenceOf } from "../../client.ts";
import type { TestClient } from "../support/clients/client.ts";
import {
  join as joinAt,
  type Member,
  next,
  sees,
  show,
} from "../support/clients/presence_member.ts";
import { type Frame, greeting } from "../support/clients/state_client.ts";
import { behaviour, hibernated, suite } from "../support/suite.ts";
import type { Cursor } from "../fixtures/presence_server.ts";

const entry = "tests/fixtures/presence_server.ts";
const server = await suite("default", entry, ["ShownAgent"]);
const room = () => `/agents/shown-agent/${server.name("shown")}`;

const join = (path: string, id: string, value?: unknown) =>
  joinAt(server, path, id, value);

/** What a refusal says; what comes before it is about others. */
async function refusal(member: Member): Promise<unknown[]> {
  while (true) {
    const { code, error } = await next(member);
    if (code) return [code, error];
  }
}

/** What the agent knows of all of them. The answer comes next, or after frames about presence. */
async function asked(client: TestClient, isSilent = false): Promise<Frame> {
  client.send("who");
  while (true) {
    const answer = JSON.parse(await client.next() as string);
    if (isSilent || answer.type !== "roam_presence") return answer;
  }
}

behaviour(
  "presence: a client is told what all others show in one frame, and they what it shows",
  async () => {
    const path = room();
    const a = await join(path, "a", { x: 1 });
    assert.deepEqual([...a.others], []);
    const b = await join(path, "b", { x: 2 });
    assert.deepEqual([...b.others], [["a", { x: 1 }]]);
    await sees(a, { b: { x: 2 } });
    const c = await join(path, "c");
    assert.deepEqual([...c.others], [["a", { x: 1 }], ["b", { x: 2 }]]);
    show(b.client, { x: 3 });
    await sees(a, { b: { x: 3 } });
    await sees(c, { a: { x: 1 }, b: { x: 3 } });
    const shown = [["a", { x: 1 }], ["b", { x: 3 }], ["c", null]];
    for (const { client } of [a, b, c]) {
      assert.deepEqual(await asked(client), shown);
    }
  },
);

behaviour(
  "presence: who closes, and who takes it back, shows nothing any more",
  async () => {
    const path = room();
    const a = await join(path, "a", { x: 1 });
    const b = await join(path, "b", { x: 2 });
    await sees(a, { b: { x: 2 } });
    show(b.client);
    await sees(a, {});
    show(b.client, { x: 3 });
    await sees(a, { b: { x: 3 } });
    await b.client.close();
    await sees(a, {});
    assert.deepEqual(await asked(a.client), [["a", { x: 1 }]]);
  },
);

behaviour(
  "presence: many changes are one frame, of the last of them, and no write",
  async () => {
    const path = room();
    const a = await join(path, "a", { x: 1 });
    const b = await join(path, "b");
    for (let x = 1; x <= 100; x++) show(b.client, { x });
    const before = a.frames.length;
    await sees(a, { b: { x: 100 } });
    const count = a.frames.length - before;
    assert.ok(count < 20, `${count} frames of 100 changes`);
    const hello = await server.open(`${path}?_roam=1`);
    assert.equal((await greeting(hello))[0].rev, 0);
  },
);

behaviour("onPresence() changes what is shown, and refuses it", async () => {
  const path = room();
  const a = await join(path, "a", { x: 1 });
  const b = await join(path, "b", { x: 500 });
  await sees(a, { b: { x: 100 } });
  const refusals: [value: unknown, code: string, error: string][] = [
    [{ name: "nobody" }, "NOBODY", "Somebody has to be there"],
    [{ name: "secret" }, "REJECTED", "Presence rejected"],
    [{ name: "later" }, "REJECTED", "Presence rejected"],
    [
      { name: "x".repeat(3000) },
      "TOO_LARGE",
      "Presence is too large: at most 2048 bytes of JSON",
    ],
  ];
  for (const [value, code, error] of refusals) {
    show(b.client, value);
    assert.deepEqual(await refusal(b), [code, error]);
  }
  b.client.send('{"type":"roam_presence","value":{"__proto__":{"x":1}}}');
  assert.equal((await refusal(b))[0], "INVALID");
  // Past what the stack has room for, on all runtimes but Deno.
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  b.client.send(`{"type":"roam_presence","value":${deep}}`);
  assert.match(`${(await refusal(b))[0]}`, /^(INVALID|TOO_LARGE)$/);
  const shown = [["a", { x: 1 }], ["b", { x: 100 }]];
  assert.deepEqual(await asked(b.client), shown);
  assert.deepEqual(await asked(a.client), shown);
});

behaviour(
  "presence: who does not take part is sent nothing of it, and base clients can't",
  async () => {
    const path = room();
    const a = await join(path, "a", { x: 1 });
    const silent = await server.open(`${path}?_roam=1&_pk=silent`);
    await greeting(silent);
    const base = await server.open(`${path}?_pk=base`);
    await greeting(base);
    show(base, { x: 9 });
    await join(path, "b", { x: 2 });
    await sees(a, { b: { x: 2 } });
    const shown = [
      ["a", { x: 1 }],
      ["b", { x: 2 }],
      ["base", null],
      ["silent", null],
    ];
    for (const client of [silent, base]) {
      assert.deepEqual(await asked(client, true), shown);
    }
  },
);

behaviour(
  "presenceOf() has what the others show, also after they have come back",
  async () => {
    const name = server.name("shown");
    const host = server.server.host;
    const make = (id: string) =>
      new AgentClient({ agent: "ShownAgent", name, host, id });
    const [mine, theirs] = [make("mine"), make("theirs")];
    const [me, them] = [mine, theirs].map((client) =>
      presenceOf<unknown, Cursor>(client)
    );
    assert.equal(presenceOf(mine), me as unknown);
    them.set({ x: 1 });
    me.set({ x: 500 });
    await until(me, () => me.others.get("theirs")?.x === 1);
    await until(them, () => them.others.get("mine")?.x === 100);
    assert.equal(me.others.size, 1);
    theirs.reconnect();
    them.set({ x: 2 });
    // Its old connection may not have ended yet, and then it has another id.
    await until(me, () => me.others.get(theirs.id)?.x === 2);
    await until(them, () => them.others.get("mine")?.x === 100);
    them.set({ x: 3, name: "nobody" });
    await until(them, () => them.error === "Somebody has to be there");
    theirs.close();
    await until(me, () => me.others.size === 0);
    mine.close();
  },
);

behaviour(
  "presence outlives the object's time in memory, and ends with the connection",
  async () => {
    const path = room();
    const a = await join(path, "a", { x: 1 });
    const b = await join(path, "b", { x: 2 });
    await sees(a, { b: { x: 2 } });
    a.client.send("asked");
    assert.equal(await a.client.next(), "0");
    await hibernated();
    a.client.send("asked");
    assert.equal(await a.client.next(), "0", "the object has not slept");
    const shown = [["a", { x: 1 }], ["b", { x: 2 }]];
    assert.deepEqual(await asked(a.client), shown);
    await hibernated();
    // The object wakes for this alone.
    await b.client.close();
    await sees(a, {});
  },
  {
    deno: "instances with connections stay in memory",
    bun: "instances with connections stay in memory",
    node: "instances with connections stay in memory",
  },
);

function until(
  presence: Presence<Cursor>,
  condition: () => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!condition()) return;
      presence.removeEventListener("change", look);
      resolve();
    };
    presence.addEventListener("change", look);
    look();
  });
}
