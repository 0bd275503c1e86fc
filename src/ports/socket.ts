/** What a socket carries: text, or bytes. */
export type SocketData = string | ArrayBuffer | ArrayBufferView;

/**
 * The server's end of one WebSocket, as an adapter hands it to the core.
 *
 * An adapter MUST deliver the socket's events by calling the {@linkcode SocketEvents}
 * it was given, in the order they happen. The two methods MUST NOT throw when
 * the socket is closing or closed.
 */
export interface Socket {
  /** 1 open, 2 closing, 3 closed, as in the WebSocket standard. */
  readonly readyState: number;
  /** Bytes handed to `send` that the peer's system has not taken yet; `undefined` where a runtime can't tell. */
  readonly bufferedAmount: number | undefined;
  /** Sends one message. */
  send(data: SocketData): void;
  /** Capability: what `job` sends leaves together. */
  cork?(job: () => void): void;
  /** Starts the closing handshake with a code that may be sent, and a reason that fits. */
  close(code: number, reason: string): void;
  /**
   * Capability: ends the connection of a peer that does not answer the close
   * frame. `false` when the peer may go on holding it; `closed` is then called
   * once more, when it is gone.
   */
  terminate?(): boolean;
  /** Capability: keeps `attachment` with the socket when the instance leaves memory. Throws when it is too large. */
  attach?(attachment: Attachment): void;
  /** Capability: has this socket receive what is published to `topic`. */
  subscribe?(topic: string): void;
  /** Ends what `subscribe` began. */
  unsubscribe?(topic: string): void;
  /** Capability: sends to every subscriber of `topic` but this socket, in order with what `send` sends. */
  publish?(topic: string, data: SocketData): void;
}

/** What an adapter calls. */
export interface SocketEvents {
  /** The upgrade is complete. Called once, first. */
  open(socket: Socket): void;
  /** A message arrived; binary ones as `ArrayBuffer`. */
  receive(data: string | ArrayBuffer): void;
  /** The connection ended. Called last; 0 counts as 1006, 1005 is a close frame without a code. */
  closed(code: number, reason: string, wasClean: boolean): void;
}

/** What a connection is, apart from its socket. Structured-cloneable. */
export interface Attachment {
  /** The id. */
  readonly id: string;
  /** The URL of the upgrade. */
  readonly uri: string;
  /** The id and the tags. */
  readonly tags: readonly string[];
  /** What `setState` set. */
  readonly state: unknown;
  /** Whether the client gets the frames of the library. */
  readonly protocol: boolean;
  /** Whether the client may not change the state. */
  readonly readonly?: boolean;
  /** What the client shows of itself, as JSON. */
  readonly presence?: string;
  /** When the connection ends, in milliseconds since 1970. */
  readonly expires?: number;
  /** Of a state that has never been stored. */
  readonly epoch?: string;
  /** By which its client may go on with it. */
  readonly session?: KeptSession;
}

/** What of a session outlives the time that its instance is not in memory. */
export interface KeptSession {
  /** What the client proves itself with. */
  readonly secret: string;
  /** What it may prove itself with too, or `""`. */
  readonly previous: string;
  /** Messages that were sent. */
  readonly sent: number;
  /** Messages that have come. */
  readonly received: number;
  /** The newest message that can't be sent again. */
  readonly lost: number;
}
