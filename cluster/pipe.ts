import type { SocketData } from "../src/ports/socket.ts";
import { NodeFrameReader } from "../src/protocol/node_frame_reader.ts";
import { NodeFrameWriter } from "../src/protocol/node_frame_writer.ts";
import {
  MAX_NODE_FRAME,
  NodeFrame,
  type NodeFrameType,
} from "../src/protocol/node_frames.ts";
import { systemClock } from "../src/runtime/system_clock.ts";
import type { TcpSocket } from "./net_types.ts";

/** Bytes that the other end has not taken past which it is given up. */
export const MAX_UNSENT = 64 * 1024 * 1024;
/** Frames of one turn go out together at its end, or as soon as they have so many bytes. */
const PIECE = 256 * 1024;
const BEAT_MS = 1000;

/** What one end of a pipe is told. */
export interface PipeListener {
  /** `body` is a view, good until it returns. A throw closes the pipe. */
  frame(type: NodeFrameType, connection: number, body: Uint8Array): void;
  /** Nothing is sent or heard any more. Called once. */
  closed(why: string): void;
}

/** How a pipe behaves. */
export interface PipeOptions {
  /** One message to many connections in a row is one frame. MUST NOT be said towards a process that may hear the same from many clients. */
  readonly merges: boolean;
  /** Milliseconds of silence after which the other end is given up. */
  readonly silenceMs: number;
}

/** Frames between two processes, on one TCP connection: those of one turn leave together. */
export class Pipe {
  #socket: TcpSocket;
  #listener: PipeListener;
  #writer: NodeFrameWriter;
  #reader: NodeFrameReader;
  #silenceMs: number;
  #isScheduled = false;
  #isClosed = false;
  #heard = systemClock.now();
  #looked = this.#heard;
  #stopBeating: (() => void) | undefined;

  constructor(
    socket: TcpSocket,
    listener: PipeListener,
    { merges, silenceMs }: PipeOptions,
  ) {
    this.#socket = socket;
    this.#listener = listener;
    this.#silenceMs = silenceMs;
    this.#writer = new NodeFrameWriter(merges);
    this.#reader = new NodeFrameReader((type, connection, body) => {
      if (type === NodeFrame.PING) this.send(NodeFrame.PONG, 0);
      else if (type !== NodeFrame.PONG) listener.frame(type, connection, body);
    });
    socket.setNoDelay(true);
    socket.unref();
    socket.on("data", (chunk) => this.#received(chunk));
    socket.on("error", (error) => this.close(error.message));
    socket.on("end", () => this.close("the other end has gone"));
    socket.on("close", () => this.close("the other end has gone"));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Bytes that the other end's system has not taken. */
  get unsent(): number {
    return this.#writer.length + this.#socket.writableLength;
  }

  /** The other end has proven who it is: frames may be large, and silence means something. */
  trust(): void {
    this.#reader.maxBytes = MAX_NODE_FRAME;
    this.#heard = this.#looked = systemClock.now();
    this.#stopBeating ??= systemClock.every(BEAT_MS, () => this.#beat());
  }

  send(type: NodeFrameType, connection: number, body?: Uint8Array): void {
    if (this.#isClosed) return;
    this.#writer.put(type, connection, body);
    this.#added();
  }

  sendText(type: NodeFrameType, connection: number, text: string): void {
    if (this.#isClosed) return;
    this.#writer.putText(type, connection, text);
    this.#added();
  }

  sendJson(type: NodeFrameType, connection: number, value: unknown): void {
    this.sendText(type, connection, JSON.stringify(value));
  }

  message(connection: number, data: SocketData): void {
    if (this.#isClosed) return;
    this.#writer.message(connection, data);
    this.#added();
  }

  /** Hands what was sent to the system. */
  flush(): void {
    if (this.#isClosed || this.#writer.length === 0) return;
    this.#socket.write(this.#writer.take());
    if (this.#socket.writableLength <= MAX_UNSENT) return;
    this.#drop();
    // Not amid what an instance sends.
    const why = "it does not take what it is sent";
    queueMicrotask(() => this.#listener.closed(why));
  }

  /** Ends it when all is sent. */
  end(): void {
    this.flush();
    this.#socket.end();
  }

  close(why: string): void {
    if (this.#isClosed) return;
    this.flush();
    if (this.#isClosed) return;
    this.#drop();
    this.#listener.closed(why);
  }

  #drop(): void {
    this.#isClosed = true;
    this.#stopBeating?.();
    this.#reader.close();
    this.#socket.destroy();
  }

  #added(): void {
    if (this.#writer.length > PIECE) return this.flush();
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    systemClock.soon(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  #received(chunk: Uint8Array): void {
    if (this.#isClosed) return;
    this.#heard = this.#looked;
    try {
      // A `Buffer` has a `slice` of its own, which copies nothing.
      const { buffer, byteOffset, byteLength } = chunk;
      this.#reader.push(new Uint8Array(buffer, byteOffset, byteLength));
    } catch (error) {
      this.close((error as Error).message);
    }
  }

  #beat(): void {
    const now = systemClock.now();
    // This process itself has slept: what was said meanwhile is still to be read.
    if (now - this.#looked > 2 * BEAT_MS) this.#heard = now;
    this.#looked = now;
    if (now - this.#heard > this.#silenceMs) return this.close("it is silent");
    this.send(NodeFrame.PING, 0);
    this.flush();
  }
}
