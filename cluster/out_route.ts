import type { RouteEnd } from "../src/ports/cluster.ts";
import type { SocketData, SocketEvents } from "../src/ports/socket.ts";
import {
  encodeClose,
  encodeCount,
  NodeFrame,
} from "../src/protocol/node_frames.ts";
import { byteSize } from "../src/runtime/socket_data.ts";
import type { Pipe } from "./pipe.ts";

/** Bytes that a client's socket has taken after which the instance's process is told at once. */
export const REPORT_BYTES = 64 * 1024;

/** The process that has the instance, and the pipe to it, if there is one now. */
export interface OutRouteHost {
  readonly pipe: Pipe | undefined;
  /** The route's client has left, and nothing more comes. */
  ended(route: OutRoute): void;
  /** Something waits for `flush`. */
  unflushed(route: OutRoute): void;
  /** Something was sent to its client: see in a while how much was taken; soon, where it is much. */
  unreported(route: OutRoute, isMuch: boolean): void;
}

/** A client of this process whose instance another process has. */
export class OutRoute implements SocketEvents {
  readonly id: number;
  readonly shard: number;
  readonly end: RouteEnd;
  /** The other process has been asked to take it. */
  isSent = false;
  isOpened = false;
  #host: OutRouteHost;
  #sent = 0;
  #reported = 0;
  /** What came for the client in the same piece. */
  #waiting: SocketData[] | undefined;

  constructor(host: OutRouteHost, id: number, shard: number, end: RouteEnd) {
    this.#host = host;
    this.id = id;
    this.shard = shard;
    this.end = end;
  }

  /** Asks the other process to take it. */
  ask(pipe: Pipe): void {
    this.isSent = true;
    const { opening, record } = this.end;
    if (record === undefined) {
      pipe.sendJson(NodeFrame.OPEN, this.id, opening);
      return;
    }
    const { address, uri } = opening;
    pipe.sendJson(NodeFrame.RESTORE, this.id, {
      opening: { address, uri, method: "GET", headers: [] },
      record,
    });
  }

  open(): void {}

  receive(data: string | ArrayBuffer): void {
    this.#host.pipe?.message(this.id, data);
  }

  closed(code: number, reason: string, wasClean: boolean): void {
    const body = encodeClose({ code, reason, wasClean });
    if (this.isSent) this.#host.pipe?.send(NodeFrame.CLOSE, this.id, body);
    this.#waiting = undefined;
    this.#host.ended(this);
  }

  /** The instance sends something to the client. It leaves with what else comes in the same piece. */
  send(data: SocketData): void {
    if (this.#waiting !== undefined) return void this.#waiting.push(data);
    this.#waiting = [data];
    this.#host.unflushed(this);
  }

  flush(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    const before = this.#sent - this.#reported;
    this.end.cork(() => {
      for (const data of waiting) {
        this.end.send(data);
        this.#sent += byteSize(data);
      }
    });
    const after = this.#sent - this.#reported;
    if (before === 0) this.#host.unreported(this, false);
    // Most sockets take it at once.
    if (after >= REPORT_BYTES && this.report(REPORT_BYTES)) {
      this.#host.unreported(this, true);
    }
  }

  /** Says how much the client's socket has taken since the last time, if that is at least so much. `false` when no more than that is left to say. */
  report(least: 1 | typeof REPORT_BYTES): boolean {
    const taken = this.#sent - (this.end.bufferedAmount ?? 0);
    const news = taken - this.#reported;
    if (news >= least) {
      this.#reported = taken;
      this.#host.pipe?.send(NodeFrame.DRAINED, this.id, encodeCount(news));
    }
    return this.#sent - this.#reported >= least;
  }
}
