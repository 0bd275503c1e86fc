import type { SocketData } from "../ports/socket.ts";
import { CloseCode } from "../protocol/close_codes.ts";
import { copyBytes } from "./hold.ts";
import type { Link } from "./link.ts";

/** What somebody waited for is lost. The reason went to `onError`. */
export class CommitFailure extends Error {
  constructor() {
    super("what was written could not be stored");
    this.name = "CommitFailure";
  }
}

/** What waits: a frame, or a close, or somebody. */
interface Entry {
  /** The commit it waits for. */
  readonly ticket: number;
  readonly link?: Link;
  readonly data?: SocketData;
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

  hold(link: Link, data: SocketData): void {
    const kept = typeof data === "string" ? data : copyBytes(data);
    this.#entries.push({ ticket: this.ticket, link, data: kept });
  }

  /** Closes the socket after the frames that wait. */
  holdClose(link: Link, code: number, reason: string): void {
    this.#entries.push({ ticket: this.ticket, link, close: { code, reason } });
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
      const { link, data, close, settle } = entries[at];
      if (data !== undefined) link!.transmit(data);
      else if (close !== undefined) link!.hangUp(close.code, close.reason);
      else settle!();
    }
  }

  /** Forgets the frames: what they say did not happen. */
  drop(): void {
    for (const { link, close, settle } of this.#entries.splice(0)) {
      if (close !== undefined) {
        link!.hangUp(CloseCode.INTERNAL, "internal error");
      } else settle?.(new CommitFailure());
    }
  }
}
