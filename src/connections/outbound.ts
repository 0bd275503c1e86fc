import type { Socket, SocketData } from "../ports/socket.ts";
import { CloseCode } from "../protocol/close_codes.ts";
import { LARGE_BYTES, largeFrame } from "../protocol/heartbeat.ts";
import type { FrameKind } from "../protocol/state_frames.ts";
import type { HostServices } from "../runtime/host_services.ts";
import { byteSize } from "../runtime/socket_data.ts";
import { Marks } from "./marks.ts";
import { type QueuedPeer, SendQueue, sendQueues } from "./send_queue.ts";

/** Bytes not taken by the peer past which streams wait. */
const HIGH_WATER = 256 * 1024;

/** Counts what a socket is given. */
interface SentCounter {
  sent(data: SocketData, kind: FrameKind | undefined): void;
}

/** The connection. */
export interface OutboundPeer {
  readonly owner: { readonly host: HostServices };
  /** Whether the client announced the extensions of the protocol. */
  readonly extended: boolean;
  /** Where it goes on when the socket breaks, if its client wants that. */
  readonly session: SentCounter | undefined;
  /** What it is sent waits from now on. */
  fellBehind(): void;
  /** That is over. */
  caughtUp(): void;
  /** Closes on the library's behalf. */
  cut(code: number, reason: string): void;
}

/**
 * What one client is sent, up to the close frame: at once, as long as its
 * socket takes it, and else by a {@linkcode SendQueue}.
 */
export class Outbound implements QueuedPeer {
  #peer: OutboundPeer;
  #socket: Socket;
  /** At least the bytes that the socket has not been able to send. */
  #unsent = 0;
  /** What waits for the socket, of a peer that is behind. */
  #waiting: SendQueue | undefined;
  /** The close frame that comes after that. */
  #last: { readonly code: number; readonly reason: string } | undefined;
  #closing = false;
  /** What the client has read, where the socket does not tell. */
  #marks: Marks | undefined;

  constructor(peer: OutboundPeer, socket: Socket) {
    this.#peer = peer;
    this.#socket = socket;
  }

  get bufferedAmount(): number {
    return this.socketBytes + (this.#waiting?.bytes ?? 0);
  }

  get socketBytes(): number {
    return this.#socket.bufferedAmount ?? this.#marks?.unseen ?? 0;
  }

  /** The peer does not take what it is sent as fast as it is sent. */
  get isBehind(): boolean {
    if (this.#waiting !== undefined) return true;
    if (this.#unsent <= HIGH_WATER) return false;
    this.#unsent = this.socketBytes;
    return this.#unsent > HIGH_WATER;
  }

  /** What is sent waits for the socket. */
  get isQueueing(): boolean {
    return this.#waiting !== undefined;
  }

  /** The socket is being closed, in this very moment. */
  get isClosing(): boolean {
    return this.#closing;
  }

  transmit(data: SocketData, kind?: FrameKind): void {
    if (this.#waiting !== undefined) return this.#waiting.add(data, kind);
    this.put(data, kind);
    if (this.#unsent > this.#peer.owner.host.socketBytes) this.checkBuffered();
  }

  put(data: SocketData, kind?: FrameKind): void {
    const size = byteSize(data);
    if (size > LARGE_BYTES) this.announce(size);
    this.#socket.send(data);
    this.#unsent += typeof data === "string" ? size * 3 : size;
    this.#peer.session?.sent(data, kind);
    if (this.#marks === undefined) return;
    const mark = this.#marks.count(data);
    if (mark !== undefined) this.#socket.send(mark);
  }

  /** Tells a client that knows the extensions that a large message comes next. */
  announce(size: number): void {
    if (this.#peer.extended) this.#socket.send(largeFrame(size));
  }

  /** From here on frames wait, if the socket has too many. */
  checkBuffered(): void {
    if (this.#waiting !== undefined || this.#closing) return;
    const { host } = this.#peer.owner;
    const { limits, socketBytes } = host;
    if (this.#marks === undefined && this.#tellsNothing) {
      this.#marks = new Marks(socketBytes / 2);
      this.#socket.send(this.#marks.next());
    }
    this.#unsent = this.socketBytes;
    if (this.#unsent <= socketBytes) return;
    this.#waiting = new SendQueue(this, limits.bufferedBytes, socketBytes);
    host.shared(sendQueues).add(this.#waiting);
    this.#peer.fellBehind();
  }

  settle(): void {
    const marks = this.#marks;
    // What was sent after the last mark is little, and nobody has asked about it.
    if (marks === undefined || marks.isOpen || !this.#tellsNothing) return;
    this.#socket.send(marks.next());
  }

  /** Asks the client for a sign of life. */
  ask(): void {
    this.#marks ??= new Marks(0);
    this.#socket.send(this.#marks.next());
  }

  /** The client says up to which mark it has read. */
  seen(mark: number): void {
    this.#marks?.confirm(mark);
  }

  caughtUp(): void {
    this.#waiting = undefined;
    this.#unsent = this.socketBytes;
    if (this.#last !== undefined) this.#end(this.#last.code, this.#last.reason);
    else this.#peer.caughtUp();
  }

  tooSlow(): void {
    if (this.#last !== undefined) return;
    this.#peer.cut(CloseCode.OVERLOAD, "slow consumer");
  }

  /** Closes the socket, after what waits for it. */
  hangUp(code: number, reason: string): void {
    if (this.#waiting !== undefined) this.#last = { code, reason };
    else this.#end(code, reason);
  }

  /** Hands all that waits to the socket, whether or not that takes it. */
  flush(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.forget();
    waiting.flush();
    if (this.#last !== undefined) this.#end(this.#last.code, this.#last.reason);
  }

  /** The socket takes nothing any more. Returns what waited for it, but for what is of no use on another one. */
  forget(): readonly SocketData[] {
    const waiting = this.#waiting;
    if (waiting === undefined) return [];
    this.#peer.owner.host.shared(sendQueues).delete(waiting);
    this.#waiting = undefined;
    return waiting.lasting();
  }

  #end(code: number, reason: string): void {
    this.#closing = true;
    this.#socket.close(code, reason);
    this.#closing = false;
  }

  /** The socket does not tell what is unsent, but the client can be asked. */
  get #tellsNothing(): boolean {
    return this.#peer.extended && this.#socket.bufferedAmount === undefined;
  }
}
