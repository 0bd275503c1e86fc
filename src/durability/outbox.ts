import type { FrameKind } from "../protocol/state_frames.ts";
import type { SocketData } from "../ports/socket.ts";
import { byteSize, copyBytes } from "../runtime/socket_data.ts";

/** Rejects who waited for a commit that failed. The reason went to `onError`. */
export class CommitFailure extends Error {
  constructor() {
    super("what was written could not be stored");
    this.name = "CommitFailure";
  }
}

/** A connection that is sent something when its time has come. */
export interface Recipient {
  /** Sends at once. */
  transmit(data: SocketData, kind?: FrameKind): void;
  /** Closes the socket. */
  hangUp(code: number, reason: string): void;
  /** More waits for it than may. It MUST NOT add anything from now on. */
  overflowed(): void;
}

/** Something that waits for a commit: a frame, a close, or a promise. */
interface Entry {
  /** The commit it waits for. */
  readonly ticket: number;
  readonly recipient?: Recipient;
  readonly data?: SocketData;
  readonly kind?: FrameKind;
  readonly close?: { readonly code: number; readonly reason: string };
  readonly settle?: (error?: unknown) => void;
}

/**
 * Everything an instance sends while something that it has written is not on
 * disk, in order. An instance that has nothing pending has no outbox.
 */
export class Outbox {
  /** The commit that what comes now has to wait for. */
  ticket = 0;
  #entries: Entry[] = [];
  /** Bytes that wait for each connection, where they are bounded. */
  #bytes: Map<Recipient, number> | undefined;
  #maxBytes = Infinity;

  /** `kind` as for {@linkcode Recipient.transmit}. */
  add(recipient: Recipient, data: SocketData, kind?: FrameKind): void {
    const kept = typeof data === "string" ? data : copyBytes(data);
    const { ticket } = this;
    this.#entries.push({ ticket, recipient, data: kept, kind });
    if (this.#bytes === undefined) return;
    this.#count(recipient, data);
    this.#check(recipient);
  }

  /**
   * The store takes its time: so many bytes of a connection may wait. Before,
   * there is no bound: what is stored within a turn waits no longer than that.
   */
  limit(bytes: number): void {
    if (this.#bytes !== undefined) return;
    this.#maxBytes = bytes;
    this.#bytes = new Map();
    for (const { recipient, data } of this.#entries) {
      if (data !== undefined) this.#count(recipient!, data);
    }
    for (const recipient of [...this.#bytes.keys()]) this.#check(recipient);
  }

  /** Closes the socket after the frames that wait. */
  holdClose(recipient: Recipient, code: number, reason: string): void {
    const close = { code, reason };
    this.#entries.push({ ticket: this.ticket, recipient, close });
  }

  /** Resolves when all that was written is durable; rejects when it is lost. */
  durable(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: unknown) =>
        error === undefined ? resolve() : reject(error);
      this.#entries.push({ ticket: this.ticket, settle });
    });
  }

  /** Sends what waited for `ticket`. */
  release(ticket: number): void {
    const entries = this.#entries;
    let count = 0;
    while (count < entries.length && entries[count].ticket <= ticket) count++;
    this.#entries = entries.slice(count);
    for (let at = 0; at < count; at++) {
      const { recipient, data, kind, close, settle } = entries[at];
      if (data !== undefined) {
        this.#bytes?.set(
          recipient!,
          this.#bytes.get(recipient!)! - byteSize(data),
        );
        recipient!.transmit(data, kind);
      } else if (close !== undefined) {
        recipient!.hangUp(close.code, close.reason);
      } else settle!();
    }
  }

  /** Forgets the frames: what they say did not happen. What was to be closed after them is closed with `code`. */
  drop(code: number, reason: string): void {
    for (const { recipient, close, settle } of this.#entries.splice(0)) {
      if (close !== undefined) {
        recipient!.hangUp(code, reason);
      } else settle?.(new CommitFailure());
    }
  }

  #count(recipient: Recipient, data: SocketData): void {
    const bytes = this.#bytes!;
    bytes.set(recipient, (bytes.get(recipient) ?? 0) + byteSize(data));
  }

  #check(recipient: Recipient): void {
    if (this.#bytes!.get(recipient)! <= this.#maxBytes) return;
    this.#bytes!.delete(recipient);
    this.#entries = this.#entries.filter((entry) =>
      entry.recipient !== recipient
    );
    recipient.overflowed();
  }
}
