import type { ServerFrame } from "../protocol/server_frames.ts";
import type { BackoffOptions } from "./backoff.ts";
import type { End, EndOptions, Next } from "./end.ts";

/** What a client needs of a WebSocket: those of pages, runtimes, undici and ws have it. */
export interface WebSocketLike {
  /** Where it leads. */
  readonly url: string;
  /** The subprotocol that the server chose. */
  readonly protocol: string;
  /** From 0, connecting, to 3, closed. */
  readonly readyState: number;
  /** Bytes that wait for the network. */
  readonly bufferedAmount: number;
  /** How bytes arrive. */
  binaryType: string;
  /** Set by the client, as are the next three. */
  onopen: unknown;
  /** Set by the client. */
  onmessage: unknown;
  /** Set by the client. */
  onerror: unknown;
  /** Set by the client. */
  onclose: unknown;
  /** Sends a message: a text, or bytes as this WebSocket takes them. */
  send(data: string): void;
  /** Ends the connection. */
  close(code?: number, reason?: string): void;
}

/** A WebSocket constructor. */
export type WebSocketClass = new (
  url: string,
  protocols?: string | string[],
) => WebSocketLike;

/** How a client makes its connection, and keeps it. */
export interface WireOptions extends BackoffOptions, EndOptions {
  /** What an attempt may take, in milliseconds; the next three may take that much more each. Default 10,000. */
  connectionTimeout?: number;
  /** How long a connection must have been up for its loss to count as the first again, in milliseconds. Default 5,000. */
  minUptime?: number;
  /** The WebSocket to use. Default the global one. */
  WebSocket?: WebSocketClass;
  /** How many messages may wait for a connection; one more is an error. Default 1,000. */
  maxEnqueuedMessages?: number;
  /** The silence, in milliseconds, after which the server is asked whether it is there; 0 for never. A dead connection is noticed within twice that. Default 15,000. */
  heartbeatInterval?: number;
  /** Asks by `fetch` why a handshake failed: 401, 403 and 404 are final. Default the global `fetch`; `null` for not at all. */
  fetch?: typeof globalThis.fetch | null;
}

/** Where to dial. */
export interface Target {
  readonly url: string;
  readonly protocols?: string | string[] | null;
}

/** Whom a `Wire` works for. */
export interface WireEvents {
  /** Where to dial; asked for each attempt. */
  target(): Promise<Target>;
  opened(): void;
  /** A message; `frame` is what it says when it is the protocol's. */
  received(data: unknown, frame: ServerFrame | undefined): void;
  failed(error: unknown): void;
  /** A connection, or an attempt, has ended. With `status` it ended before, and now it is known why. */
  ended(end: End, next: Next, status?: number): void;
}
