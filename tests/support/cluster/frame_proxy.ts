// Stands before a node, knows the frames of pipes that pass, and breaks a pipe at one of them.
import { connect, createServer, type Server, type Socket } from "node:net";
import { NodeFrameReader } from "../../../src/protocol/node_frame_reader.ts";
import { NodeFrameWriter } from "../../../src/protocol/node_frame_writer.ts";
import {
  jsonBody,
  MAX_NODE_FRAME,
  NodeFrame,
  type NodeFrameType,
} from "../../../src/protocol/node_frames.ts";

/** What becomes of a frame: `cut` breaks its pipe in its place, and one to `hold` waits for {@linkcode FrameProxy.release}. */
export type Verdict = "pass" | "cut" | "hold";

interface Pair {
  readonly dialler: Socket;
  readonly listener: Socket;
  /** The id of who has dialled, when it has said so. */
  from: string | undefined;
}

export class FrameProxy {
  /** Asked about each frame, and who has dialled. */
  judge: (type: NodeFrameType, from: string) => Verdict = () => "pass";
  /** Those that get nowhere; of all, this node itself is gone. */
  readonly gone = new Set<string>();
  isGone = false;
  readonly #port: number;
  #server: Server;
  #pairs = new Set<Pair>();
  #held: (() => void)[] = [];

  /** Before the node that listens at `port`. */
  constructor(port: number) {
    this.#port = port;
    this.#server = createServer((socket) => this.#join(socket));
  }

  /** Resolves with where to dial. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) =>
      this.#server.listen(0, "127.0.0.1", () => resolve())
    );
    return `127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  /** Breaks the pipes of those who are gone. */
  cut(): void {
    for (const pair of this.#pairs) {
      if (this.isGone || this.gone.has(pair.from ?? "")) this.#break(pair);
    }
  }

  /** Breaks the pipes that `from` has dialled. */
  breakAll(from: string): void {
    for (const pair of this.#pairs) if (pair.from === from) this.#break(pair);
  }

  /** Frames that were held pass. */
  release(): void {
    for (const pass of this.#held.splice(0)) pass();
  }

  stop(): void {
    this.#server.close();
    for (const pair of this.#pairs) this.#break(pair);
  }

  #join(dialler: Socket): void {
    const listener = connect(this.#port, "127.0.0.1");
    const pair: Pair = { dialler, listener, from: undefined };
    this.#pairs.add(pair);
    this.#pass(pair, dialler, listener);
    this.#pass(pair, listener, dialler);
    if (this.isGone) this.#break(pair);
  }

  #pass(pair: Pair, from: Socket, to: Socket): void {
    from.setNoDelay();
    from.on("error", () => {});
    from.on("close", () => this.#break(pair));
    const reader = new NodeFrameReader((type, id, body) => {
      if (type === NodeFrame.HELLO && from === pair.dialler) {
        pair.from = (jsonBody(body) as { node: string }).node;
      }
      const isGone = this.isGone || this.gone.has(pair.from!);
      const verdict = this.judge(type, pair.from!);
      if (isGone || verdict === "cut") return this.#break(pair);
      const writer = new NodeFrameWriter(false);
      writer.put(type, id, body);
      const frame = writer.take();
      if (verdict === "pass") to.write(frame);
      else this.#held.push(() => to.write(frame));
    });
    reader.maxBytes = MAX_NODE_FRAME;
    from.on("data", (chunk) => {
      if (this.#pairs.has(pair)) reader.push(new Uint8Array(chunk));
    });
  }

  #break(pair: Pair): void {
    this.#pairs.delete(pair);
    pair.dialler.destroy();
    pair.listener.destroy();
  }
}
