import type { WebSocketClass } from "../../../client.ts";
import type { CloseInfo } from "../../../src/client/close_info.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** A server in virtual time, and the WebSockets of its clients. */
export class VirtualServer {
  isUp = true;
  /** When which client was connected. */
  readonly arrivals: [at: number, url: string][] = [];
  readonly WebSocket: WebSocketClass;
  #open = new Set<VirtualSocket>();

  /** A handshake takes up to `latency` milliseconds. */
  constructor(clock: VirtualTime, latency = 40) {
    const dialled = (socket: VirtualSocket) => {
      clock.after(clock.random() * latency, () => {
        if (socket.isLeft) return;
        if (!this.isUp) return socket.end(1006);
        this.arrivals.push([clock.time, socket.url]);
        this.#open.add(socket);
        socket.onopen?.();
      });
    };
    this.WebSocket = class extends VirtualSocket {
      constructor(url: string) {
        super(url);
        dialled(this);
      }
    } as unknown as WebSocketClass;
  }

  /** How many clients are connected. */
  get size(): number {
    return [...this.#open].filter(({ isLeft }) => !isLeft).length;
  }

  /** Goes away, and closes all connections with `code`; 1006 where it has no time for that. */
  goAway(code: number): void {
    this.isUp = false;
    const open = [...this.#open];
    this.#open.clear();
    for (const socket of open) socket.end(code);
  }
}

class VirtualSocket {
  onopen: (() => void) | null = null;
  onclose: ((end: CloseInfo) => void) | null = null;
  isLeft = false;
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  send(): void {}

  close(): void {
    this.isLeft = true;
  }

  end(code: number): void {
    this.isLeft = true;
    this.onclose?.({ code, reason: "", wasClean: code !== 1006 });
  }
}
