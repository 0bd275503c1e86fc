import type { RoutedSocket } from "../src/ports/cluster.ts";
import type { SocketData, SocketEvents } from "../src/ports/socket.ts";
import {
  encodeClose,
  MAX_NODE_FRAME,
  NodeFrame,
} from "../src/protocol/node_frames.ts";
import { CloseCode } from "../src/protocol/close_codes.ts";
import { byteSize } from "../src/runtime/socket_data.ts";
import type { Pipe } from "./pipe.ts";

/** Leaves room for the numbers of connections behind it. */
const MAX_MESSAGE = MAX_NODE_FRAME / 4;

/** The socket of a client that is connected to another process, its gateway. */
export class RemoteSocket implements RoutedSocket {
  readyState = 1;
  /** Hears what the client does. */
  events: SocketEvents | undefined;
  /** The shard of the client's instance. */
  readonly shard: number;
  #pipe: Pipe;
  #id: number;
  #sent = 0;

  constructor(pipe: Pipe, id: number, shard: number) {
    this.#pipe = pipe;
    this.#id = id;
    this.shard = shard;
  }

  /** What was sent, less what the gateway says that its socket has taken. */
  get bufferedAmount(): number {
    return this.#sent;
  }

  /** The gateway's socket has taken so many bytes more. */
  drained(bytes: number): void {
    this.#sent = Math.max(0, this.#sent - bytes);
  }

  send(data: SocketData): void {
    if (this.readyState !== 1) return;
    const size = byteSize(data);
    if (size > MAX_MESSAGE) {
      return this.close(CloseCode.INTERNAL, "message too big to forward");
    }
    this.#sent += size;
    this.#pipe.message(this.#id, data);
  }

  close(code: number, reason: string): void {
    if (this.readyState !== 1) return;
    this.readyState = 2;
    this.#close(code, reason);
  }

  terminate(): boolean {
    this.readyState = 3;
    this.#close(0, "");
    return true;
  }

  keep(record: string): void {
    this.#pipe.sendText(NodeFrame.ATTACH, this.#id, record);
  }

  #close(code: number, reason: string): void {
    const body = encodeClose({ code, reason, wasClean: true });
    this.#pipe.send(NodeFrame.CLOSE, this.#id, body);
  }
}
