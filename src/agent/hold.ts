import type { SocketData } from "../ports/socket.ts";
import type { Limits } from "./limits.ts";

/**
 * The frames of one connection that wait, both ways, until the connection is
 * accepted. Each way has the same bounds.
 */
export class Hold {
  readonly incoming: (string | ArrayBuffer)[] = [];
  readonly outgoing: SocketData[] = [];
  #incomingBytes = 0;
  #outgoingBytes = 0;
  #limits: Limits;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** `false`, and nothing kept, when the bounds are reached. */
  keepIncoming(data: string | ArrayBuffer): boolean {
    this.#incomingBytes += byteSize(data);
    if (!this.#fits(this.incoming, this.#incomingBytes)) return false;
    this.incoming.push(data);
    return true;
  }

  /** The oldest incoming frame, which waits no longer. */
  takeIncoming(): string | ArrayBuffer {
    const data = this.incoming.shift()!;
    this.#incomingBytes -= byteSize(data);
    return data;
  }

  /** Like {@linkcode keepIncoming}; copies bytes, which the caller may use again. */
  keepOutgoing(data: SocketData): boolean {
    this.#outgoingBytes += byteSize(data);
    if (!this.#fits(this.outgoing, this.#outgoingBytes)) return false;
    this.outgoing.push(typeof data === "string" ? data : copyBytes(data));
    return true;
  }

  #fits(frames: readonly unknown[], bytes: number): boolean {
    return frames.length < this.#limits.waitingFrames &&
      bytes <= this.#limits.waitingBytes;
  }
}

/** The size of a message; of text at least, and where it is ASCII exactly. */
function byteSize(data: SocketData): number {
  return typeof data === "string" ? data.length : data.byteLength;
}

/** Whether `data` has more than `limit` bytes; text counts as UTF-8. */
export function isLargerThan(data: SocketData, limit: number): boolean {
  if (typeof data !== "string") return data.byteLength > limit;
  // A UTF-16 unit is one to three bytes of UTF-8; most texts are decided here.
  if (data.length * 3 <= limit) return false;
  if (data.length > limit) return true;
  return new TextEncoder().encode(data).length > limit;
}

/** The bytes, in memory of their own. */
export function copyBytes(data: ArrayBuffer | ArrayBufferView): ArrayBuffer {
  if (data instanceof ArrayBuffer) return data.slice(0);
  const { buffer, byteOffset, byteLength } = data;
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}

/** Throws a `TypeError` for what no socket can carry. */
export function assertSendable(data: unknown): asserts data is SocketData {
  if (typeof data === "string") return;
  if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) return;
  throw new TypeError(
    `Cannot send: message must be a string, an ArrayBuffer or a view of one: received ${
      data === null ? "null" : typeof data
    }`,
  );
}
