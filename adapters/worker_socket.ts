import type { Attachment, Socket, SocketData } from "../src/ports/socket.ts";

/** The part of a Workers `WebSocket` that the adapter uses. */
export interface WorkerSocket {
  /** 1 open, 2 closing, 3 closed. */
  readonly readyState: number;
  /** Sends one message; throws when the peer has gone. */
  send(data: SocketData): void;
  /** Starts, or answers, the closing handshake. */
  close(code?: number, reason?: string): void;
  /** Keeps a value with the socket, 16 KiB at most. */
  serializeAttachment(value: unknown): void;
  /** The value that `serializeAttachment` kept, or `null`. */
  deserializeAttachment(): unknown;
}

/** With hibernation the runtime leaves the closing handshake to us. */
export function answerClose(
  socket: WorkerSocket,
  code: number,
  reason: string,
): void {
  try {
    if (code === 1005) socket.close();
    else if (code !== 1006 && code !== 1015) socket.close(code, reason);
  } catch {
    // Closed by both sides at once, or a code that only the peer may send.
  }
}

/** A Workers socket as the core sees it. */
export class SocketOfWorker implements Socket {
  readonly bufferedAmount = undefined;
  #socket: WorkerSocket;
  #accepted = false;

  constructor(socket: WorkerSocket) {
    this.#socket = socket;
  }

  get readyState(): number {
    return this.#socket.readyState;
  }

  send(data: SocketData): void {
    try {
      this.#socket.send(data);
    } catch {
      // The peer has gone, and its close event is on the way.
    }
  }

  close(code: number, reason: string): void {
    const close = () => answerClose(this.#socket, code, reason);
    // A close before the 101 is out is never seen by the client.
    if (this.#accepted) close();
    else setTimeout(close, 0);
  }

  attach(attachment: Attachment): void {
    this.#socket.serializeAttachment(attachment);
    this.#accepted = true;
  }
}
