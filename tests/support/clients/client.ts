import { PATIENCE_MS } from "../patience.ts";
/** How a connection ended, as the client saw it. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** A plain WebSocket whose messages can be awaited one by one. */
export class TestClient {
  readonly socket: WebSocket;
  readonly opened: Promise<void>;
  readonly closed: Promise<Closed>;
  #messages: (string | ArrayBuffer)[] = [];
  #last: string | ArrayBuffer | undefined;
  #waiting: (() => void)[] = [];
  #isClosed = false;

  constructor(
    url: string,
    headers: Record<string, string> = {},
    protocols?: string[],
  ) {
    this.socket = new WebSocket(url, { headers, protocols });
    this.socket.binaryType = "arraybuffer";
    this.opened = new Promise((resolve, reject) => {
      this.socket.addEventListener("open", () => resolve());
      this.socket.addEventListener(
        "error",
        (event) =>
          reject(new Error(`cannot connect: ${(event as ErrorEvent).message}`)),
      );
    });
    // Whoever does not ask whether it opened asks how it closed.
    this.opened.catch(() => {});
    this.closed = new Promise((resolve) => {
      this.socket.addEventListener("close", ({ code, reason, wasClean }) => {
        this.#isClosed = true;
        resolve({ code, reason, wasClean });
        this.#wake();
      });
    });
    this.socket.addEventListener("message", ({ data }) => {
      this.#messages.push(data);
      this.#wake();
    });
  }

  /** The next message; throws when the connection is closed instead. */
  async next(): Promise<string | ArrayBuffer> {
    while (this.#messages.length === 0) {
      if (this.#isClosed) {
        const { code, reason } = await this.closed;
        throw new Error(`no further message: closed with ${code} "${reason}"`);
      }
      await this.#news();
    }
    return this.#last = this.#messages.shift()!;
  }

  /** The next message that is not a frame of the protocol. */
  async user(): Promise<string | ArrayBuffer> {
    while (true) {
      const message = await this.next();
      if (typeof message !== "string" || !isProtocolFrame(message)) {
        return message;
      }
    }
  }

  /** Sends a command to a `CommandAgent` and returns its answer; other messages stay. */
  // deno-lint-ignore no-explicit-any -- the test knows what it asked for
  async ask(command: string, ...args: unknown[]): Promise<any> {
    this.socket.send(JSON.stringify([command, ...args]));
    const others: (string | ArrayBuffer)[] = [];
    try {
      while (true) {
        const message = await this.next();
        if (
          typeof message === "string" && message.startsWith(`{"${command}":`)
        ) {
          return JSON.parse(message)[command];
        }
        others.push(message);
      }
    } finally {
      this.#messages.unshift(...others);
    }
  }

  /** All messages until the connection is closed. */
  async rest(): Promise<(string | ArrayBuffer)[]> {
    await this.closed;
    return this.#messages.splice(0);
  }

  send(data: string | ArrayBuffer | Uint8Array<ArrayBuffer>): void {
    this.socket.send(data);
  }

  async close(code = 1000, reason = ""): Promise<Closed> {
    this.socket.close(code, reason);
    return await this.closed;
  }

  #news(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => {
          const last = String(this.#last).slice(0, 200);
          reject(
            new Error(`no message, and no close, for a minute since: ${last}`),
          );
        },
        PATIENCE_MS,
      );
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Whether `message` is one of the library's own. */
export function isProtocolFrame(message: string): boolean {
  return /"type":"(cf_agent_identity|cf_agent_mcp_servers|roam_hello)"|^\{"state":.*"type":"cf_agent_state"/
    .test(message);
}
