import { connect, type Socket } from "node:net";
import { PATIENCE_MS } from "../patience.ts";

/** A WebSocket client made of TCP, for what well-behaved ones can't do. */
export class RawClient {
  readonly head: string;
  #socket: Socket;
  #bytes: Uint8Array;
  #ended = false;
  #news: (() => void) | undefined;

  private constructor(socket: Socket, head: string, bytes: Uint8Array) {
    this.#socket = socket;
    this.head = head;
    this.#bytes = bytes;
    socket.on("data", (data) => {
      this.#bytes = concat(this.#bytes, data as Uint8Array);
      this.#news?.();
    });
    const end = () => {
      this.#ended = true;
      this.#news?.();
    };
    socket.on("end", end).on("close", end).on("error", end);
  }

  /** Sends the handshake; `headers` replace its lines, `undefined` leaves one out. */
  static async open(
    host: string,
    path: string,
    headers: Record<string, string | undefined> = {},
    method = "GET",
  ): Promise<RawClient> {
    const [hostname, port] = host.split(":");
    const socket = connect(Number(port), hostname);
    const lines = {
      "Host": host,
      "Upgrade": "websocket",
      "Connection": "Upgrade",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      ...headers,
    };
    const head = Object.entries(lines)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}: ${value}\r\n`).join("");
    socket.write(`${method} ${path} HTTP/1.1\r\n${head}\r\n`);
    let bytes: Uint8Array = new Uint8Array();
    return await new Promise((resolve, reject) => {
      socket.on("error", reject);
      socket.on("end", () => reject(new Error("the server hung up")));
      socket.on("data", function read(data) {
        bytes = concat(bytes, data as Uint8Array);
        const text = new TextDecoder("latin1").decode(bytes);
        const end = text.indexOf("\r\n\r\n");
        if (end < 0) return;
        socket.removeAllListeners();
        resolve(
          new RawClient(socket, text.slice(0, end), bytes.slice(end + 4)),
        );
      });
    });
  }

  /** Sends `text` in one piece, and resolves with all that comes, up to what `isAll` accepts or the end of TCP. */
  static async exchange(
    host: string,
    text: string,
    isAll: (answers: string) => boolean,
  ): Promise<string> {
    const [hostname, port] = host.split(":");
    const socket = connect(Number(port), hostname);
    socket.write(text);
    let answers = "";
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no more than ${answers}`)),
        PATIENCE_MS,
      );
      const end = () => {
        clearTimeout(timer);
        resolve();
      };
      socket.on("error", end).on("close", end);
      socket.on("data", (data) => {
        answers += new TextDecoder("latin1").decode(data as Uint8Array);
        if (isAll(answers)) end();
      });
    });
    socket.destroy();
    return answers;
  }

  get status(): number {
    return Number(this.head.split(" ")[1]);
  }

  sendFrame(
    opcode: number,
    payload: Uint8Array,
    first = 0x80,
    mask = true,
  ): void {
    const length = payload.length < 126
      ? [payload.length]
      : [126, payload.length >> 8, payload.length & 255];
    const key = [1, 2, 3, 4];
    this.write(
      new Uint8Array([
        first | opcode,
        length[0] | (mask ? 0x80 : 0),
        ...length.slice(1),
        ...(mask ? key : []),
        ...(mask ? payload.map((byte, at) => byte ^ key[at & 3]) : payload),
      ]),
    );
  }

  sendText(text: string): void {
    this.sendFrame(0x1, new TextEncoder().encode(text));
  }

  sendClose(code: number, reason: string): void {
    const text = new TextEncoder().encode(reason);
    this.sendFrame(0x8, new Uint8Array([code >> 8, code & 255, ...text]));
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Skips frames up to a close frame; `code` is `undefined` when it has none, or when TCP ended without one. */
  async closeFrame(): Promise<{ code: number | undefined; ended: boolean }> {
    while (true) {
      const frame = this.#takeFrame();
      if (frame?.opcode === 8) {
        const [high, low] = frame.payload;
        const code = high === undefined ? undefined : high << 8 | low;
        return { code, ended: false };
      }
      if (frame !== undefined) continue;
      if (this.#ended) return { code: undefined, ended: true };
      await this.#more();
    }
  }

  /** Resolves when TCP has ended, however long that takes. */
  async ended(): Promise<void> {
    if (this.#ended) return;
    await new Promise((resolve) => this.#socket.once("close", resolve));
  }

  /** Ends TCP at once. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** Reads what comes, and forgets it. */
  discard(): void {
    this.#socket.removeAllListeners("data").resume();
  }

  #takeFrame(): { opcode: number; payload: Uint8Array } | undefined {
    const bytes = this.#bytes;
    if (bytes.length < 2) return undefined;
    let length = bytes[1] & 127;
    let at = 2;
    if (length >= 126) {
      const size = length === 126 ? 2 : 8;
      if (bytes.length < at + size) return undefined;
      length = bytes.slice(at, at + size).reduce(
        (sum, byte) => sum * 256 + byte,
        0,
      );
      at += size;
    }
    if (bytes.length < at + length) return undefined;
    const payload = bytes.slice(at, at + length);
    this.#bytes = bytes.slice(at + length);
    return { opcode: bytes[0] & 15, payload };
  }

  #more(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error("no frame for a minute")),
        PATIENCE_MS,
      );
      this.#news = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** A client that shakes hands and then never reads, so that all it is sent piles up. */
export async function openDeaf(host: string, path: string): Promise<Deno.Conn> {
  const [hostname, port] = host.split(":");
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const head = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  await connection.write(
    new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n`),
  );
  return connection;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
