import assert from "node:assert/strict";
import { createServer, type Socket } from "node:net";
import { after, test } from "node:test";
import { type Hello, newHello, proofOf } from "../../cluster/proof.ts";
import { Agent, type Connection, type WSMessage } from "../../mod.ts";
import {
  jsonBody,
  NODE_WIRE,
  NodeFrame,
  textBody,
} from "../../src/protocol/node_frames.ts";
import type { TestNode } from "../support/cluster/scripted_cluster.ts";
import { startedNodes } from "../support/cluster/started_nodes.ts";
import { Stranger } from "../support/cluster/stranger.ts";

const encoder = new TextEncoder();
const secret = encoder.encode("a secret of tests");

class Room extends Agent {
  override onMessage(connection: Connection, message: WSMessage) {
    connection.send(message);
  }
}

const start = (...ids: string[]) => startedNodes({ Room }, ids);

/** Listens as a node of another version does, which answers what clients send by `echo: `. Resolves with where. */
async function listen(node: string, wire: number): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const own = { ...newHello(node), wire };
    new Stranger(socket, (pipe, type, id, body) => {
      if (type === NodeFrame.HELLO) {
        const theirs = jsonBody(body) as Hello;
        pipe.json(NodeFrame.HELLO, own);
        const proof = proofOf(secret, "listener", theirs, own);
        pipe.frame(NodeFrame.PROOF, proof);
      }
      const nothing = new Uint8Array();
      if (type === NodeFrame.PING) pipe.frame(NodeFrame.PONG, nothing);
      if (type === NodeFrame.OPEN) pipe.frame(NodeFrame.OPENED, nothing, id);
      if (type === NodeFrame.TEXT) {
        const text = `echo: ${textBody(body)}`;
        pipe.frame(NodeFrame.TEXT, encoder.encode(text), id);
      }
    });
  });
  await new Promise<void>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve())
  );
  after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** What `node` says of the one that was added by `pretend()`, when there is something to say. */
async function other(node: TestNode) {
  for (let times = 0; times < 2000; times++) {
    const peers = node.host.health().peers!;
    const found = peers.find((peer) => peer.node.endsWith("2"));
    if (found?.isReached || found?.error !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("nothing is known of it");
}

for (const [name, wire] of [["before", -1], ["after", 1]] as const) {
  test(`a node of the number ${name}: it gets in, and its clients are served`, async () => {
    const { nodes: [{ ownership }] } = await start("a");
    const pipe = Stranger.dial(ownership.entry.address);
    const own = { ...newHello("other"), wire: NODE_WIRE + wire };
    pipe.json(NodeFrame.HELLO, own);
    const theirs = jsonBody(await pipe.until(NodeFrame.HELLO)) as Hello;
    assert.equal(theirs.wire, NODE_WIRE);
    pipe.frame(NodeFrame.PROOF, proofOf(secret, "dialler", own, theirs));
    const address = { agent: "Room", name: "one" };
    const uri = "ws://localhost/agents/room/one";
    pipe.json(NodeFrame.OPEN, { address, uri, method: "GET", headers: [] }, 7);
    await pipe.until(NodeFrame.OPENED);
    pipe.frame(NodeFrame.TEXT, encoder.encode("hello"), 7);
    const texts = () =>
      pipe.frames.filter(([type]) => type === NodeFrame.TEXT)
        .map(([, body]) => textBody(body));
    while (!texts().includes("hello")) await pipe.next();
    pipe.socket.destroy();
  });

  test(`a node of the number ${name}: clients of its instances are served by way of one of this number`, async () => {
    const { cluster, nodes: [a] } = await start("a");
    a.ownership.pretend(await listen("a2", NODE_WIRE + wire));
    cluster.owners.fill("a2");
    a.ownership.read();
    const client = a.connect("room/one");
    await new Promise<unknown>((resolve) => client.socket.onopen = resolve);
    client.send("hello");
    await client.until((text) => text === "echo: hello");
    assert.equal((await other(a))!.isReached, true);
  });
}

for (const [name, wire] of [["before", -2], ["after", 2]] as const) {
  test(`a node two numbers ${name}: health says why it is not reached, and the cluster goes on`, async () => {
    const { nodes: [a, b] } = await start("a", "b");
    const theirs = NODE_WIRE + wire;
    a.ownership.pretend(await listen("a2", theirs));
    for (const { ownership } of [a, b]) ownership.read();
    for (const node of [a, b]) {
      const { isReached, error } = await other(node);
      assert.equal(isReached, false);
      assert.equal(
        error,
        `it speaks number ${theirs}, and this process ${NODE_WIRE}: go by way of a version between`,
      );
    }
    const client = await b.open("room/one");
    client.send("hello");
    await client.until((text) => text === "hello");
  });
}
