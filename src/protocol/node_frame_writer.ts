import type { SocketData } from "../ports/socket.ts";
import {
  HEAD_BYTES,
  MAX_NODE_FRAME,
  NodeFrame,
  type NodeFrameType,
} from "./node_frames.ts";

const FIRST_BYTES = 4096;
/** A buffer with so much in it is handed over as it is, and a smaller one copied. */
const COPY_BYTES = 16 * 1024;
/** Bytes that are allocated for the next frames at most. */
const MOST_BYTES = 128 * 1024;
const EMPTY = new Uint8Array(0);
const encoder = new TextEncoder();

/**
 * Puts frames together, until they are taken all at once. A message that is
 * sent to one connection after the other becomes one frame, where `merges`.
 */
export class NodeFrameWriter {
  #merges: boolean;
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  /** Where the last message begins, while the same one may follow for another connection; else -1. */
  #last = -1;
  #lastData: SocketData | undefined;
  /** Bytes of the last message, without the numbers of its connections. */
  #lastSize = 0;

  constructor(merges: boolean) {
    this.#merges = merges;
  }

  /** Bytes that wait to be taken. */
  get length(): number {
    return this.#length;
  }

  /** Adds a frame. */
  put(
    type: NodeFrameType,
    connection: number,
    body: Uint8Array = EMPTY,
  ): void {
    this.#last = -1;
    const at = this.#begin(body.length);
    this.#bytes.set(body, at + HEAD_BYTES);
    this.#end(at, type, connection, body.length);
  }

  /** Adds a frame whose body is a text. */
  putText(type: NodeFrameType, connection: number, text: string): void {
    this.#last = -1;
    this.#text(type, connection, text);
  }

  /** Adds a message, of text or bytes. */
  message(connection: number, data: SocketData): void {
    if (!this.#merges) return this.#message(connection, data);
    if (this.#last >= 0 && this.#isLast(data)) return this.#join(connection);
    const at = this.#length;
    this.#message(connection, data);
    this.#last = at;
    this.#lastData = data;
    this.#lastSize = this.#length - at - HEAD_BYTES;
  }

  /** All that was added. */
  take(): Uint8Array {
    const length = this.#length;
    this.#length = 0;
    this.#last = -1;
    this.#lastData = undefined;
    if (length < COPY_BYTES) return this.#bytes.slice(0, length);
    const taken = this.#bytes.subarray(0, length);
    // As much is likely to come again.
    this.#bytes = new Uint8Array(Math.min(this.#bytes.length, MOST_BYTES));
    this.#view = new DataView(this.#bytes.buffer);
    return taken;
  }

  #message(connection: number, data: SocketData): void {
    if (typeof data === "string") {
      return this.#text(NodeFrame.TEXT, connection, data);
    }
    this.put(NodeFrame.BYTES, connection, bytesOf(data));
  }

  #text(type: NodeFrameType, connection: number, text: string): void {
    const at = this.#begin(text.length * 3);
    const room = this.#bytes.subarray(at + HEAD_BYTES);
    const { written } = encoder.encodeInto(text, room);
    this.#end(at, type, connection, written);
  }

  /** Whether it is what was sent last, to somebody else. */
  #isLast(data: SocketData): boolean {
    if (data !== this.#lastData) return false;
    if (this.#length - this.#last > MAX_NODE_FRAME - 8) return false;
    if (typeof data === "string") return true;
    // Who sends it may have written other bytes into it meanwhile.
    const sent = this.#bytes.subarray(this.#last + HEAD_BYTES);
    const body = bytesOf(data);
    if (body.length !== this.#lastSize) return false;
    for (let at = 0; at < body.length; at++) {
      if (body[at] !== sent[at]) return false;
    }
    return true;
  }

  /** The last message is for this connection, too. */
  #join(connection: number): void {
    const at = this.#last;
    const type = this.#bytes[at + 4];
    this.#reserve(8);
    if (type === NodeFrame.TEXT || type === NodeFrame.BYTES) {
      this.#view.setUint32(this.#length, this.#view.getUint32(at + 5));
      this.#length += 4;
      this.#bytes[at + 4] = type === NodeFrame.TEXT
        ? NodeFrame.MANY_TEXT
        : NodeFrame.MANY_BYTES;
      this.#view.setUint32(at + 5, this.#lastSize);
    }
    this.#view.setUint32(this.#length, connection);
    this.#length += 4;
    this.#view.setUint32(at, this.#length - at - 4);
  }

  #begin(size: number): number {
    this.#reserve(HEAD_BYTES + size);
    return this.#length;
  }

  #end(
    at: number,
    type: NodeFrameType,
    connection: number,
    size: number,
  ): void {
    this.#view.setUint32(at, HEAD_BYTES - 4 + size);
    this.#bytes[at + 4] = type;
    this.#view.setUint32(at + 5, connection);
    this.#length = at + HEAD_BYTES + size;
  }

  #reserve(size: number): void {
    const wanted = this.#length + size;
    if (wanted <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(wanted, this.#bytes.length * 2));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
