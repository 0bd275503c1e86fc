import type { Socket, SocketData } from "../../../src/ports/socket.ts";

/** The server's end of a connection that is not there: what is sent can be looked at. */
export class MemorySocket implements Socket {
  bufferedAmount = 0;
  readyState = 1;
  readonly sent: SocketData[] = [];
  closeCode: number | undefined;
  #told: (code: number, reason: string) => void;

  /** `told` is called when the server closes it. */
  constructor(told: (code: number, reason: string) => void = () => {}) {
    this.#told = told;
  }

  send(data: SocketData): void {
    if (this.readyState === 1) this.sent.push(data);
  }

  close(code: number, reason: string): void {
    if (this.readyState !== 1) return;
    this.readyState = 2;
    this.closeCode = code;
    this.#told(code, reason);
  }
}
