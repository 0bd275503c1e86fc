/**
 * Serves agents on Bun.
 *
 * @example
 * ```ts
 * // bun run main.ts
 * import { Agent } from "@roam/agents";
 * import { serveAgents } from "@roam/agents/bun";
 *
 * class ChatAgent extends Agent {}
 *
 * export default serveAgents({ ChatAgent });
 * ```
 *
 * @module
 */
import { resolveLimits } from "../src/runtime/limits.ts";
import { withCheckedAnswers } from "./checked_answers.ts";
import type { AgentClasses } from "../src/host/host.ts";
import { type Platform, Refusal } from "../src/host/platform.ts";
import type { Socket, SocketData, SocketEvents } from "../src/ports/socket.ts";
import {
  chosenSubprotocol,
  SUBPROTOCOLS,
} from "../src/protocol/subprotocol.ts";
import { STATE_ENVELOPE_BYTES } from "../src/protocol/frames.ts";
import {
  type LocalEntry,
  type LocalOptions,
  serveLocal,
} from "./serve_local.ts";
import { answers } from "./bun_answers.ts";

export type * from "./local_types.ts";
/** Options of {@linkcode serveAgents}. */
export type ServeOptions = LocalOptions<[server: BunServer]>;

/** The part of Bun's `Server` that the adapter uses. */
export interface BunServer {
  /** Turns the request's connection into a WebSocket that carries `data`. */
  upgrade(
    request: Request,
    options: { data: unknown; headers?: Headers },
  ): boolean;
  /** Sets after how many seconds of silence Bun cuts the request's connection; 0 for never. */
  timeout?(request: Request, seconds: number): void;
  /** The address of the client that sent the request. */
  requestIP?(request: Request): { readonly address: string } | null;
}

/** The part of Bun's `ServerWebSocket` that the adapter uses. */
export interface BunSocket {
  /** The `data` of the `upgrade` that opened it. */
  data: unknown;
  /** How bytes arrive. */
  binaryType?: string;
  /** 1 open, 2 closing, 3 closed. */
  readonly readyState: number;
  /** Sends one message. */
  send(data: SocketData): number;
  /** Has what `job` sends leave together. */
  cork(job: () => void): void;
  /** Starts the closing handshake. */
  close(code?: number, reason?: string): void;
  /** Ends the connection without one. */
  terminate(): void;
  /** Bytes the peer has not taken. */
  getBufferedAmount(): number;
  /** Joins a topic. */
  subscribe(topic: string): void;
  /** Leaves it. */
  unsubscribe(topic: string): void;
  /** Sends to the others of a topic. */
  publish(topic: string, data: SocketData): number;
}

/** The `websocket` part of an entry for `Bun.serve`. */
export interface BunWebSocketHandler {
  /** Bytes of a message past which Bun cuts by itself. */
  readonly maxPayloadLength: number;
  /** Bytes unsent past which Bun drops; 0 for never. */
  readonly backpressureLimit: number;
  /** Seconds of silence before a ping. */
  readonly idleTimeout: number;
  /** A socket was upgraded. */
  open(socket: BunSocket): void;
  /** A message arrived. */
  message(socket: BunSocket, data: string | ArrayBuffer): void;
  /** A socket was closed. */
  close(socket: BunSocket, code: number, reason: string): void;
}

/** What {@linkcode serveAgents} returns: an entry of `bun run`, or a part of one of your own. */
export interface BunEntry extends LocalEntry<[server: BunServer]> {
  /** Belongs into the same `Bun.serve` call as `fetch`. */
  readonly websocket: BunWebSocketHandler;
}

/** Seconds after which a silent peer is asked for a sign of life; without one it is gone. */
const IDLE_TIMEOUT = 30;

/**
 * Serves `classes`; the result is a `bun run` entry.
 *
 * @example
 * ```ts
 * import { Agent } from "@roam/agents";
 * import { serveAgents } from "@roam/agents/bun";
 *
 * class ChatAgent extends Agent {}
 *
 * export default serveAgents({ ChatAgent }, {
 *   allowedOrigins: ["https://app.example.com"],
 * });
 * ```
 */
export function serveAgents(
  classes: AgentClasses,
  options: ServeOptions = {},
): BunEntry {
  const { messageBytes, stateBytes } = resolveLimits(options.limits);
  const largest = Math.max(messageBytes, stateBytes + STATE_ENVELOPE_BYTES);
  const entry = serveLocal(classes, options, platform);
  return {
    ...withCheckedAnswers(entry, options, true),
    websocket: {
      // Bun cuts what is larger without telling us; the rest gets its 1009 from the core.
      maxPayloadLength: whole(largest * 2),
      // Past it Bun drops messages in silence; what waits, waits in the core.
      backpressureLimit: 0,
      idleTimeout: IDLE_TIMEOUT,
      open,
      message,
      close,
    },
  };
}

const platform: Platform<[server: BunServer]> = {
  upgrade(request, events, [server], headers) {
    const protocol = chosenSubprotocol(request.headers.get(SUBPROTOCOLS));
    // By itself Bun takes what is before the first comma, spaces and all.
    if (protocol !== undefined) {
      headers = new Headers(headers);
      headers.set("sec-websocket-protocol", protocol);
    }
    if (server?.upgrade(request, { data: events, headers })) return undefined;
    throw new Refusal(400, "Invalid WebSocket handshake");
  },
  peer: (request, [server]) => server?.requestIP?.(request)?.address,
  // Bun cuts whatever is silent for 10 s, also an answer that takes longer, or has nothing to say.
  answering: (request, [server]) => server?.timeout?.(request, 0),
  sent: (response, _, [server]) =>
    server === undefined ? undefined : answers.sent(response),
};

/** Bun takes whole numbers of 31 bits: more is no limit. */
function whole(bytes: number): number {
  return Math.min(Math.ceil(bytes), 2 ** 31 - 1);
}

function open(socket: BunSocket): void {
  socket.binaryType = "arraybuffer";
  (socket.data as SocketEvents).open(new SocketOfBun(socket));
}

function message(socket: BunSocket, data: string | ArrayBuffer): void {
  (socket.data as SocketEvents).receive(data);
}

function close(socket: BunSocket, code: number, reason: string): void {
  // Where Bun itself refused a message it tells the peer 1009 and us 1006.
  const tooBig = code === 1006 && reason === "Received too big message";
  const events = socket.data as SocketEvents;
  events.closed(tooBig ? 1009 : code, reason, code !== 1006);
}

class SocketOfBun implements Socket {
  #socket: BunSocket;

  constructor(socket: BunSocket) {
    this.#socket = socket;
  }

  get readyState(): number {
    return this.#socket.readyState;
  }

  get bufferedAmount(): number {
    return this.#socket.getBufferedAmount();
  }

  send(data: SocketData): void {
    this.#socket.send(data);
  }

  /** Out of the socket's own handler each message would be a system call, which is most of its price. */
  cork(job: () => void): void {
    this.#socket.cork(job);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): boolean {
    this.#socket.terminate();
    return true;
  }

  subscribe(topic: string): void {
    this.#socket.subscribe(topic);
  }

  unsubscribe(topic: string): void {
    this.#socket.unsubscribe(topic);
  }

  publish(topic: string, data: SocketData): void {
    this.#socket.publish(topic, data);
  }
}
