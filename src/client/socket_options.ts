import type { ServerFrame } from "../protocol/server_frames.ts";
import type { BackoffOptions } from "./backoff.ts";
import type { AfterClose, CloseInfo, GiveUpOptions } from "./close_info.ts";

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
export interface ReconnectOptions extends BackoffOptions, GiveUpOptions {
  /** What an attempt may take, in milliseconds; the next three may take that much more each. Default 10,000. */
  connectionTimeout?: number | undefined;
  /** How long a connection must have been up for its loss to count as the first again, in milliseconds. Default 5,000. */
  minUptime?: number | undefined;
  /** The WebSocket to use. Default the global one. */
  WebSocket?: WebSocketClass | undefined;
  /** How many messages may wait for a connection; one more is an error. Default 1,000. */
  maxEnqueuedMessages?: number | undefined;
  /** The silence, in milliseconds, after which the server is asked whether it is there; 0 for never. A dead connection is noticed within twice that. Default 15,000. */
  heartbeatInterval?: number | undefined;
  /** Asks by `fetch` why a handshake failed: a refusal with 400 to 499 is final. Default the global `fetch`; `null` for not at all. */
  fetch?: typeof globalThis.fetch | null | undefined;
}

/** Where to dial. */
export interface SocketTarget {
  readonly url: string;
  readonly protocols?: string | string[] | null;
}

/** Whom a `ReconnectingSocket` works for. */
export interface SocketOwner {
  /** Where to dial; asked for each attempt. */
  target(): Promise<SocketTarget>;
  opened(): void;
  /** Something else is sent next, or with `isEnd` nothing more. */
  flush(isEnd?: boolean): void;
  /** It goes on with the session of the one before. With a reason that session is over: what was sent, by either side, may be lost. */
  renewed(gap?: string): void;
  /** A message; `frame` is what it says when it is the protocol's. */
  received(data: unknown, frame: ServerFrame | undefined): void;
  failed(error: unknown): void;
  /** The connection is in doubt, or no more. */
  changed(): void;
  /** A connection, or an attempt, has ended. With `status` it ended before, and now it is known why. */
  ended(end: CloseInfo, next: AfterClose, status?: number): void;
}
