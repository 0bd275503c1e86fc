import type { SocketData } from "../ports/socket.ts";
import { expiryOf } from "./expirations.ts";
import { type EventArguments, eventFrame } from "../protocol/event_frames.ts";
import { isThenable } from "../runtime/thenable.ts";

/** A message of a client: text, or bytes, which arrive as `ArrayBuffer` on every runtime. */
export type WSMessage = string | ArrayBuffer | ArrayBufferView;

/** What `onConnect` learns about the connection. */
export interface ConnectionContext<Data = unknown> {
  /** The upgrade request: URL, headers, cookies. It stays readable after the upgrade. */
  readonly request: Request;
  /** What `onBeforeConnect` returned as `data`; `undefined` when it did not. */
  readonly data: Data;
}

/** The state of a connection; `null` until it is set. */
export type ConnectionState<State> = Readonly<State> | null;

/** What a {@linkcode Connection} is a face of. */
export interface ConnectionLink {
  /** See {@linkcode Connection.id}. */
  readonly id: string;
  /** See {@linkcode Connection.uri}. */
  readonly uri: string;
  /** See {@linkcode Connection.tags}. */
  readonly tags: readonly string[];
  /** See {@linkcode Connection.state}. */
  readonly state: unknown;
  /** See {@linkcode Connection.presence}, as JSON. */
  readonly presence: string | undefined;
  /** See {@linkcode Connection.readyState}. */
  readonly readyState: number;
  /** See {@linkcode Connection.bufferedAmount}. */
  readonly bufferedAmount: number;
  /** Whether the client may not change the state. */
  readonly readonly: boolean;
  /** Whether the client gets the library's own frames. */
  readonly protocol: boolean;
  /** Whether the client announced the extensions of the protocol. */
  readonly extended: boolean;
  /** Changes `readonly`. */
  setReadonly(readonly: boolean): void;
  /** See {@linkcode Connection.setState}. */
  setState(state: unknown): void;
  /** See {@linkcode Connection.send}. */
  tell(message: SocketData): void;
  /** See {@linkcode Connection.close}. */
  close(code: number | undefined, reason: string | undefined): void;
  /** See {@linkcode Connection.expiresAt}. */
  setExpiry(expires: number | undefined): void;
  /** See {@linkcode Connection.accept}. */
  accept(): void;
}

/** What is behind a connection. */
export let linkOf: (connection: Connection) => ConnectionLink;

/**
 * One client of an instance. The host makes it, hands it to the handlers, and
 * keeps it as long as the client's socket lives, on Workers also while the
 * instance is not in memory.
 *
 * @example
 * ```ts
 * import { Agent, type Connection } from "@roam/agents";
 *
 * class Counter extends Agent {
 *   override onMessage(connection: Connection<{ seen: number }>) {
 *     const { seen } = connection.setState((last) => ({ seen: (last?.seen ?? 0) + 1 }))!;
 *     connection.send(`message ${seen} of yours`);
 *   }
 * }
 * ```
 */
export class Connection<State = unknown, Events = Record<string, unknown>> {
  static {
    linkOf = (connection) => connection.#link;
  }
  #link: ConnectionLink;

  /** Connections are made by the host. */
  constructor(link: ConnectionLink) {
    this.#link = link;
  }

  /**
   * Unique among the live connections of the instance. The client's `_pk`,
   * when that is well-formed and free: a wish, and no proof of who it is.
   */
  get id(): string {
    return this.#link.id;
  }

  /** The URL of the upgrade request with its query, which may carry secrets. */
  get uri(): string | null {
    return this.#link.uri;
  }

  /** The id, then what `getConnectionTags` returned. */
  get tags(): readonly string[] {
    return this.#link.tags;
  }

  /** What {@linkcode setState} set. It stays on the server, and lives as long as the connection. */
  get state(): ConnectionState<State> {
    return this.#link.state as ConnectionState<State>;
  }

