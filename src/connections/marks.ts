import type { SocketData } from "../ports/socket.ts";
import { markFrame } from "../protocol/marks.ts";
import { byteSize } from "../runtime/socket_data.ts";

/** Bytes after which the client is asked how far it has read. */
const MARK_BYTES = 128 * 1024;

/**
 * What a client has read of what it was sent, by its own word: for sockets
 * that do not tell how much is unsent.
 */
export class Marks {
  #sent: number;
  #seen = 0;
  #marked = 0;
  #number = 0;
  #open: { readonly number: number; readonly sent: number }[] = [];

  /** `sent` bytes have gone before. */
  constructor(sent: number) {
    this.#sent = sent;
  }

  /** Bytes that the client has not confirmed. */
  get unseen(): number {
    return this.#sent - this.#seen;
  }

  /** Whether the client owes an answer. */
  get isOpen(): boolean {
    return this.#open.length > 0;
  }

  /** `data` was sent: the mark that has to follow, if one is due. */
  count(data: SocketData): string | undefined {
    this.#sent += byteSize(data);
    if (this.#sent - this.#marked >= MARK_BYTES) return this.next();
  }

  /** The next mark. */
  next(): string {
    this.#marked = this.#sent;
    this.#open.push({ number: ++this.#number, sent: this.#sent });
    return markFrame(this.#number);
  }

  /** The client has read up to the mark with this number. */
  confirm(number: number): void {
    while (this.#open.length > 0 && this.#open[0].number <= number) {
      this.#seen = this.#open.shift()!.sent;
    }
  }
}
