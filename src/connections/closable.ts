import type { Attachment, Socket, SocketData } from "../ports/socket.ts";
import {
  assertSendableCloseCode,
  CloseCode,
  fitCloseReason,
  receivedCloseCode,
} from "../protocol/close_codes.ts";
import { expirations } from "./expirations.ts";
import { ConnectionRecord } from "./connection_record.ts";
import type { Handshake } from "./handshake.ts";
import type { Inbound } from "./inbound.ts";
import type { Outbound } from "./outbound.ts";
import type { End, LinkOwner, Recipient } from "./owner.ts";
import type { Session } from "./session.ts";

/** How a connection ends: by this side, by its peer, by the network, or when nobody has come back to it. */
export abstract class Closable extends ConnectionRecord implements Recipient {
  abstract readonly owner: LinkOwner<Closable>;
  abstract readonly handshake: Handshake | undefined;
  abstract readonly session: Session | undefined;
  end: End | undefined;
  /** `undefined` before there is one, and when it broke and the client may come back. */
  socket: Socket | undefined;
  protected outbound: Outbound | undefined;
  protected abstract readonly inbound: Inbound;
  /** No frame passes any more. */
  #shut = false;
  #closedHere = false;
  /** Its end has been told. */
  #isConcluded = false;
  #lingers = false;

  abstract transmit(data: SocketData): void;

  get readyState(): number {
    if (this.end !== undefined) return 3;
    return this.#shut ? 2 : 1;
  }

  get isShut(): boolean {
    return this.#shut;
  }

  get isClosedHere(): boolean {
    return this.#closedHere;
  }

  /** The present socket is closed. */
  protected ended(code: number, reason: string, wasClean: boolean): void {
    if (this.end !== undefined) return this.#released();
    code = receivedCloseCode(code);
    if (this.#outlives(code)) return this.#suspend();
    this.#finish({ code, reason, wasClean });
  }

  /** The socket goes on with another process: all that waits for it is sent, and nothing of it is heard here any more. */
  detach(): void {
    this.outbound?.flush();
    this.#forgetExpiry();
    this.#shut = this.#closedHere = this.#isConcluded = true;
    this.inbound.clear();
    const isSuspended = this.session?.isLive === false;
    const wasOpen = this.end === undefined &&
      (isSuspended || this.socket !== undefined);
    this.end ??= { code: CloseCode.ABNORMAL, reason: "", wasClean: false };
    if (wasOpen) this.owner.connections.detached(this);
  }

  /** The peer gives no sign of life, and nobody else ends the connection. */
  vanished(): void {
    const { socket } = this;
    const [code, reason] = [CloseCode.GOING_AWAY, "no sign of life"] as const;
    if (!this.#outlives(CloseCode.ABNORMAL)) return this.cut(code, reason);
    this.#suspend();
    socket?.close(code, reason);
  }

  /** The client has not come back. */
  expire(): void {
    this.#finish({ code: CloseCode.ABNORMAL, reason: "", wasClean: false });
  }

  /** The peer did not answer the close frame in time. */
  abandon(): void {
    this.outbound?.forget();
    const isGone = this.socket?.terminate?.() === true;
    if (this.end !== undefined) return;
    this.#finish({ code: CloseCode.ABNORMAL, reason: "", wasClean: false });
    if (isGone) return;
    this.#lingers = true;
    this.owner.connections.lingers();
  }

  close(code: number = CloseCode.NORMAL, reason = ""): void {
    assertSendableCloseCode(code);
    if (!this.#shut && this.end === undefined) {
      this.#close(code, fitCloseReason(reason));
    }
  }

  /** Closes on the library's behalf. */
  cut(code: number, reason: string): void {
    this.#cut(code, reason, false);
  }

  /** Has it end then, in milliseconds since 1970, or never. Throws, and changes nothing, where that can't be kept. */
  setExpiry(expires: number | undefined): void {
    if (this.#shut || this.end !== undefined) return;
    const previous = this.expires;
    this.expires = expires;
    try {
      this.keep();
    } catch (error) {
      this.expires = previous;
      throw error;
    }
    const { host } = this.owner;
    const all = host.shared(expirations);
    if (previous !== undefined) all.delete(this, previous);
    if (expires === undefined) return;
    if (expires > host.wall()) all.add(this, expires);
    else this.timeUp();
  }

  protected override recall(kept: Attachment): void {
    super.recall(kept);
    if (this.expires === undefined) return;
    this.owner.host.shared(expirations).restore(this, this.expires);
  }

  /** That time has come. */
  timeUp(): void {
    this.expires = undefined;
    this.close(CloseCode.EXPIRED, "expired");
  }

  /** Sent faster than what it waits for is stored. */
  overflowed(): void {
    this.#cut(CloseCode.OVERLOAD, "too much waits for the store", true);
  }

  hangUp(code: number, reason: string): void {
    if (this.socket !== undefined) this.outbound!.hangUp(code, reason);
    else this.#finish({ code, reason, wasClean: false });
  }

  /** Has `onClose` called once the end is known and nothing has to come before it. */
  protected conclude(): void {
    if (this.end === undefined || this.handshake !== undefined) return;
    // What it said before it left comes first.
    if (!this.inbound.isEmpty || this.#isConcluded) return;
    this.#isConcluded = true;
    this.#shut = true;
    this.owner.connections.ended(this, this.end);
  }

  #cut(code: number, reason: string, isNow: boolean): void {
    if (this.#shut || this.end !== undefined) return;
    this.owner.connections.cut(this, code, reason);
    this.outbound?.forget();
    this.#close(code, reason, isNow);
  }

  /** `isNow` past what waits for a commit. */
  #close(code: number, reason: string, isNow = false): void {
    this.#shut = this.#closedHere = true;
    this.#forgetExpiry();
    this.inbound.clear();
    this.handshake?.cancel();
    this.owner.connections.closing(this);
    const { outbox } = this.owner;
    if (outbox === undefined || isNow) this.hangUp(code, reason);
    else outbox.holdClose(this, code, reason);
  }

  /** Whether the client may come back: it has said no goodbye, and nobody has told it to stay away. */
  #outlives(code: number): boolean {
    return (code === CloseCode.ABNORMAL || code === CloseCode.NO_STATUS) &&
      !this.#shut && !!this.session?.secret && !this.owner.host.isClosing;
  }

  #suspend(): void {
    this.session!.suspend(this.outbound!.forget());
    this.socket = this.outbound = undefined;
    this.owner.connections.suspended(this);
  }

  #finish(end: End): void {
    if (this.end !== undefined) return;
    this.end = end;
    this.#forgetExpiry();
    this.outbound?.forget();
    this.owner.connections.left(this);
    // Bun tells it inside of close(): not amid the handler that called that.
    if (this.outbound?.isClosing) queueMicrotask(() => this.conclude());
    else this.conclude();
  }

  /** It has ended before its time. */
  #forgetExpiry(): void {
    const { expires } = this;
    if (expires === undefined) return;
    this.expires = undefined;
    this.owner.host.shared(expirations).delete(this, expires);
  }

  #released(): void {
    if (!this.#lingers) return;
    this.#lingers = false;
    this.owner.connections.released();
  }
}
