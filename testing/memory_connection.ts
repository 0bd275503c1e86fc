import type { Socket, SocketData, SocketEvents } from "../src/ports/socket.ts";
import { CloseCode } from "../src/protocol/close_codes.ts";
import type { Network } from "./network.ts";

/** What the client's end of a {@linkcode MemoryConnection} is told. */
export interface ClientEvents {
  opened(): void;
  received(data: string | ArrayBuffer): void;
  /** 1006 after a cut, 1005 for a close frame without a code. */
  closed(code: number, reason: string, wasClean: boolean): void;
}

/** A connection in memory, as its client's end uses it. */
export class MemoryConnection {
  readyState = 0;
  readonly #network: Network;
  readonly #client: ClientEvents;
  readonly #server: ServerEnd;
  #events: SocketEvents | undefined;
  /** What the client does not read, in order; `undefined` while it reads. */
  #unread: (() => void)[] | undefined;
  #isCut = false;

  constructor(network: Network, client: ClientEvents) {
    this.#network = network;
    this.#client = client;
    this.#server = new ServerEnd(this);
  }

  /** The server takes the connection: what happens on it goes to `events`. */
  accept(events: SocketEvents): void {
    this.#events = events;
    this.#network.post(() => {
      if (this.#isCut) return;
      this.readyState = 1;
      events.open(this.#server);
      this.#client.opened();
    });
  }

  /** The client sends. */
  send(data: string | ArrayBuffer): void {
    if (this.readyState !== 1) return;
    this.#network.post(() => {
      if (this.#server.readyState < 3) this.#events!.receive(data);
    });
  }

  /** The client closes; its own close event comes with the server's answer. */
  close(code: number = CloseCode.NO_STATUS, reason = ""): void {
    if (this.readyState >= 2) return;
    this.readyState = 2;
    this.#network.post(() => {
      if (this.#isCut) return;
      if (this.#server.readyState < 2) {
        this.#server.readyState = 2;
        this.#ended(code, reason);
      }
      this.#toClient(() => this.#closed(code, reason, true));
    });
  }

  /** The network breaks: nothing that is on its way arrives, and both ends see 1006. */
  cut(): void {
    if (this.#isCut || this.readyState === 3) return;
    this.#isCut = true;
    this.#unread = undefined;
    this.#network.post(() => {
      this.#ended(CloseCode.ABNORMAL, "", false);
      this.#closed(CloseCode.ABNORMAL, "", false);
    });
  }

  /** The client reads nothing any more, until {@linkcode resume}. */
  stall(): void {
    this.#unread ??= [];
  }

  resume(): void {
    const unread = this.#unread ?? [];
    this.#unread = undefined;
    for (const deliver of unread) this.#network.post(deliver);
  }

  /** The server sends `size` bytes: `taken` is called when the client has them. */
  deliver(data: string | ArrayBuffer, taken: () => void): void {
    this.#toClient(() => {
      taken();
      if (this.readyState === 1 && !this.#isCut) this.#client.received(data);
    });
  }

  /** The server closes; it is told the end when the client has answered. */
  serverClosed(code: number, reason: string): void {
    this.#toClient(() => {
      if (this.#isCut) return;
      if (this.readyState < 2) this.readyState = 2;
      this.#network.post(() => {
        this.#ended(code, reason);
        this.#closed(code, reason, true);
      });
    });
  }

  #toClient(deliver: () => void): void {
    this.#network.post(() => {
      if (this.#unread === undefined) deliver();
      else this.#unread.push(deliver);
    });
  }

  #ended(code: number, reason: string, wasClean = true): void {
    if (this.#server.readyState === 3) return;
    this.#server.readyState = 3;
    this.#events?.closed(code, reason, wasClean);
  }

  #closed(code: number, reason: string, wasClean: boolean): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#client.closed(code, reason, wasClean);
  }
}

/** The server's end. */
class ServerEnd implements Socket {
  readyState = 1;
  bufferedAmount = 0;
  #connection: MemoryConnection;

  constructor(connection: MemoryConnection) {
    this.#connection = connection;
  }

  send(data: SocketData): void {
    if (this.readyState !== 1) return;
    const message = typeof data === "string" ? data : copyBytes(data);
    const size = typeof message === "string"
      ? message.length
      : message.byteLength;
    this.bufferedAmount += size;
    this.#connection.deliver(message, () => this.bufferedAmount -= size);
  }

  close(code: number, reason: string): void {
    if (this.readyState !== 1) return;
    this.readyState = 2;
    this.#connection.serverClosed(code, reason);
  }

  terminate(): boolean {
    this.#connection.cut();
    return true;
  }
}

/** The bytes, which the caller may use again. */
export function copyBytes(data: ArrayBuffer | ArrayBufferView): ArrayBuffer {
  const bytes = data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return bytes.slice().buffer;
}
