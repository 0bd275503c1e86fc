/** A WebSocket that does what a test says, and throws at it what its listeners throw. */
export class ScriptedSocket {
  static #waiting: ((socket: ScriptedSocket) => void)[] = [];
  readonly url: string;
  readonly protocol = "";
  readonly bufferedAmount = 0;
  readyState = 0;
  binaryType = "blob";
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: (() => void) | null = null;
  onclose: ((end: object) => void) | null = null;
  readonly sent: string[] = [];

  constructor(url: string) {
    this.url = url;
    for (const resolve of ScriptedSocket.#waiting.splice(0)) resolve(this);
  }

  /** The next one that is made. */
  static next(): Promise<ScriptedSocket> {
    return new Promise((resolve) => ScriptedSocket.#waiting.push(resolve));
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  receive(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  lose(code = 1006, reason = ""): void {
    this.readyState = 3;
    this.onclose?.({ code, reason, wasClean: false });
  }

  send(data: string): void {
    this.sent.push(data);
  }

  close(): void {
    this.readyState = 3;
  }
}
