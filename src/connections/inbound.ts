import { isLargerThan } from "../protocol/byte_size.ts";
import { CloseCode } from "../protocol/close_codes.ts";
import { isWriteWithin } from "../protocol/frames.ts";
import { byteSize } from "../runtime/socket_data.ts";
import { cutForBacklog } from "./cuts.ts";
import { Inbox } from "./inbox.ts";
import { deliver, type Receiver } from "./incoming.ts";
import { RateLimit } from "./rate_limit.ts";

/** Counts what comes, where that matters. */
type HeardCounter = { heard(data: string | ArrayBuffer): void } | undefined;

/** The connection. */
export interface InboundPeer extends Receiver {
  /** Keeps frames until the connection is accepted. */
  readonly handshake: { receive(data: string | ArrayBuffer): void } | undefined;
  /** Where it goes on when the socket breaks, if its client wants that. */
  readonly session: Receiver["session"] & HeardCounter;
  /** No frame passes any more. */
  readonly isShut: boolean;
  /** What came too fast has been handled. */
  emptied(): void;
}

/** What one client sends: how large it is, how fast it comes, and how much of it is being worked on. */
export class Inbound {
  #peer: InboundPeer;
  /** What came too fast to be handled at once. */
  #inbox: Inbox | undefined;
  #rate: RateLimit | undefined;
  /** Calls of `onMessage` that are not done, and the bytes they are for. */
  #pending = 0;
  #pendingBytes = 0;

  constructor(peer: InboundPeer) {
    this.#peer = peer;
  }

  /** Whether all that came has been handed on. */
  get isEmpty(): boolean {
    return this.#inbox === undefined;
  }

  /** Whether something of it waits, or is being worked on. */
  get isBusy(): boolean {
    return this.#inbox !== undefined || this.#pending > 0;
  }

  receive(data: string | ArrayBuffer): void {
    const peer = this.#peer;
    const { limits, turns } = peer.owner.host;
    peer.session?.heard(data);
    if (limits.messagesPerSecond !== Infinity && !this.#isInRate()) {
      peer.cut(CloseCode.POLICY, "rate limited");
    } else if (
      isLargerThan(data, limits.messageBytes) &&
      !isWriteWithin(data, limits.stateBytes)
    ) {
      peer.cut(CloseCode.TOO_BIG, "message too big");
    } else if (peer.handshake !== undefined) {
      peer.handshake.receive(data);
    } else if (!peer.isShut) {
      if (this.#inbox !== undefined || turns.isOver(peer, byteSize(data))) {
        this.#defer(data);
      } else deliver(peer, data);
    }
  }

  /** A call of `onMessage` waits for something. */
  began(bytes: number): void {
    const { pendingMessages, pendingBytes } = this.#peer.owner.host.limits;
    this.#pending++;
    this.#pendingBytes += bytes;
    if (
      this.#pending <= pendingMessages && this.#pendingBytes <= pendingBytes
    ) {
      return;
    }
    cutForBacklog(this.#peer);
  }

  finished(bytes: number): void {
    this.#pending--;
    this.#pendingBytes -= bytes;
  }

  /** Nobody wants to hear what is left. */
  clear(): void {
    this.#inbox?.clear();
  }

  #isInRate(): boolean {
    const { host } = this.#peer.owner;
    const { messagesPerSecond } = host.limits;
    this.#rate ??= new RateLimit(messagesPerSecond, host.now);
    return this.#rate.take(host.now);
  }

  #defer(data: string | ArrayBuffer): void {
    const peer = this.#peer;
    const { turns, limits } = peer.owner.host;
    if (this.#inbox === undefined) {
      this.#inbox = new Inbox(
        (data) => peer.isShut || deliver(peer, data),
        () => {
          this.#inbox = undefined;
          peer.emptied();
        },
      );
      turns.add(this.#inbox);
    }
    this.#inbox.add(data);
    if (this.#inbox.bytes <= limits.pendingBytes) return;
    cutForBacklog(peer);
  }
}
