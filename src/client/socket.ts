import type { ClientData } from "./outbox.ts";
import type { Wire } from "./wire.ts";

/** The events of a client, by name. */
export interface ClientEventMap {
  /** A connection is open, the first one or another. What waited for it has been sent. */
  open: Event;
  /** A message of the server. Frames of the base protocol are among them, as with Cloudflare's client; the extensions' are not. */
  message: MessageEvent;
  /** A connection, or an attempt, has ended. Another one follows unless `readyState` stays 3 and `status` is `"closed"`. */
  close: CloseEvent;
  /** An attempt could not be prepared, or a connection broke; `close` follows. */
  error: Event;
  /** State, identity, status, `pending` or `connectionError` is another one. */
  change: Event;
}

/** The state of a connection: a first one is being made, there is one, another one is being made, or there will be none. */
export type ClientStatus = "connecting" | "open" | "reconnecting" | "closed";

/** The surface of a WebSocket that comes back by itself. */
export class AgentSocket extends EventTarget {
  /** Called like a listener of `open`. */
  onopen: ((event: Event) => void) | null = null;
  /** Called like a listener of `message`. */
  onmessage: ((event: MessageEvent) => void) | null = null;
  /** Called like a listener of `close`. */
  onclose: ((event: CloseEvent) => void) | null = null;
  /** Called like a listener of `error`. */
  onerror: ((event: Event) => void) | null = null;
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
  #wire: Wire;

  /** Sockets are made by the client. */
  constructor(wire: Wire) {
    super();
    this.#wire = wire;
    for (const type of ["open", "message", "close", "error"] as const) {
      // deno-lint-ignore no-explicit-any -- each takes its own event
      this.addEventListener(type, (event: any) => this[`on${type}`]?.(event));
    }
  }

  /** 0 connecting, 1 open, 2 closing, 3 closed, also between two attempts. */
  get readyState(): number {
    const { phase, socket } = this.#wire;
    if (phase === "open") return socket!.readyState;
    return phase === "dialing" || phase === "connecting" ? 0 : 3;
  }

  /** What the connection is doing. */
  get status(): ClientStatus {
    const { phase, wasOpen } = this.#wire;
    if (phase === "open" || phase === "closed") return phase;
    return wasOpen ? "reconnecting" : "connecting";
  }

  /** Whether a lost connection is made again. */
  get shouldReconnect(): boolean {
    return this.status !== "closed";
  }

  /** Retries since a connection was last stable. */
  get retryCount(): number {
    return this.#wire.retries;
  }

  /** The URL last dialled, with its query, which may carry secrets; `""` before. */
  get url(): string {
    return this.#wire.socket?.url ?? "";
  }

  /** The subprotocol that the server chose. */
  get protocol(): string {
    return this.#wire.socket?.protocol ?? "";
  }

  /** Bytes that wait: for a connection, or for the network. */
  get bufferedAmount(): number {
    const { outbox, socket } = this.#wire;
    return outbox.bytes + (socket?.bufferedAmount ?? 0);
  }

  /** How bytes arrive: `"blob"`, the default, or `"arraybuffer"`. Kept over reconnects. */
  get binaryType(): BinaryType {
    return this.#wire.binaryType;
  }

  set binaryType(type: BinaryType) {
    const { socket } = this.#wire;
    this.#wire.binaryType = type;
    if (socket) socket.binaryType = type;
  }

  /**
   * Sends a message, and returns `true`. Without a connection it waits for
   * the next one, and the result is `false`; when too many wait already, this
   * throws an error with the code `QUEUE_FULL`. After `close()` it waits for
   * `reconnect()`, and the console is warned.
   */
  send(data: ClientData): boolean {
    const { isOpen, phase, wasOpen } = this.#wire;
    if (phase === "closed" && wasOpen) {
      console.warn("The client is closed: a message waits");
    }
    this.#wire.post(data);
    return isOpen;
  }

  /** Ends the connection, and makes no other. The `close` event comes before this returns. Default code 1000. */
  close(code = 1000, reason = ""): void {
    this.#wire.stop(code, reason);
  }

  /** Connects now and starts to count retries anew; ends the connection there is. */
  reconnect(code?: number, reason?: string): void {
    this.#wire.start(code, reason);
  }

  /** Takes back the messages that wait for a connection. Calls and state stay. */
  drainQueuedMessages(): ClientData[] {
    return this.#wire.outbox.drain();
  }

  /** Closes, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}