  /**
   * Replaces the connection's state, and returns it. Takes the state, or a
   * function of the previous one. On Workers it survives hibernation and must
   * be structured-cloneable and, with the URL and the tags, at most 16 KiB:
   * else it throws, and the state stays as it was.
   */
  setState(
    state:
      | State
      | null
      | ((previous: ConnectionState<State>) => State | null),
  ): ConnectionState<State> {
    const next = typeof state === "function"
      ? (state as (previous: ConnectionState<State>) => State | null)(
        this.state,
      )
      : state;
    if (isThenable(next)) {
      throw new TypeError("Cannot set a connection's state: it is a Promise");
    }
    this.#link.setState(next);
    return next;
  }

  /**
   * Sends one message. Until the connection is accepted it waits, and is
   * dropped if the connection is refused. On a connection that is closing or
   * closed it does nothing. A peer that does not take what was sent is closed
   * with 1013 once `limits.bufferedBytes` wait for it.
   */
  send(message: string | ArrayBuffer | ArrayBufferView): void {
    this.#link.tell(message);
  }

  /**
   * Has the listeners of `client.on(name)` at this client called with `data`,
   * which is JSON; see `emit` of {@linkcode Agent}. The type of `data` is in the
   * second type parameter: `Connection<unknown, ChatAgent["events"]>`.
   */
  emit<Name extends keyof Events & string>(
    name: Name,
    ...[data]: EventArguments<Events[Name]>
  ): void {
    const frame = eventFrame(name, data);
    if (this.#link.extended) this.#link.tell(frame);
  }

  /**
   * Closes the connection: `onClose` is called when it is closed. Before the
   * connection is accepted this refuses it: the client sees the code and
   * nothing else. Does nothing when the connection is closing or closed.
   *
   * Default code 1000. Throws a `RangeError` for a code that RFC 6455 does
   * not let an endpoint send; a reason is cut to 123 bytes. A client does not
   * reconnect after 1008 and 4000 to 4999.
   */
  close(code?: number, reason?: string): void {
    this.#link.close(code, reason);
  }

  /**
   * Closes the connection with 4401, `expired`, at that time: a `Date`, or
   * milliseconds since 1970 (`exp * 1000` of a JWT), in place of the time
   * before; `null` for never. At once when it is past. On Workers it survives
   * hibernation. An `AgentClient` then asks its `query` and `protocols` anew,
   * and connects again, once.
   *
   * Throws a `TypeError` for what is no time, and a `RangeError` for seconds.
   *
   * @example
   * ```ts
   * import { Agent, type Connection, type ConnectionContext } from "@roam/agents";
   *
   * class Room extends Agent {
   *   override onConnect(
   *     connection: Connection,
   *     { data }: ConnectionContext<{ exp: number }>,
   *   ) {
   *     connection.expiresAt(data.exp * 1000);
   *   }
   * }
   * ```
   */
  expiresAt(date: Date | number | null): void {
    this.#link.setExpiry(expiryOf(date));
  }

  /**
   * Accepts the connection now, instead of when `onConnect` is done: the
   * client gets the identity frame and what was sent meanwhile, and its own
   * messages go to `onMessage`. Does nothing when that has happened.
   */
  accept(): void {
    this.#link.accept();
  }

  /**
   * What the client shows of itself to the others, as a copy: `undefined` for
   * nothing. Never stored; it goes with the connection. See `onPresence`.
   */
  get presence(): unknown {
    const { presence } = this.#link;
    return presence ? JSON.parse(presence) : undefined;
  }

  /** 1 open, 2 closing, 3 closed, as in the WebSocket standard. */
  get readyState(): number {
    return this.#link.readyState;
  }

  /** Bytes sent that the peer's system has not taken yet; 0 where the runtime can't tell (Workers). */
  get bufferedAmount(): number {
    return this.#link.bufferedAmount;
  }
}
