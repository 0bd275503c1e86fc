import type {
  Attachment,
  Socket,
  SocketData,
  SocketEvents,
} from "../ports/socket.ts";
import { CloseCode } from "../protocol/close_codes.ts";
import { isCounted, skipFrame } from "../protocol/log_frames.ts";
import type { FrameKind } from "../protocol/state_frames.ts";
import { assertSendable } from "../runtime/socket_data.ts";
import type { Candidate } from "./candidate.ts";
import { Closable } from "./closable.ts";
import { cutForSize } from "./cuts.ts";
import {
  Connection,
  type ConnectionContext,
  type ConnectionLink,
} from "./connection.ts";
import type { FrameBuffer } from "./frame_buffer.ts";
import { Handshake } from "./handshake.ts";
import { Inbound, type InboundPeer } from "./inbound.ts";
import { deliver } from "./incoming.ts";
import { ghosts } from "./ghosts.ts";
import { type LinkOwner, owned } from "./owner.ts";
import { Outbound, type OutboundPeer } from "./outbound.ts";
import { Session, type SessionPeer } from "./session.ts";

/**
 * The works behind a {@linkcode Connection}: it has the socket, which tells it
 * what happens, and a {@linkcode Handshake} until frames pass freely. Where
 * its client wants that, it goes on with other sockets.
 */
