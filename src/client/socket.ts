import type { ClientData } from "./outgoing_message.ts";
import type { ReconnectingSocket } from "./reconnecting_socket.ts";

/** An attempt could not be prepared, or a connection broke. */
export interface ClientErrorEvent extends Event {
  /** For people. */
  readonly message: string;
  /** What `query` or `protocols` threw, or the WebSocket's own event. */
  readonly error: unknown;
}

/** A connection was lost, and what the client or the server sent before may have been lost with it. Where the agent has a log: messages of the agent have been missed, and will not come. */
export interface ClientGapEvent extends Event {
  /**
   * `"closed"` when this side closed the connection, or the server keeps no
   * sessions; `"expired"` when there was no connection for too long;
   * `"bytes"` when more was missing than is kept; `"hibernated"` when that was
   * lost while the agent was not in memory; `"unknown"` when the server
   * does not know the session: it has closed it, or has been started anew.
   * Of an agent with a log: `"session"` in place of all these, as only what
   * was sent to this client alone, or by it, may be lost; `"too old"` when
   * messages are not in the log any more, and `"unknown cursor"` when it is
   * another log, as after `destroy()`.
   */
  readonly reason: string;
}

/** The events of a client, by name. */
export interface ClientEventMap {
  /** A connection is open, the first one or another. What waited for it has been sent. */
  open: Event;
  /** A message of the server. Frames of the base protocol are among them, as with Cloudflare's client; the extensions' are not. */
  message: MessageEvent;
  /** A connection, or an attempt, has ended. Another one follows unless `readyState` stays 3 and `status` is `"closed"`. */
  close: CloseEvent;
  /** An attempt could not be prepared, or a connection broke; `close` follows. */
  error: ClientErrorEvent;
  /** The connection goes on where the one before broke: both sides have what they were sent. */
  resumed: Event;
  /** What was sent, by either side, may be lost. */
  gap: ClientGapEvent;
  /** A frame about presence, parsed: see `presenceOf`. */
  roam_presence: MessageEvent;
  /** A frame with an event of the agent, parsed: see `on()`. */
  roam_event: MessageEvent;
  /** State, identity, status, `pending` or `connectionError` is another one. */
  change: Event;
}

/** The state of a connection: a first one is being made, there is one, another one is being made, or there will be none. */
export type ClientStatus = "connecting" | "open" | "reconnecting" | "closed";

/** The surface of a WebSocket that comes back by itself. */
export class AgentSocket extends EventTarget {
  /** Called like a listener of `open`. */
  declare onopen: ((event: Event) => void) | null;
  /** Called like a listener of `message`. */
  declare onmessage: ((event: MessageEvent) => void) | null;
  /** Called like a listener of `close`. */
  declare onclose: ((event: CloseEvent) => void) | null;
  /** Called like a listener of `error`. */
  declare onerror: ((event: ClientErrorEvent) => void) | null;
  /** Adds a listener; see {@linkcode ClientEventMap}. */
  declare addEventListener: <K extends keyof ClientEventMap>(
    type: K,
    listener:
      | ((event: ClientEventMap[K]) => unknown)
      | { handleEvent(event: ClientEventMap[K]): unknown }
      | null,
    options?: boolean | AddEventListenerOptions,
  ) => void;
  /** Removes a listener. */
  declare removeEventListener: <K extends keyof ClientEventMap>(
    type: K,
    listener:
      | ((event: ClientEventMap[K]) => unknown)
      | { handleEvent(event: ClientEventMap[K]): unknown }
      | null,
    options?: boolean | EventListenerOptions,
  ) => void;
  #connection: ReconnectingSocket;

  /** A `readyState`. */
  readonly CONNECTING = 0;
  /** A `readyState`. */
  readonly OPEN = 1;
  /** A `readyState`. */
  readonly CLOSING = 2;
  /** A `readyState`. */
  readonly CLOSED = 3;

  /** Sockets are made by the client. */
  constructor(connection: ReconnectingSocket) {
    super();
    this.#connection = connection;
    for (const type of ["open", "message", "close", "error"] as const) {
      const handler = `on${type}` as const;
      this[handler] = null;
      // deno-lint-ignore no-explicit-any -- each takes its own event
      this.addEventListener(type, (event: any) => this[handler]?.(event));
    }
  }

  /** 0 connecting, 1 open, 2 closing, 3 closed, also between two attempts. */
  get readyState(): number {
    const { phase, socket } = this.#connection;
    if (phase === "open") return socket!.readyState;
    return phase === "connecting" ? 0 : 3;
  }

  /** What the connection is doing. */
  get status(): ClientStatus {
    const { phase, wasOpen, isDoubted } = this.#connection;
    if (phase === "closed" || phase === "open" && !isDoubted) return phase;
    if (phase === "idle") return "closed";
    return wasOpen ? "reconnecting" : "connecting";
  }

  /** Whether the connection goes on where the one before broke; see `limits.sessionMs` of the server. */
  get resumed(): boolean {
    return this.#connection.isResumed;
  }

  /** Whether a lost connection is made again. */
  get shouldReconnect(): boolean {
    return this.status !== "closed";
  }

  /** Retries since a connection was last stable. */
  get retryCount(): number {
    return this.#connection.retries;
  }

  /** The URL last dialled, with its query, which may carry secrets; `""` before. */
  get url(): string {
    return this.#connection.socket?.url ?? "";
  }

  /** The subprotocol that the server chose. */
  get protocol(): string {
    return this.#connection.socket?.protocol ?? "";
  }

  /** Bytes that wait: for a connection, or for the network. */
  get bufferedAmount(): number {
    const { queue, socket } = this.#connection;
    const waiting = new Blob([...queue].map(({ data }) => data as BlobPart));
    return waiting.size + (socket?.bufferedAmount ?? 0);
  }

  /** How bytes arrive: `"blob"`, the default, or `"arraybuffer"`. Kept over reconnects. */
  get binaryType(): BinaryType {
    return this.#connection.binaryType;
  }

  set binaryType(type: BinaryType) {
    const { socket } = this.#connection;
    this.#connection.binaryType = type;
    if (socket) socket.binaryType = type;
  }

  /**
   * Sends a message, and returns `true`. Without a connection it waits for
   * the next one, and the result is `false`; when too many wait already, this
   * throws an error with the code `QUEUE_FULL`. After `close()` it waits for
   * `reconnect()`, and the console is warned.
   */
  send(data: ClientData): boolean {
    if (this.#connection.phase === "closed") {
      console.warn("Connection closed: a message waits");
    }
    return this.#connection.post({ data });
  }

  /** Ends the connection, and makes no other. The `close` event comes before this returns. Default code 1000. */
  close(code = 1000, reason = ""): void {
    this.#connection.stop(code, reason);
  }

  /** Connects now and starts to count retries anew; ends the connection there is. */
  reconnect(code?: number, reason?: string): void {
    this.#connection.start(code, reason);
  }

  /** Takes back the messages that wait for a connection. Calls and state stay. */
  drainQueuedMessages(): ClientData[] {
    const { queue } = this.#connection;
    const own = [...queue].filter(({ isSent }) => isSent === undefined);
    return own.map((message) => {
      queue.delete(message);
      return message.data;
    });
  }

  /** Closes, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}
