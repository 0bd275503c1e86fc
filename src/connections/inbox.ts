import type { TurnWork } from "../runtime/turns.ts";
import { byteSize } from "../runtime/socket_data.ts";

/** What a message counts besides its bytes: small ones cost time, not memory. */
const OVERHEAD_BYTES = 1024;

/** Messages of one connection that came too fast to be handled at once. */
export class Inbox implements TurnWork {
  #messages: (string | ArrayBuffer)[] = [];
  #next = 0;
  #bytes = 0;
  #deliver: (data: string | ArrayBuffer) => void;
  #emptied: () => void;

  constructor(
    deliver: (data: string | ArrayBuffer) => void,
    emptied: () => void,
  ) {
    this.#deliver = deliver;
    this.#emptied = emptied;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(data: string | ArrayBuffer): void {
    this.#messages.push(data);
    this.#bytes += byteSize(data) + OVERHEAD_BYTES;
  }

  step(): boolean {
    if (this.#next < this.#messages.length) {
      const data = this.#messages[this.#next];
      this.#messages[this.#next++] = "";
      this.#bytes -= byteSize(data) + OVERHEAD_BYTES;
      this.#deliver(data);
    }
    if (this.#next < this.#messages.length) return true;
    this.clear();
    this.#emptied();
    return false;
  }

  clear(): void {
    this.#messages = [];
    this.#next = this.#bytes = 0;
  }
}
