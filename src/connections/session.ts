import type { KeptSession, Socket, SocketData } from "../ports/socket.ts";
import { CloseCode } from "../protocol/close_codes.ts";
import { PING, PONG } from "../protocol/heartbeat.ts";
import { ackFrame, type ResumeFrame } from "../protocol/session_frames.ts";
import type { FrameKind } from "../protocol/state_frames.ts";
import { Deadlines } from "../runtime/deadlines.ts";
import type { HostServices } from "../runtime/host_services.ts";
import { byteSize } from "../runtime/socket_data.ts";
import { Greeting } from "./greeting.ts";
import { KeptFrames } from "./kept_frames.ts";
import type { Recipient } from "./owner.ts";

/** The client is told how many messages have come after so many bytes of them. */
const ACK_BYTES = 64 * 1024;

/** It is kept with the socket after so many milliseconds, where sockets do that: long before its instance may leave memory. */
const KEEP_MS = 1000;

/** Those that are to be kept. */
const unkept = ({ timer }: HostServices) =>
  new Deadlines<SessionPeer>(timer, KEEP_MS, (peer) => peer.keepSession());

/** The connection. */
export interface SessionPeer extends Recipient {
  readonly owner: { readonly host: HostServices };
  /** Hands a frame to the present socket. */
  pass(data: SocketData, kind?: FrameKind): void;
  /** Frames pass freely again. */
  caughtUp(): void;
  /** Closes on the library's behalf. */
  cut(code: number, reason: string): void;
  /** Keeps the session with the socket. */
  keepSession(): void;
}

/**
 * What lets a client go on with its connection on another socket: how many
 * messages have come and gone, and those that it may not have.
 *
 * Messages are counted in both directions as they travel, all but heartbeats,
 * announcements and marks. Both sides wait for the other's count before they
 * send on another socket, and count on from there: so no number is used for
 * two messages that the other side could both have.
 */
export class Session {
  /** What a client proves itself with; `""` until it has been greeted, and when the session is over. */
  secret = "";
  /** The one before, until the client shows that it has got the present one. */
  previous = "";
  /** The client has shown that. */
  isConfirmed = false;
  /** Frames go to the socket. */
  isLive = true;
  /** The connection has another socket than the first. */
  isMoved = false;
  /** The socket keeps it as it is. */
  isKept = false;
  /** The first socket, once it is replaced. */
  first: Socket | undefined;
  /** Messages that have come. */
  received = 0;
  /** Why the session that the client had is over, of a new one. */
  gap: string | undefined;
  /** Who gets what is sent at this moment, in place of the connection. */
  target: Recipient | undefined;
  /** The client has proved itself; this has to follow when all that it has sent is handled. */
  goOn: (() => void) | undefined;
  #peer: SessionPeer;
  #greeting: Greeting | undefined;
  #sent = 0;
  /** The newest message that was not received, for all we know, and is not kept. */
  #lost = 0;
  /** What was not received was lost while the instance was not in memory. */
  #isRestored = false;
  /** What the client had received when it came back. */
  #resumedAt = 0;
  #kept: KeptFrames | undefined;
  /** What the client knows of `received`. */
  #told = 0;
  #untoldBytes = 0;

  constructor(peer: SessionPeer) {
    this.#peer = peer;
  }

  /** Bytes of messages that the client may not have. */
  get bytes(): number {
    return this.#kept?.bytes ?? 0;
  }

  /** The client is greeted after it came back: how many of its messages have come. */
  get resumed(): number | undefined {
    return this.target === undefined ? undefined : this.received;
  }

  /** The socket was given a message. */
  sent(data: SocketData, kind: FrameKind | undefined): void {
    if (data === PONG) return;
    this.#sent++;
    if (this.isKept) this.#changed();
    if (kind === undefined && this.secret !== "") this.#keep(data, this.#sent);
  }

