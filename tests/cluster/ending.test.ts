import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Agent, type Connection, type WSMessage } from "../../mod.ts";
import { NodeFrame } from "../../src/protocol/node_frames.ts";
import { FrameProxy } from "../support/cluster/frame_proxy.ts";
import { freePort } from "../support/cluster/free_port.ts";
import { ScriptedCluster } from "../support/cluster/scripted_cluster.ts";

class Room extends Agent {
  override onMessage(connection: Connection, message: WSMessage) {
    connection.send(message);
  }
}

test("a process that ends on a slow network: clients of another one stay, who hears late that their instance has moved", async () => {
  const cluster = new ScriptedCluster({ Room });
  const port = await freePort();
  const proxy = new FrameProxy(port);
  const a = await cluster.start("a", { port, advertise: await proxy.listen() });
  const others = [await cluster.start("b"), await cluster.start("c")];
  after(async () => {
    for (const node of others) await node.close();
    proxy.stop();
  });
  const client = await others[1].open("room/one");
  client.send("before");
  await client.until((text) => text === "before");
  let isSlow = false;
  const held = new Promise<void>((resolve) => {
    proxy.judge = (type, from) => {
      if (from === "c" && type === NodeFrame.MOVED) {
        isSlow = true;
        resolve();
      }
      // What follows it does not overtake it.
      return from === "c" && isSlow ? "hold" : "pass";
    };
  });
  const ended = a.close();
  await held;
  const isEarly = await Promise.race([
    ended.then(() => true),
    new Promise((resolve) => setTimeout(resolve, 100, false)),
  ]);
  assert.equal(isEarly, false, "it has ended before that was heard");
  proxy.judge = () => "pass";
  proxy.release();
  client.send("after");
  await client.until((text) => text === "after");
  await ended;
  assert.equal(client.end, undefined);
});
