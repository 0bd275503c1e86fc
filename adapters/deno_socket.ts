import type { Socket, SocketData } from "../src/ports/socket.ts";

/** A Deno `WebSocket` as the core sees it. */
export class SocketOfDeno implements Socket {
  #socket: WebSocket;
  /** Bytes that were unsent when this side closed; Deno tells only while a socket is open. */
  #unsent = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get readyState(): number {
    return this.#socket.readyState;
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  send(data: SocketData): void {
    this.#socket.send(data as string | ArrayBuffer);
  }

  close(code: number, reason: string): void {
    this.#unsent = this.#socket.bufferedAmount;
    this.#socket.close(code, reason);
  }

  /**
   * Deno has no public way to give up on a peer that does not answer a close
   * frame. Closing the socket's resource does it, unless bytes wait that the
   * peer does not take: Deno holds the connection until those are written.
   */
  terminate(): boolean {
    if (this.#unsent > 0 || this.#socket.readyState !== WebSocket.CLOSING) {
      return false;
    }
    return closeResource(this.#socket);
  }
}

/** `false`, and nothing done, where this version of Deno keeps its resources elsewhere. */
function closeResource(socket: WebSocket): boolean {
  const { internal } = Deno as unknown as { internal?: symbol };
  const internals = (Deno as unknown as Record<symbol, Internals | undefined>)[
    internal!
  ];
  const key = Object.getOwnPropertySymbols(socket).find(({ description }) =>
    description === "[[rid]]"
  );
  const resource = key && (socket as unknown as Record<symbol, unknown>)[key];
  if (typeof resource !== "number") return false;
  if (typeof internals?.core?.tryClose !== "function") return false;
  internals.core.tryClose(resource);
  return true;
}

interface Internals {
  readonly core?: { tryClose?(resource: number): void };
}