export class Link extends Closable
  implements
    SocketEvents,
    ConnectionLink,
    Candidate,
    InboundPeer,
    OutboundPeer,
    SessionPeer {
  readonly connection: Connection;
  owner: LinkOwner<Link>;
  handshake: Handshake | undefined;
  session: Session | undefined;
  /** The client has been sent the library's first frames. */
  isGreeted = false;
  /** How far the instance's log was when it was opened: what was logged since is sent to it anyway. */
  logOffset: number | undefined;
  hasBegun = false;
  queue: FrameBuffer | undefined;
  protected readonly inbound: Inbound = new Inbound(this);

  constructor(owner: LinkOwner<Link>, uri: string, ctx?: ConnectionContext) {
    super(uri);
    this.owner = owner;
    this.handshake = new Handshake(this, ctx);
    this.connection = new Connection(this);
  }

  get agent(): object {
    return this.owner.agent;
  }

  get request(): Request | undefined {
    return this.handshake?.request;
  }

  get bufferedAmount(): number {
    return this.outbound?.bufferedAmount ?? this.session?.bytes ?? 0;
  }

  get isBehind(): boolean {
    return this.isHeld || this.outbound?.isBehind === true;
  }

  /** What is sent waits for the socket. */
  get isQueueing(): boolean {
    return this.outbound?.isQueueing === true;
  }

  /** What is sent waits for the client to come back. */
  get isHeld(): boolean {
    return this.session !== undefined && !this.session.isLive;
  }

  // What the socket tells.

  open(socket: Socket): void {
    const owner = owned(this.owner, socket);
    if (owner === undefined) return;
    this.#take(socket);
    this.owner = owner;
    owner.connections.opened(this);
  }

  /** Has its client come back to it. Called before it is opened. */
  keepsSession(): Session {
    return this.session = new Session(this);
  }

  /** Takes up a socket that outlived the instance's time in memory. */
  restore(socket: Socket, kept: Attachment): void {
    this.#take(socket);
    this.recall(kept);
    if (kept.session !== undefined) this.keepsSession().restore(kept.session);
    if (kept.presence !== undefined) this.owner.parts.wake("roam_presence");
    this.hasBegun = this.isGreeted = true;
    this.owner.state.remember(kept.epoch);
    this.owner.connections.restored(this);
  }

  receive(data: string | ArrayBuffer): void {
    const { session } = this;
    if (session === undefined || !session.isMoved) this.inbound.receive(data);
  }

  closed(code: number, reason: string, wasClean: boolean): void {
    const { session, owner: { host } } = this;
    if (session?.isMoved) host.shared(ghosts).gone(session.first);
    else if (this.socket !== undefined) this.ended(code, reason, wasClean);
  }

  /** As {@linkcode receive}, of a socket that is not the first. */
  receiveFrom(socket: Socket, data: string | ArrayBuffer): void {
    if (socket === this.socket) this.inbound.receive(data);
  }

  /** As {@linkcode closed}, of a socket that is not the first. */
  closedBy(socket: Socket, ...end: Parameters<Link["closed"]>): void {
    if (socket === this.socket) this.ended(...end);
    else this.owner.host.shared(ghosts).gone(socket);
  }

  /** The client has come back. `begin` is called when all that it has sent is handled. */
  resume(
    socket: Socket,
    uri: string,
    received: number,
    begin: () => void,
  ): void {
    const session = this.session!;
    const { host, connections } = this.owner;
    const ghost = this.socket;
    session.suspend(this.outbound?.forget() ?? []);
    if (ghost !== undefined) connections.fellBehind(this);
    session.first ??= ghost;
    session.reconnect(received);
    this.uri = uri;
    this.#take(socket);
    if (ghost !== undefined) {
      const reason = "resumed elsewhere";
      host.shared(ghosts).add(ghost, CloseCode.GOING_AWAY, reason);
    }
    session.goOn = begin;
    this.keepSession();
    if (session.secret === "") cutForSize(this);
    this.#goOn();
  }

  began(bytes: number): void {
    this.inbound.began(bytes);
  }

  finished(bytes: number): void {
    this.inbound.finished(bytes);
  }

  emptied(): void {
    this.#goOn();
    this.conclude();
  }

  /** Asks a client with extensions for a sign of life. */
  ask(): void {
    this.outbound?.ask();
  }

  /** The client says up to which mark it has read. */
  seen(mark: number): void {
    this.outbound?.seen(mark);
  }

  /** Whether its instance works on something for it, or it is neither open nor closed. */
  get isBusy(): boolean {
    // Also when its client has come back, and has not been greeted yet.
    return this.handshake !== undefined || this.isShut || this.isHeld ||
      this.inbound.isBusy || this.owner.parts.isServing(this);
  }

  accepted(): void {
    this.owner.connections.accepted(this);
  }

  deliver(data: string | ArrayBuffer): void {
    deliver(this, data);
  }

  settled(): void {
    if (this.handshake === undefined) return;
    this.handshake = undefined;
    this.#goOn();
    this.conclude();
  }

  // What is sent.

  send(data: SocketData, kind?: FrameKind): void {
    assertSendable(data);
    if (this.isShut) return;
    if (this.handshake === undefined || this.handshake.accepted) {
      this.write(data, kind);
    } else this.handshake.send(data);
  }

  /** What the agent sends to this client alone, which is not in the log: the client MUST NOT count it. */
  tell(data: SocketData): void {
    if (this.owner.hasLog && this.extended) {
      assertSendable(data);
      if (isCounted(data)) this.send(skipFrame(-1));
    }
    this.send(data);
  }

  write(data: SocketData, kind?: FrameKind): void {
    const { outbox } = this.owner;
    const recipient = this.session?.target ?? this;
    if (outbox !== undefined) outbox.add(recipient, data, kind);
    else recipient.transmit(data, kind);
  }

  /** Sends past what waits for a commit. */
  transmit(data: SocketData, kind?: FrameKind): void {
    if (this.isHeld) this.session!.hold(data, kind);
    else this.pass(data, kind);
  }

  /** Hands a frame to the present socket. */
  pass(data: SocketData, kind?: FrameKind): void {
    this.outbound!.transmit(data, kind);
  }

  /** Tells a client that knows the extensions that a large message comes next. */
  announce(size: number): void {
    this.outbound!.announce(size);
  }

  /** Something was sent past this: see whether the socket has too much. */
  checkBuffered(): void {
    this.outbound?.checkBuffered();
  }

  fellBehind(): void {
    this.owner.connections.fellBehind(this);
  }

  caughtUp(): void {
    this.owner.connections.caughtUp(this);
  }

  // What the user and the library ask for.

  accept(): void {
    this.handshake?.accept();
  }

  protected override keep(): void {
    // Of one that is closing nothing has to be kept, and of one that is not accepted not yet.
    const isOpen = !this.isShut && this.end === undefined;
    const isAccepted = this.handshake === undefined || this.handshake.accepted;
    if (isOpen && isAccepted) this.attach();
  }

  attach(): void {
    if (this.socket?.attach === undefined) return;
    const { unstoredEpoch } = this.owner.state;
    this.socket.attach(this.attachment(unstoredEpoch, this.session?.kept));
  }

  keepSession(): void {
    this.session!.isKept = true;
    try {
      this.keep();
    } catch {
      this.owner.connections.endSession(this);
    }
  }

  #take(socket: Socket): void {
    this.socket = socket;
    this.outbound = new Outbound(this, socket);
    // The greeting follows, which changes it.
    if (this.session && socket.attach) this.session.isKept = true;
  }

  #goOn(): void {
    const goOn = this.session?.goOn;
    if (!goOn || !this.inbound.isEmpty || this.handshake !== undefined) return;
    this.session!.goOn = undefined;
    goOn();
  }
}
