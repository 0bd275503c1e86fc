import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Agent } from "../../mod.ts";
import { NodeFrame } from "../../src/protocol/node_frames.ts";
import { FrameProxy } from "../support/cluster/frame_proxy.ts";
import { freePort } from "../support/cluster/free_port.ts";
import {
  type NodeClient,
  ScriptedCluster,
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
      const a = await cluster.start("a");
      const port = await freePort();
      const proxy = new FrameProxy(port);
      const advertise = await proxy.listen();
      const b = await cluster.start("b", { port, advertise });
      const c = await cluster.start("c");
      after(async () => {
        for (const node of [a, b, c]) await node.close();
        proxy.stop();
      });
      const early = await b.open(`room/one${query}`);
      const late = await c.open(`room/one${query}`);
      early.send("count");
      await Promise.all(
        [early, late].map((client) =>
          client.until((text) => text === "message 1")
        ),
      );
      let isHeld!: () => void;
      const held = new Promise<void>((resolve) => isHeld = resolve);
      proxy.judge = (type, from) => {
        if (type !== NodeFrame.RESTORE || from !== "c") return "pass";
        isHeld();
        return "hold";
      };
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
}
