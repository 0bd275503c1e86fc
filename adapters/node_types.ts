/** The part of Node's `IncomingMessage` that the adapter shows. */
export interface NodeIncoming {
  /** Such as `GET`. */
  readonly method?: string;
  /** The path and the query. */
  readonly url?: string;
  /** By name in lower case. */
  readonly headers: Record<string, string | string[] | undefined>;
  /** Where it came from. */
  readonly socket?: { readonly remoteAddress?: string | undefined };
}

/** The part of Node's `ServerResponse` that the adapter uses. */
export interface NodeOutgoing {
  /** Whether the head of the response is gone. */
  readonly headersSent: boolean;
  /** Whether all of it is gone. */
  readonly writableFinished?: boolean;
  /** What it is sent on, while it is. */
  readonly socket?: object | null;
  /** The status. */
  statusCode: number;
  /** Ends the response. */
  end(body?: string): unknown;
  /** Cuts the connection. */
  destroy(): unknown;
  /** Hears what happens to it. */
  on(event: string, listener: () => void): unknown;
  /** Hears it before others do. */
  prependListener(event: string, listener: () => void): unknown;
  /** Tells its listeners what happens. */
  emit(event: string): boolean;
}

/** The part of a server of `node:http`, `node:https` or `node:http2` that the adapter uses. */
export interface NodeServer {
  /** Tells its listeners what happens. */
  // deno-lint-ignore no-explicit-any -- each event has its own
  emit(event: string, ...args: any[]): boolean;
  /** Adds a listener. */
  // deno-lint-ignore no-explicit-any -- each event has its own
  on(event: string, listener: (...args: any[]) => void): unknown;
  /** Removes a listener. */
  // deno-lint-ignore no-explicit-any -- each event has its own
  off(event: string, listener: (...args: any[]) => void): unknown;
  /** How many listeners an event has. */
  listenerCount(event: string): number;
  /** Whether a request to upgrade is one, or a request like others. Older Nodes have none. */
  shouldUpgradeCallback?(incoming: NodeIncoming): boolean;
}

/** The part of Node's `Duplex` that the adapter uses. */
export interface NodeDuplex {
  /** Hears what happens to it, as `this`. */
  on(event: string, listener: (this: NodeDuplex) => void): unknown;
  /** Stops hearing it. */
  off(event: string, listener: (this: NodeDuplex) => void): unknown;
  /** Bytes that have come. */
  readonly bytesRead: number;
  /** Bytes that were written and not taken. */
  readonly writableLength: number;
  /** Keeps what is written, up to the same number of calls of `uncork`. */
  cork(): void;
  /** Lets it go. */
  uncork(): void;
  /** After how many milliseconds of silence Node ends it; 0 for never. */
  setTimeout?(ms: number): unknown;
  /** Ends it when what was written is gone. */
  destroySoon?(): void;
  /** Ends it. */
  destroy(): unknown;
}

/** What Node puts behind a request, in a form that apps of Hono's know as `env`. */
export interface NodeBindings {
  /** Node's own request. */
  readonly incoming: NodeIncoming;
  /** Node's own response; an upgrade has none. */
  readonly outgoing?: NodeOutgoing;
}

/** The part of a `WebSocket` of the package `ws` that the adapter uses. */
export interface WsSocket {
  /** How bytes arrive. */
  binaryType: string;
  /** 1 open, 2 closing, 3 closed. */
  readonly readyState: number;
  /** Bytes the peer's system has not taken. */
  readonly bufferedAmount: number;
  /** Hears what happens to it, as `this`. */
  // deno-lint-ignore no-explicit-any -- each event has its own
  on(event: string, listener: (this: any, ...args: any[]) => void): unknown;
  /** Sends one message. */
  send(data: string | ArrayBuffer): void;
  /** Asks for a sign of life. */
  ping(): void;
  /** Starts the closing handshake, or answers the peer's. */
  close(code?: number, reason?: string | Uint8Array): void;
  /** Ends the connection without one. */
  terminate(): void;
}

/** The part of a `WebSocketServer` of the package `ws` that the adapter uses. */
export interface WsServer {
  /** Hears what happens to it. */
  // deno-lint-ignore no-explicit-any -- each event has its own
  on(event: string, listener: (...args: any[]) => void): unknown;
  /** Completes the handshake, and calls `done` before it returns; not when the request is malformed, or its socket is gone. */
  handleUpgrade(
    incoming: unknown,
    socket: unknown,
    head: unknown,
    done: (socket: WsSocket) => void,
  ): void;
}

/** The packages that the adapter needs. */
export interface NodePackages {
  /** The class of `ws` for sockets. */
  // deno-lint-ignore no-explicit-any -- a base class
  readonly WebSocket: new (...args: any[]) => WsSocket;
  /** The class of `ws` that upgrades requests. */
  readonly WebSocketServer: new (options: Record<string, unknown>) => WsServer;
  /** Of `srvx/node`: a request that reads Node's own when it is asked. */
  readonly NodeRequest: new (
    context: { req: unknown; res?: unknown },
  ) => Request;
  /** The function of `srvx/node` that writes a `Response` to Node's own. */
  readonly sendNodeResponse: (
    outgoing: unknown,
    response: Response,
  ) => Promise<void>;
}
