import type { SocketData } from "../ports/socket.ts";
import type { Limits } from "../runtime/limits.ts";
import { byteSize, copyBytes } from "../runtime/socket_data.ts";

/**
 * The frames of one connection that wait, both ways, until the connection is
 * accepted. Each way has the same bounds.
 */
export class FrameBuffer {
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
