import type {
  Attachment,
  Socket,
  SocketData,
  SocketEvents,
} from "../ports/socket.ts";
import { queryValue } from "../protocol/address.ts";
import {
  assertSendableCloseCode,
  CloseCode,
  fitCloseReason,
  receivedCloseCode,
} from "../protocol/close_codes.ts";
import type { Agent } from "./agent.ts";
import type { Calls } from "./calls.ts";
import {
  Connection,
  type ConnectionContext,
  type ConnectionLink,
} from "./connection.ts";
import { Handshake } from "./handshake.ts";
import { assertSendable, type Hold, isLargerThan } from "./hold.ts";
import type { Instance } from "./instance.ts";
import type { Scope } from "./scope.ts";
import type { Shown } from "./state_clients.ts";

/** Bytes not taken by the peer past which streams wait. */
const HIGH_WATER = 256 * 1024;

/** How a connection ended. */
export interface End {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/**
 * The works behind a {@linkcode Connection}: it has the socket, which tells it
 * what happens, and a {@linkcode Handshake} until frames pass freely.
 */
export class Link implements SocketEvents, ConnectionLink, Scope {
  readonly connection: Connection;
  readonly uri: string;
  instance: Instance;
  handshake: Handshake | undefined;
  id = "";
  state: unknown = null;
  /** Whether the client gets the library's own frames. */
  protocol = true;
  /** Whether the client may not change the state. */
  readonly = false;
  /** Whether the client announced the extensions of the protocol. */
  readonly extended: boolean;
  /** The client has been sent the library's first frames. */
  informed = false;
  /** What a client without the extensions may show. */
  shown: Shown | undefined;
  end: End | undefined;
  /** `onConnect` was called, so `onClose` will be. */
  greeted = false;
  socket: Socket | undefined;
  /** What the client has called and waits for. */
  calls: Calls | undefined;
  /** Messages that wait for their turn, of an agent that is `serial`. */
  queue: Hold | undefined;
  #tags: readonly string[] | undefined;
  /** No frame passes any more. */
  #shut = false;
  /** At least the bytes that the peer has not taken. */
  #unsent = 0;
  #closing = false;

  constructor(instance: Instance, uri: string, ctx?: ConnectionContext) {
    this.instance = instance;
    this.uri = uri;
    this.extended = queryValue(uri, "_roam") === "1";
    this.handshake = new Handshake(this, ctx);
    this.connection = new Connection(this);
  }

  get agent(): Agent {
    return this.instance.agent;
  }

  get request(): Request | undefined {
    return this.handshake?.request;
  }

  get tags(): readonly string[] {
    return this.#tags ??= [this.id];
  }

  set tags(tags: readonly string[]) {
    this.#tags = tags;
  }

  get readyState(): number {
    if (this.end !== undefined) return 3;
    return this.#shut ? 2 : 1;
  }

  get bufferedAmount(): number {
    return this.socket?.bufferedAmount ?? 0;
  }

