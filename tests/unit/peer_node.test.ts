import assert from "node:assert/strict";
import { test } from "node:test";
import { PeerNode } from "../../cluster/peer_node.ts";
import type { Pipe } from "../../cluster/pipe.ts";
import type { RouteEnd } from "../../src/ports/cluster.ts";
import type { SocketData } from "../../src/ports/socket.ts";
import {
  encodeClose,
  encodeShards,
  NodeFrame,
  type NodeFrameType,
} from "../../src/protocol/node_frames.ts";

const encoder = new TextEncoder();

/** A client of this process, and what it was told, in order: what left together is one. */
class Client {
  readonly told: (string | readonly SocketData[])[] = [];
  readonly bufferedAmount = 0;
  readonly record = undefined;
  readonly opening = { address: { agent: "Room", name: "one" } };
  readonly end = this as unknown as RouteEnd;
  /** Called with what it is sent. */
  heard = () => {};
  #piece: SocketData[] | undefined;

  cork(job: () => void): void {
    const piece: SocketData[] = [];
    this.#piece = piece;
    job();
    this.#piece = undefined;
    this.told.push(piece);
    this.heard();
  }

  send(data: SocketData): void {
    this.#piece!.push(data);
  }

  opened(): void {}

  close(code: number, reason: string): void {
    this.told.push(`close ${code} ${reason}`);
  }

  cut(code: number): void {
    this.told.push(`cut ${code}`);
  }

  terminate(): void {
    this.told.push("terminate");
  }

  moves(): void {
    this.told.push("moves");
  }

  keep(record: string): void {
    this.told.push(`keep ${record}`);
  }
}

/** A process that others have instances for, with two clients: 1 and 2. */
function peer() {
  const sent: NodeFrameType[] = [];
  const node = new PeerNode("other", {
    waitMs: 1000,
    shardOf: () => 7,
    isOwner: () => true,
    held() {},
    moved() {},
    missed() {},
    lostPipe() {},
  });
  const pipe = {
    send: (type: NodeFrameType) => void sent.push(type),
    sendJson: (type: NodeFrameType) => void sent.push(type),
  };
  node.reached(pipe as unknown as Pipe);
  const clients = [new Client(), new Client()];
  const routes = clients.map(({ end }) => node.open(end));
  const frame = (type: NodeFrameType, id: number, body: string | Uint8Array) =>
    node.frame(
      type,
      id,
      typeof body === "string" ? encoder.encode(body) : body,
    );
  for (const id of [1, 2]) frame(NodeFrame.OPENED, id, "");
  return { node, clients, routes, frame, sent };
}

/** The end of what comes in one piece. */
const turn = () => new Promise((resolve) => setTimeout(resolve));
const close = encodeClose({ code: 4000, wasClean: true, reason: "bye" });

test("a peer: what comes for a client in one piece is sent together, in order", async () => {
  const { clients: [one, two], frame } = peer();
  frame(NodeFrame.TEXT, 1, "a");
  frame(NodeFrame.TEXT, 2, "b");
  frame(NodeFrame.BYTES, 1, new Uint8Array([3]));
  const both = new Uint8Array([99, 0, 0, 0, 1, 0, 0, 0, 2]);
  frame(NodeFrame.MANY_TEXT, 1, both);
  frame(NodeFrame.TEXT, 1, "d");
  assert.deepEqual([one.told, two.told], [[], []]);
  await turn();
  assert.deepEqual(one.told, [["a", new Uint8Array([3]), "c", "d"]]);
  assert.deepEqual(two.told, [["b", "c"]]);
  frame(NodeFrame.TEXT, 1, "e");
  await turn();
  await turn();
  assert.deepEqual(one.told.slice(1), [["e"]]);
});

for (
  const [name, type, body, told] of [
    ["a close", NodeFrame.CLOSE, close, "close 4000 bye"],
    [
      "an end",
      NodeFrame.CLOSE,
      encodeClose({ code: 0, wasClean: true, reason: "" }),
      "terminate",
    ],
    ["a record", NodeFrame.ATTACH, "r", "keep r"],
    ["a hold", NodeFrame.HOLD, encodeShards([7]), "moves"],
  ] as const
) {
  test(`a peer: ${name} comes behind the messages before it`, async () => {
    const { clients: [one, two], frame } = peer();
    frame(NodeFrame.TEXT, 1, "a");
    frame(NodeFrame.TEXT, 1, "b");
    frame(NodeFrame.TEXT, 2, "c");
    frame(type, 1, body);
    await turn();
    assert.deepEqual(one.told, [["a", "b"], told]);
    assert.deepEqual(two.told[0], ["c"]);
  });
}

test("a peer: what came before its pipe broke reaches its clients before they are cut", () => {
  const { node, clients: [one], frame } = peer();
  frame(NodeFrame.TEXT, 1, "a");
  node.closed("broken");
  assert.deepEqual(one.told, [["a"], "cut 1012"]);
});

test("a peer: a client that leaves amid a piece is sent no more of it", async () => {
  const { node, clients: [one, two], routes, frame, sent } = peer();
  frame(NodeFrame.TEXT, 2, "a");
  frame(NodeFrame.TEXT, 1, "b");
  two.heard = () => routes[0].closed(1006, "", false);
  await turn();
  frame(NodeFrame.TEXT, 1, "c");
  await turn();
  assert.deepEqual([one.told, two.told], [[], [["a"]]]);
  assert.equal(sent.filter((type) => type === NodeFrame.CLOSE).length, 1);
  node.closed("the test is over");
});