  /** A message that no socket can take now. */
  hold(data: SocketData, kind?: FrameKind): void {
    if (kind !== undefined || this.secret === "") return;
    // It has no number yet, only one that nobody has received.
    this.#keep(data, this.#sent + 1);
  }

  /** A message has come. */
  heard(data: string | ArrayBuffer): void {
    if (data === PING) return;
    this.received++;
    if (this.isKept) this.#changed();
    this.isConfirmed = true;
    this.#untoldBytes += byteSize(data);
    if (this.#untoldBytes > ACK_BYTES) this.acknowledge();
  }

  /** Tells the client how many messages have come, if it does not know. */
  acknowledge(): void {
    const { received } = this;
    if (!this.isLive || this.secret === "" || this.#told === received) return;
    this.#told = received;
    this.#untoldBytes = 0;
    this.#peer.transmit(ackFrame(received), "volatile");
  }

  /** The client has received so many messages. */
  acknowledged(received: number): void {
    this.#kept?.acknowledge(received);
    if (this.#kept?.isEmpty) this.#kept = undefined;
  }

  /** Why it can't be gone on with, if it can't. */
  problem({ received, lost }: ResumeFrame): string | undefined {
    if (received > this.#sent) return "unknown";
    if (lost > this.received) return "bytes";
    if (received < this.#lost) return this.#isRestored ? "hibernated" : "bytes";
  }

  /** What outlives the time that the instance is not in memory. */
  get kept(): KeptSession | undefined {
    const { secret, received } = this;
    if (secret === "") return undefined;
    const previous = this.isConfirmed ? "" : this.previous;
    const lost = this.#kept?.last ?? this.#lost;
    return { secret, previous, sent: this.#sent, received, lost };
  }

  /** Takes that up again. */
  restore({ secret, previous, sent, received, lost }: KeptSession): void {
    this.secret = secret;
    this.previous = previous;
    this.received = this.#told = received;
    this.#sent = sent;
    this.#lost = lost;
    this.#isRestored = true;
  }

  /** There is no socket; `rest` is what waited for it. */
  suspend(rest: readonly SocketData[]): void {
    this.isLive = false;
    this.#greeting = this.goOn = undefined;
    for (const data of rest) this.hold(data);
  }

  /** There is another socket: nothing passes until the client is greeted. */
  reconnect(received: number): void {
    this.isMoved = true;
    this.acknowledged(received);
    this.#sent = this.#resumedAt = received;
  }

  /** Sends what `greet` sends, in its place among what waits for a commit, and then what the client does not have. */
  greet(greet: () => void): void {
    this.#greeting = new Greeting({
      isPresent: (greeting) => this.#greeting === greeting,
      pass: (data, kind) => this.#peer.pass(data, kind),
      done: () => this.#replay(),
      overflowed: () => this.#peer.overflowed(),
    });
    this.#told = this.received;
    this.#untoldBytes = 0;
    this.target = this.#greeting;
    try {
      greet();
    } finally {
      this.target = undefined;
    }
  }

  /** It is over: nothing is kept any more. */
  end(): void {
    this.secret = this.previous = "";
    this.#greeting = this.goOn = undefined;
    this.#kept?.take();
    this.#kept = undefined;
  }

  #replay(): void {
    this.#greeting = undefined;
    // More came while it waited for the store than there is room for.
    if (this.#lost > this.#resumedAt) {
      return this.#peer.cut(CloseCode.OVERLOAD, "too much waits for the store");
    }
    this.isLive = true;
    const waiting = this.#kept?.take() ?? [];
    this.#kept = undefined;
    for (const data of waiting) this.#peer.transmit(data);
    if (this.isLive) this.#peer.caughtUp();
  }

  #changed(): void {
    this.isKept = false;
    this.#peer.owner.host.shared(unkept).add(this.#peer);
  }

  #keep(data: SocketData, number: number): void {
    this.#kept ??= new KeptFrames(this.#peer.owner.host);
    const lost = this.#kept.add(number, data);
    if (lost === 0) return;
    this.#lost = lost;
    this.#isRestored = false;
  }
}
