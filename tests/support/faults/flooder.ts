import { connect, type Socket } from "node:net";

/** What a {@linkcode Flooder} sends. */
export type FloodKind = "echo" | "call" | "state" | "big state";

const TEXTS: Record<FloodKind, string> = {
  "echo": "x".repeat(64),
  "call": '{"args":[],"id":"a","method":"quick","type":"rpc"}',
  "state": '{"state":{"at":1},"type":"cf_agent_state"}',
  "big state": `{"state":{"at":1,"pad":"${
    "x".repeat(900_000)
  }"},"type":"cf_agent_state"}`,
};
/** Frames that are handed to TCP at a time. */
const BATCH_BYTES = 64 * 1024;

/** A client that sends as fast as TCP takes it. */
export class Flooder {
  #socket: Socket;
  #frames: Uint8Array;
  #perBatch: number;
  #sent = 0;
  #begin = performance.now();
  #closedAfter: number | undefined;
  #isOver = false;

  private constructor(socket: Socket, text: string) {
    this.#socket = socket;
    const frame = frameOf(text);
    this.#perBatch = Math.max(1, Math.floor(BATCH_BYTES / frame.length));
    this.#frames = new Uint8Array(frame.length * this.#perBatch);
    for (let at = 0; at < this.#perBatch; at++) {
      this.#frames.set(frame, at * frame.length);
    }
    socket.on("data", (data) => this.#heard(data));
    socket.on("close", () => this.#closed()).on("error", () => this.#closed());
  }

  static async start(
    host: string,
    path: string,
    kind: FloodKind,
  ): Promise<Flooder> {
    const [hostname, port] = host.split(":");
    const socket = connect(Number(port), hostname);
    const head = [
      `GET ${path} HTTP/1.1`,
      `Host: ${host}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    await new Promise((resolve) => socket.once("data", resolve));
    const flooder = new Flooder(socket, TEXTS[kind]);
    flooder.#send();
    return flooder;
  }

  /** Ends it; `closedAfter` so many milliseconds the server had closed it. */
  stop(): Promise<{ sent: number; closedAfter: number | undefined }> {
    this.#isOver = true;
    this.#socket.destroy();
    const { sent, closedAfter } = {
      sent: this.#sent,
      closedAfter: this.#closedAfter,
    };
    return Promise.resolve({ sent, closedAfter });
  }

  #send(): void {
    while (!this.#isOver && this.#closedAfter === undefined) {
      this.#sent += this.#perBatch;
      if (this.#socket.write(this.#frames)) continue;
      this.#socket.once("drain", () => setTimeout(() => this.#send()));
      return;
    }
  }

  /** A close frame comes last. */
  #heard(data: unknown): void {
    const bytes = data as Uint8Array;
    const at = bytes.length - 2 - 25;
    for (let from = Math.max(0, at - 40); from < bytes.length - 3; from++) {
      const code = bytes[from + 2] << 8 | bytes[from + 3];
      if (bytes[from] === 0x88 && (code === 1013 || code === 1008)) {
        this.#closed();
      }
    }
  }

  #closed(): void {
    if (!this.#isOver) this.#closedAfter ??= performance.now() - this.#begin;
  }
}

/** Masked with zeros. */
function frameOf(text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  const { length } = payload;
  const size = length < 126
    ? [length]
    : length < 65536
    ? [126, length >> 8, length & 255]
    : [
      127,
      0,
      0,
      0,
      0,
      length >>> 24,
      length >> 16 & 255,
      length >> 8 & 255,
      length & 255,
    ];
  const head = [0x81, 0x80 | size[0], ...size.slice(1), 0, 0, 0, 0];
  const frame = new Uint8Array(head.length + length);
  frame.set(head);
  frame.set(payload, head.length);
  return frame;
}
