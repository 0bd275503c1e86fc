import assert from "node:assert/strict";
import {
  join,
  type Member,
  presenceFrame,
  sees,
  show,
} from "../support/clients/presence_member.ts";
import { RawClient } from "../support/clients/raw_client.ts";
import { SessionClient } from "../support/clients/session_client.ts";
import { behaviour, type Suite, suite } from "../support/suite.ts";
import { presenceOf } from "../../client.ts";

const entry = "tests/fixtures/presence_server.ts";
/** Shows whoever lost the connection for longer than a test takes. */
const patient = await suite("patient", entry, ["ShownAgent"]);
/** Does so for a moment. */
const short = await suite("short", entry, ["ShownAgent"]);
const wire = { memory: "in memory nothing is on a wire" };

/** Ways in which a connection ends while its client may be back at once. */
const ends: [how: string, end: (page: RawClient) => void][] = [
  ["1001, as pages do", (page) => page.sendClose(1001, "")],
  ["no code", (page) => page.sendFrame(0x8, new Uint8Array())],
  ["no close frame", (page) => page.destroy()],
];

/** A page that shows `value`, and that `witness` sees. */
async function open(
  server: Suite,
  name: string,
  witness: Member,
  value: unknown,
  id = "page",
): Promise<RawClient> {
  const others = Object.fromEntries(witness.others);
  const path = `/agents/shown-agent/${name}?_roam=1&_pk=${id}`;
  const page = await RawClient.open(server.server.host, path);
  page.sendText(presenceFrame(value));
  await sees(witness, { ...others, [id]: value });
  return page;
}

for (const [how, end] of ends) {
  behaviour(
    `presence: who closes with ${how} and comes back with the same id is not seen to leave`,
    async () => {
      const name = patient.name("reload");
      const path = `/agents/shown-agent/${name}`;
      const witness = await join(patient, path, "witness");
      const page = await open(patient, name, witness, { x: 1 });
      end(page);
      const gone = { type: "disconnected", name, connection: "page" };
      await patient.event(gone);
      // Who comes meanwhile sees it too.
      const late = await join(patient, path, "late");
      assert.deepEqual([...late.others], [["page", { x: 1 }]]);
      const again = await join(patient, path, "page", { x: 1 });
      assert.equal(again.others.size, 0);
      show(again.client, { x: 2 });
      await sees(witness, { page: { x: 2 } });
      const told = witness.frames.slice(2).map(({ set, gone }) => [set, gone]);
      assert.deepEqual(told, [[[["page", { x: 2 }]], []]]);
      page.destroy();
    },
    wire,
  );

  behaviour(
    `presence: who closes with ${how} and does not come back is gone after limits.presenceMs`,
    async () => {
      const name = short.name("left");
      const path = `/agents/shown-agent/${name}`;
      const witness = await join(short, path, "witness");
      const page = await open(short, name, witness, { x: 1 });
      end(page);
      await sees(witness, {});
      const late = await join(short, path, "late");
      assert.equal(late.others.size, 0);
      page.destroy();
    },
    wire,
  );
}

behaviour(
  "presence: who has come back stays when the time of those who have not is over",
  async () => {
    const name = short.name("stays");
    const path = `/agents/shown-agent/${name}`;
    const witness = await join(short, path, "witness");
    const page = await open(short, name, witness, { x: 1 });
    page.sendClose(1001, "");
    await short.event({ type: "disconnected", name, connection: "page" });
    await join(short, path, "page", { x: 2 });
    await sees(witness, { page: { x: 2 } });
    const other = await open(short, name, witness, { x: 3 }, "other");
    other.sendClose(1001, "");
    await sees(witness, { page: { x: 2 } });
    page.destroy();
    other.destroy();
  },
  wire,
);

behaviour(
  "presence: who says goodbye, and whom the agent closes, is gone at once",
  async () => {
    const path = `/agents/shown-agent/${patient.name("goodbye")}`;
    const witness = await join(patient, path, "witness");
    for (
      const leave of [
        ({ client }: Member) => client.close(),
        ({ client }: Member) => client.socket.close(4001, "bye"),
        ({ client }: Member) => client.send("out"),
      ]
    ) {
      const member = await join(patient, path, "member", { x: 1 });
      await sees(witness, { member: { x: 1 } });
      leave(member);
      await sees(witness, {});
    }
  },
);

behaviour(
  "presence: a broken connection that its client goes on with soon is not seen to leave",
  async () => {
    const name = patient.name("broken");
    const witness = await join(patient, `/agents/shown-agent/${name}`, "w");
    const options = { agent: "ShownAgent", name, id: "page" };
    const visitor = await SessionClient.open(patient.server.host, options);
    const presence = presenceOf<unknown, unknown>(visitor.client);
    presence.set({ x: 1 });
    await sees(witness, { page: { x: 1 } });
    const before = witness.frames.length;
    await visitor.cut();
    presence.set({ x: 2 });
    await sees(witness, { page: { x: 2 } });
    const gone = witness.frames.slice(before).flatMap(({ gone }) => gone);
    assert.deepEqual(gone, []);
    await visitor.stop();
  },
  wire,
);

behaviour(
  "presence: a client without a connection is gone long before its session, and back when it is",
  async () => {
    const name = short.name("away");
    const path = `/agents/shown-agent/${name}`;
    const witness = await join(short, path, "w");
    const options = { agent: "ShownAgent", name, id: "page" };
    const visitor = await SessionClient.open(short.server.host, options);
    presenceOf<unknown, unknown>(visitor.client).set({ x: 1 });
    await sees(witness, { page: { x: 1 } });
    visitor.proxy.isRefusing = true;
    visitor.proxy.cut();
    await sees(witness, {});
    const late = await join(short, path, "late");
    assert.equal(late.others.size, 0);
    visitor.proxy.isRefusing = false;
    await visitor.until("resumed");
    await sees(witness, { page: { x: 1 } });
    await sees(late, { page: { x: 1 } });
    await visitor.stop();
  },
  wire,
);
