import { FrameBuffer } from "../connections/frame_buffer.ts";
import { ghosts } from "../connections/ghosts.ts";
import { Link } from "../connections/link.ts";
import type { Resumption } from "../connections/resumption.ts";
import type { AgentAddress } from "../ports/agent_address.ts";
import type { RoutedSocket } from "../ports/cluster.ts";
import type {
  Attachment,
  Socket,
  SocketData,
  SocketEvents,
} from "../ports/socket.ts";
import { CloseCode } from "../protocol/close_codes.ts";
import { recordText } from "../protocol/connection_record.ts";
import type { HostServices } from "../runtime/host_services.ts";
import type { Held, LiveGate } from "./live_gate.ts";

/** What keeps the record of a connection. */
export interface Keeper extends Pick<RoutedSocket, "keep"> {
  /** The instance closes the connection. */
  closes?(): void;
}

/** What the links of a process of a cluster share. */
export interface RoutedLinkHost {
  readonly gate: LiveGate;
  readonly services: HostServices;
  /** All links whose sockets have not been closed. */
  readonly links: Set<RoutedLink>;
}

/** Both ways, in order, while the process may not act. */
interface HeldFrames {
  readonly frames: FrameBuffer;
  close?: { readonly code: number; readonly reason: string };
  closed?: Parameters<SocketEvents["closed"]>;
}

/**
 * Stands between a socket and its {@linkcode Link}, of an instance of this
 * process: holds what goes either way while the process may not act, and can
 * take the two apart.
 */
export class RoutedLink implements SocketEvents, Socket, Held {
  readonly address: AgentAddress;
  #events: Link | Resumption;
  #host: RoutedLinkHost;
  #keeper: Keeper;
  #held: HeldFrames | undefined;
  #isCut = false;
  protected socket: Omit<Socket, "attach">;

  constructor(
    host: RoutedLinkHost,
    address: AgentAddress,
    events: Link | Resumption,
    socket: Omit<Socket, "attach">,
    keeper: Keeper,
  ) {
    this.#host = host;
    this.address = address;
    this.#events = events;
    this.socket = socket;
    this.#keeper = keeper;
    host.links.add(this);
  }

  /** The connection; `undefined` while the client has not said which one. */
  get link(): Link | undefined {
    return this.#events instanceof Link ? this.#events : this.#events.link;
  }

  /** Whether something is to be done before the socket may go on with another process. */
  get isBusy(): boolean {
    const { link } = this;
    // What is held has not been heard here, and would not be anywhere.
    if (link === undefined || this.#held !== undefined) return true;
    return link.socket === this && link.end === undefined && link.isBusy;
  }

  get readyState(): number {
    return this.socket.readyState;
  }

  get bufferedAmount(): number | undefined {
    return this.socket.bufferedAmount;
  }

  // What the socket tells.

  open(): void {}

  receive(data: string | ArrayBuffer): void {
    if (this.#held === undefined && this.#host.gate.isOpen) {
      return this.#events.receive(data);
    }
    if (!this.#hold().frames.keepIncoming(data)) this.#overflow();
  }

  closed(code: number, reason: string, wasClean: boolean): void {
    if (this.#held !== undefined || !this.#host.gate.isOpen) {
      this.#hold().closed = [code, reason, wasClean];
      return;
    }
    this.#host.links.delete(this);
    this.#events.closed(code, reason, wasClean);
  }

  // What the link asks for.

  send(data: SocketData): void {
    if (this.#held === undefined && this.#host.gate.isOpen) {
      return this.socket.send(data);
    }
    if (!this.#hold().frames.keepOutgoing(data)) this.#overflow();
  }

  close(code: number, reason: string): void {
    if (this.#held === undefined && this.#host.gate.isOpen) {
      this.#keeper.closes?.();
      return this.socket.close(code, reason);
    }
    this.#hold().close = { code, reason };
  }

  terminate(): boolean {
    return this.socket.terminate?.() === true;
  }

  attach(attachment: Attachment): void {
    this.#keeper.keep(recordText(attachment));
  }

  /** The process may act again. */
  resume(): void {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    const { frames, close, closed } = held;
    if (!this.#isCut) {
      for (const data of frames.outgoing) this.socket.send(data);
      if (close !== undefined) this.socket.close(close.code, close.reason);
      for (const data of frames.incoming) this.#events.receive(data);
    }
    if (closed !== undefined) this.closed(...closed);
  }

  /** From now on the two have nothing to do with each other. */
  detach(): void {
    this.#leave();
    this.#host.links.delete(this);
    this.#host.gate.delete(this);
    this.#held = undefined;
    this.socket = GONE;
  }

  /** The same, and the client is told. */
  cut(code: number, reason: string): void {
    const { socket } = this;
    this.detach();
    socket.close(code, reason);
  }

  #leave(): void {
    const { link } = this;
    if (link === undefined) return (this.#events as Resumption).leave();
    if (link.socket === this) return link.detach();
    // Another socket has taken its place, and it is only waited for its end.
    this.#host.services.shared(ghosts).gone(this);
    this.socket.terminate?.();
  }

  #hold(): HeldFrames {
    if (this.#held === undefined) {
      this.#held = { frames: new FrameBuffer(this.#host.services.limits) };
      this.#host.gate.add(this);
    }
    return this.#held;
  }

  #overflow(): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.socket.close(CloseCode.OVERLOAD, "too many messages waiting");
  }
}

/** The same where the socket can publish. */
class PublishingLink extends RoutedLink {
  subscribe(topic: string): void {
    this.socket.subscribe?.(topic);
  }

  unsubscribe(topic: string): void {
    this.socket.unsubscribe?.(topic);
  }

  publish(topic: string, data: SocketData): void {
    this.socket.publish?.(topic, data);
  }
}

/** Puts a {@linkcode RoutedLink} between `events` and `socket`. */
export function routedLink(
  host: RoutedLinkHost,
  address: AgentAddress,
  events: Link | Resumption,
  socket: Omit<Socket, "attach">,
  keeper: Keeper,
): RoutedLink {
  const Type = socket.publish === undefined ? RoutedLink : PublishingLink;
  return new Type(host, address, events, socket, keeper);
}

/** What an instance has in hand whose connections have gone on without it. */
const GONE: Omit<Socket, "attach"> = {
  readyState: 3,
  bufferedAmount: 0,
  send() {},
  close() {},
  terminate: () => true,
};
