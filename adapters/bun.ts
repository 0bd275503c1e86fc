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
import { resolveLimits } from "../src/agent/limits.ts";
import type { AgentClasses, Platform } from "../src/host/host.ts";
import { Refusal } from "../src/host/router.ts";
import type { ServedAgents } from "../src/host/serve.ts";
import type { Socket, SocketData, SocketEvents } from "../src/ports/socket.ts";
import { type LocalOptions, serveLocal } from "./serve_local.ts";

export type {
  Fallback,
  FallbackFunction,
  ServedAgents,
} from "../src/host/serve.ts";
export type { StorageOption } from "./open_storage.ts";
export type { LocalOptions } from "./serve_local.ts";
export type { WorkerApp } from "./worker_app.ts";

/** Options of {@linkcode serveAgents}. */
export type ServeOptions = LocalOptions<[server: BunServer]>;

/** The part of Bun's `Server` that the adapter uses. */
export interface BunServer {
  /** Turns the request's connection into a WebSocket that carries `data`. */
  upgrade(request: Request, options: { data: unknown }): boolean;
}

/** The part of Bun's `ServerWebSocket` that the adapter uses. */
export interface BunSocket {
  /** What the upgrade gave it. */
  data: unknown;
  /** How bytes arrive. */
  binaryType?: string;
  /** 1 open, 2 closing, 3 closed. */
  readonly readyState: number;
  /** Sends one message. */
  send(data: SocketData): number;
  /** Starts the closing handshake. */
  close(code?: number, reason?: string): void;
  /** Ends the connection without one. */
  terminate(): void;
  /** Bytes the peer has not taken. */
  getBufferedAmount(): number;
  /** Joins a topic. */
  subscribe(topic: string): void;
  /** Sends to the others of a topic. */
  publish(topic: string, data: SocketData): number;
}

/** The `websocket` part of an entry for `Bun.serve`. */
export interface BunWebSocketHandler {
  /** Bytes of a message past which Bun cuts by itself. */
  readonly maxPayloadLength: number;
  /** Bytes unsent past which Bun drops. */
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
export interface BunEntry extends ServedAgents<[server: BunServer]> {
  /** Belongs into the same `Bun.serve` call as `fetch`. */
  readonly websocket: BunWebSocketHandler;
}

/** Seconds after which a silent peer is asked for a sign of life; without one it is gone. */
const IDLE_TIMEOUT = 30;

/** Serves `classes`; the result is a `bun run` entry. */
export function serveAgents(
  classes: AgentClasses,
  options: ServeOptions = {},
): BunEntry {
  const { messageBytes, bufferedBytes } = resolveLimits(options.limits);
  return {
    ...serveLocal(classes, options, platform),
    websocket: {
      // Bun cuts what is larger without telling us; the rest gets its 1009 from the core.
      maxPayloadLength: messageBytes * 2,
      // Past it Bun drops messages in silence; the core closes long before.
      backpressureLimit: bufferedBytes * 4,
      idleTimeout: IDLE_TIMEOUT,
      open,
      message,
      close,
    },
  };
}

const platform: Platform<[server: BunServer]> = {
  upgrade(request, events, [server]) {
    if (server?.upgrade(request, { data: events })) return undefined;
    throw new Refusal(400, "Invalid WebSocket handshake");
  },
};

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

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  subscribe(topic: string): void {
    this.#socket.subscribe(topic);
  }

  publish(topic: string, data: SocketData): void {
    this.#socket.publish(topic, data);
  }
}
