// One end of a pipe between nodes that a test speaks by hand.
import { connect, type Socket as TcpSocket } from "node:net";
import { splitAddress } from "../../../cluster/net_types.ts";
import { NodeFrameReader } from "../../../src/protocol/node_frame_reader.ts";
import { NodeFrameWriter } from "../../../src/protocol/node_frame_writer.ts";
import {
  MAX_NODE_FRAME,
  type NodeFrameType,
} from "../../../src/protocol/node_frames.ts";

const encoder = new TextEncoder();

/** Sends frames, and remembers what came. */
export class Stranger {
  readonly socket: TcpSocket;
  readonly closed: Promise<void>;
  readonly frames: [NodeFrameType, Uint8Array][] = [];
  #news: (() => void)[] = [];

  /** `heard` is called with each frame. */
  constructor(
    socket: TcpSocket,
    heard: (
      from: Stranger,
      type: NodeFrameType,
      id: number,
      body: Uint8Array,
    ) => void = () => {},
  ) {
    this.socket = socket;
    const reader = new NodeFrameReader((type, id, view) => {
      const body = new Uint8Array(view);
      this.frames.push([type, body]);
      heard(this, type, id, body);
      for (const wake of this.#news.splice(0)) wake();
    });
    reader.maxBytes = MAX_NODE_FRAME;
    this.socket.on("data", (chunk) => reader.push(new Uint8Array(chunk)));
    this.socket.on("error", () => {});
    this.closed = new Promise((resolve) => this.socket.on("close", resolve));
  }

  static dial(address: string): Stranger {
    return new Stranger(connect(splitAddress(address)));
  }

  frame(type: NodeFrameType, body: Uint8Array, id = 0): void {
    const writer = new NodeFrameWriter(false);
    writer.put(type, id, body);
    this.socket.write(writer.take());
  }

  json(type: NodeFrameType, value: unknown, id = 0): void {
    this.frame(type, encoder.encode(JSON.stringify(value)), id);
  }

  /** The first frame of this type. */
  async until(type: NodeFrameType): Promise<Uint8Array> {
    for (;;) {
      const found = this.frames.find(([each]) => each === type);
      if (found !== undefined) return found[1];
      await this.next();
    }
  }

  /** Resolves when one comes. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#news.push(resolve));
  }
}
