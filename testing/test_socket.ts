import type { TestWebSocket } from "./test_web_socket.ts";

/** How a connection ended. */
export interface TestClose {
  /** The close code. */
  readonly code: number;
  /** The reason. */
  readonly reason: string;
  /** Whether both sides said goodbye. */
  readonly wasClean: boolean;
}

/** One plain client of a test host, whose messages are awaited one by one. */
export class TestSocket {
  /** The WebSocket itself. */
  readonly webSocket: TestWebSocket;
  /** Resolves when the connection has ended. */
  readonly closed: Promise<TestClose>;
  #messages: (string | ArrayBuffer)[] = [];
  #waiting: (() => void)[] = [];
  #end: TestClose | undefined;

  /** Made by `TestHost.connect`. */
  constructor(webSocket: TestWebSocket) {
    this.webSocket = webSocket;
    webSocket.binaryType = "arraybuffer";
    webSocket.addEventListener("message", (event) => {
      this.#messages.push((event as MessageEvent).data);
      this.#wake();
    });
    this.closed = new Promise((resolve) =>
      webSocket.addEventListener("close", (event) => {
        const { code, reason, wasClean } = event as unknown as TestClose;
        resolve(this.#end = { code, reason, wasClean });
        this.#wake();
      })
    );
  }

  /** The next message that is not a frame of the library. Rejects when the connection ends before. */
  async next(): Promise<string | ArrayBuffer> {
    for (;;) {
      const message = await this.nextFrame();
      if (!isLibraryFrame(message)) return message;
    }
  }

  /** The next message, whatever it is. */
  async nextFrame(): Promise<string | ArrayBuffer> {
    while (this.#messages.length === 0) {
      if (this.#end !== undefined) {
        const { code, reason } = this.#end;
        throw new Error(`No further message: closed with ${code} "${reason}"`);
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.#messages.shift()!;
  }

  /** Sends a message. */
  send(data: string | ArrayBuffer | ArrayBufferView): void {
    this.webSocket.send(data);
  }

  /** Closes, and resolves when both sides have. */
  close(code = 1000, reason = ""): Promise<TestClose> {
    this.webSocket.close(code, reason);
    return this.closed;
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

const LIBRARY = /"type":"(?:cf_agent_|roam_|rpc")/;

function isLibraryFrame(message: string | ArrayBuffer): boolean {
  return typeof message === "string" && message.startsWith("{") &&
    LIBRARY.test(message);
}