  /** The peer does not take what it is sent as fast as it is sent. */
  get isBehind(): boolean {
    if (this.#unsent <= HIGH_WATER) return false;
    this.#unsent = this.bufferedAmount;
    return this.#unsent > HIGH_WATER;
  }

  get isShut(): boolean {
    return this.#shut;
  }

  open(socket: Socket): void {
    this.socket = socket;
    const instance = this.instance.home.latest(this.instance);
    if (instance === undefined) {
      return socket.close(CloseCode.OVERLOAD, "too many instances");
    }
    this.instance = instance;
    instance.connect(this);
  }

  /** Takes up a socket that outlived the instance's time in memory. */
  restore(socket: Socket, kept: Attachment): void {
    this.socket = socket;
    this.id = kept.id;
    this.state = kept.state;
    this.protocol = kept.protocol;
    this.#tags = kept.tags;
    this.readonly = kept.readonly === true;
    this.greeted = this.informed = true;
    this.instance.state.remember(kept.epoch);
    this.instance.restore(this);
  }

  receive(data: string | ArrayBuffer): void {
    if (isLargerThan(data, this.instance.home.limits.messageBytes)) {
      this.cut(CloseCode.TOO_BIG, "message too big");
    } else if (this.handshake !== undefined) {
      this.handshake.receive(data);
    } else if (!this.#shut) {
      this.instance.message(this, data);
    }
  }

  closed(code: number, reason: string, wasClean: boolean): void {
    if (this.socket === undefined || this.end !== undefined) return;
    this.end = { code: receivedCloseCode(code), reason, wasClean };
    this.instance.left(this);
    // Bun tells it inside of close(): not amid the handler that called that.
    if (this.#closing) queueMicrotask(() => this.conclude());
    else this.conclude();
  }

  /** Calls `onClose` once the end is known and nothing has to come before it. */
  conclude(): void {
    if (this.end !== undefined && this.handshake === undefined) {
      this.#shut = true;
      this.instance.ended(this, this.end);
    }
  }

  send(data: SocketData): void {
    assertSendable(data);
    if (this.#shut) return;
    if (this.handshake === undefined || this.handshake.accepted) {
      this.write(data);
    } else this.handshake.send(data);
  }

  /** Sends past the handshake. */
  write(data: SocketData): void {
    const { outbox } = this.instance;
    if (outbox !== undefined) outbox.hold(this, data);
    else this.transmit(data);
  }

  /** Sends past what waits for a commit. */
  transmit(data: SocketData): void {
    this.socket!.send(data);
    this.#unsent += typeof data === "string"
      ? data.length * 3
      : data.byteLength;
    if (this.#unsent > this.instance.home.limits.bufferedBytes) {
      this.checkBuffered();
    }
  }

  /** Closes the connection of a peer that does not keep up. */
  checkBuffered(): void {
    this.#unsent = this.bufferedAmount;
    if (this.#unsent > this.instance.home.limits.bufferedBytes) {
      this.cut(CloseCode.OVERLOAD, "slow consumer");
    }
  }

  close(code: number = CloseCode.NORMAL, reason = ""): void {
    assertSendableCloseCode(code);
    if (!this.#shut && this.end === undefined) {
      this.#close(code, fitCloseReason(reason));
    }
  }

  /** Closes on the library's behalf, and says so to `onEvent`. */
  cut(code: number, reason: string): void {
    if (this.#shut || this.end !== undefined) return;
    this.instance.report(this, "cut", code, reason);
    this.#close(code, reason);
  }

  /** The peer did not answer the close frame in time. */
  abandon(): void {
    this.socket?.terminate?.();
    this.closed(CloseCode.ABNORMAL, "", false);
  }

  accept(): void {
    this.handshake?.accept();
  }

  setState(state: unknown): void {
    const previous = this.state;
    this.state = state;
    try {
      if (this.handshake === undefined || this.handshake.accepted) {
        this.attach();
      }
    } catch (error) {
      this.state = previous;
      throw error;
    }
  }

  setReadonly(readonly: boolean): void {
    this.readonly = readonly;
    if (this.handshake === undefined || this.handshake.accepted) this.attach();
  }

  /** Has the socket keep what this connection is. */
  attach(): void {
    if (this.socket?.attach === undefined) return;
    const { id, uri, tags, state, protocol, readonly } = this;
    const { epoch, rev } = this.instance.state;
    this.socket.attach({
      id,
      uri,
      tags,
      state,
      protocol,
      readonly,
      epoch: rev === 0 ? epoch : undefined,
    });
  }

  #close(code: number, reason: string): void {
    this.#shut = true;
    this.handshake?.cancel();
    this.instance.closing(this);
    const { outbox } = this.instance;
    if (outbox !== undefined) outbox.holdClose(this, code, reason);
    else this.hangUp(code, reason);
  }

  /** Closes the socket itself. */
  hangUp(code: number, reason: string): void {
    this.#closing = true;
    this.socket!.close(code, reason);
    this.#closing = false;
  }
}
