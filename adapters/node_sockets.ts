import { STATE_ENVELOPE_BYTES } from "../src/protocol/frames.ts";
import type { Limits } from "../src/runtime/limits.ts";
import type { SocketEvents } from "../src/ports/socket.ts";
import {
  chosenSubprotocol,
  SUBPROTOCOLS,
} from "../src/protocol/subprotocol.ts";
import type {
  NodeDuplex,
  NodeIncoming,
  NodePackages,
  WsServer,
} from "./node_types.ts";
import { SocketOfNode } from "./node_socket.ts";
import { type OurSocket, socketClass } from "./node_socket_class.ts";

/** Milliseconds between two looks at who has said nothing. Who has not been heard of at three of them is gone. */
const LOOK_MS = 10_000;
/** The most that a timer of Node's, and a bound of `ws`, can be. */
const MOST = 2 ** 31 - 1;

/** The WebSockets of one host: upgrades, and notices who is no longer there. */
export class NodeSockets {
  #server: WsServer;
  #open = new Set<SocketOfNode>();
  #timer: Timer | undefined;
  /** The headers to add to the handshake that is being answered. */
  #headers: Headers | undefined;

  constructor(packages: NodePackages, limits: Limits) {
    this.#server = new packages.WebSocketServer({
      WebSocket: socketClass(packages.WebSocket),
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      // What is larger is not even read; the rest gets its 1009 from the core.
      maxPayload: Math.min(Math.ceil(largestFrame(limits) * 2), MOST),
      closeTimeout: Math.min(limits.closeMs, MOST),
    });
    // With a listener it leaves the answer to a malformed handshake to us.
    this.#server.on("wsClientError", () => {});
    this.#server.on("headers", (lines: string[]) => {
      for (const [name, value] of this.#headers ?? []) {
        lines.push(`${name}: ${value}`);
      }
    });
  }

  /** `false` when the handshake is malformed, or the client has left. */
  upgrade(
    incoming: NodeIncoming,
    socket: NodeDuplex,
    head: unknown,
    events: SocketEvents,
    headers?: Headers,
  ): boolean {
    // It takes 8 too, which is older than the standard.
    if (incoming.headers["sec-websocket-version"] !== "13") return false;
    this.#headers = headers;
    let opened: SocketOfNode | undefined;
    const offered = incoming.headers[SUBPROTOCOLS];
    // It refuses a list with an empty element.
    const chosen = chosenSubprotocol(offered as string | undefined);
    if (chosen !== undefined) incoming.headers[SUBPROTOCOLS] = chosen;
    // What is said at once goes out with the handshake, in one piece.
    socket.cork();
    try {
      this.#server.handleUpgrade(incoming, socket, head, (ws) => {
        opened = new SocketOfNode(ws as OurSocket, socket, events, this.#open);
      });
      if (chosen !== undefined) incoming.headers[SUBPROTOCOLS] = offered;
      if (opened !== undefined) this.#add(opened);
    } finally {
      socket.uncork();
    }
    return opened !== undefined;
  }

  #add(socket: SocketOfNode): void {
    this.#open.add(socket);
    if (this.#timer === undefined) {
      this.#timer = setInterval(
        () => this.#look(),
        LOOK_MS,
      ) as unknown as Timer;
      // Who is connected keeps the process alive, not this.
      this.#timer.unref();
    }
    socket.start();
  }

  #look(): void {
    for (const socket of this.#open) socket.look();
    if (this.#open.size > 0) return;
    clearInterval(this.#timer as unknown as number);
    this.#timer = undefined;
  }
}

/** A state may be larger than a message. */
function largestFrame({ messageBytes, stateBytes }: Limits): number {
  return Math.max(messageBytes, stateBytes + STATE_ENVELOPE_BYTES);
}

interface Timer {
  unref(): void;
}
