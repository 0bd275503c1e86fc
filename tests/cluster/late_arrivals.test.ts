import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Agent } from "../../mod.ts";
import { NodeFrame } from "../../src/protocol/node_frames.ts";
import { FrameProxy } from "../support/cluster/frame_proxy.ts";
import { freePort } from "../support/cluster/free_port.ts";
import {
  type NodeClient,
  ScriptedCluster,
  type TestNode,
} from "../support/cluster/scripted_cluster.ts";

/** Counts what it hears, and says so to all, by its state and by a message that is logged. */
class Room extends Agent<unknown, { n: number }> {
  static override options = { log: { messages: 100 } };
  override initialState = { n: 0 };

  override onMessage() {
    const n = this.state!.n + 1;
    this.setState({ n });
    this.broadcast(`message ${n}`);
    this.emit("event", n);
  }
}

/** The same, and takes its time to start where it has connections: it tells them something at once, and something when all are there. */
class SlowRoom extends Room {
  static isWaitedFor = 0;
  static begins: () => void;

  override async onStart() {
    if (SlowRoom.isWaitedFor === 0) return;
    this.onMessage();
    this.onMessage();
    SlowRoom.begins();
    while ([...this.getConnections()].length < SlowRoom.isWaitedFor) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    this.onMessage();
  }
}

const messages = ({ received }: NodeClient) =>
  received.filter((data) => String(data).startsWith("message "));
const states = ({ received }: NodeClient) =>
  received.map((data) => JSON.parse(/^\{.*/.exec(String(data))?.[0] ?? "{}"))
    .filter(({ type }) => type === "cf_agent_state").map(({ state }) =>
      state.n
    );

for (const query of ["", "?_roam=1"]) {
  test(
    `hand-over: a client that comes to the heir later than another one is sent what happened meanwhile (${
      query || "a base client"
    })`,
    async () => {
      const cluster = new ScriptedCluster({ Room });
      const { nodes: [_, b, c], proxy } = await threeNodes(cluster);
      const early = await b.open(`room/one${query}`);
      const late = await c.open(`room/one${query}`);
      early.send("count");
      await Promise.all(
        [early, late].map((client) =>
          client.until((text) => text === "message 1")
        ),
      );
      const held = holdRestore(proxy);
      await cluster.give("a", "b");
      await held;
      early.send("count");
      early.send("count");
      await early.until((text) => text === "message 3");
      assert.deepEqual(messages(late), ["message 1"]);
      proxy.release();
      await late.until((text) => text === "message 3");
      early.send("count");
      await late.until((text) => text === "message 4");
      assert.deepEqual(
        messages(late),
        [1, 2, 3, 4].map((n) => `message ${n}`),
      );
      assert.deepEqual(messages(late), messages(early));
      assert.deepEqual(states(late), [0, 1, 3, 4]);
      assert.equal(late.end, undefined);
    },
  );

  test(
    `hand-over: a client that comes to the heir while it starts is sent what happened before in onStart (${
      query || "a base client"
    })`,
    async () => {
      const cluster = new ScriptedCluster({ SlowRoom });
      const { nodes: [_, b, c], proxy } = await threeNodes(cluster);
      SlowRoom.isWaitedFor = 0;
      const early = await b.open(`slow-room/one${query}`);
      const late = await c.open(`slow-room/one${query}`);
      early.send("count");
      for (const client of [early, late]) {
        await client.until((text) => text === "message 1");
      }
      const held = holdRestore(proxy);
      const began = new Promise<void>((resolve) => SlowRoom.begins = resolve);
      SlowRoom.isWaitedFor = 2;
      await cluster.give("a", "b");
      await began;
      await held;
      proxy.release();
      for (const client of [early, late]) {
        await client.until((text) => text === "message 4");
      }
      SlowRoom.isWaitedFor = 0;
      early.send("count");
      for (const client of [early, late]) {
        await client.until((text) => text === "message 5");
        const all = [1, 2, 3, 4, 5].map((n) => `message ${n}`);
        assert.deepEqual(messages(client), all);
        assert.equal(states(client).at(-1), 5);
        assert.equal(client.end, undefined);
      }
      assert.deepEqual(states(early), [0, 1, 2, 3, 4, 5]);
      assert.deepEqual(states(late), [0, 1, 3, 4, 5]);
    },
  );
}

/** Pipes to the second one pass a proxy. They end with the tests of the file. */
async function threeNodes(
  cluster: ScriptedCluster,
): Promise<{ nodes: TestNode[]; proxy: FrameProxy }> {
  const a = await cluster.start("a");
  const port = await freePort();
  const proxy = new FrameProxy(port);
  const advertise = await proxy.listen();
  const b = await cluster.start("b", { port, advertise });
  const nodes = [a, b, await cluster.start("c")];
  after(async () => {
    for (const node of nodes) await node.close();
    proxy.stop();
  });
  return { nodes, proxy };
}

/** A connection of the third one stays on its way to the second one; resolves when it is. */
function holdRestore(proxy: FrameProxy): Promise<void> {
  return new Promise((resolve) => {
    proxy.judge = (type, from) => {
      if (type !== NodeFrame.RESTORE || from !== "c") return "pass";
      resolve();
      return "hold";
    };
  });
}
