import { createHash } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";

// deno-lint-ignore no-explicit-any -- a test knows what it expects
type Frame = any;

/** One client of a {@linkcode FakeServer}, which says what the test has it say. */
export class FakeConnection {
  readonly url: URL;
  readonly protocols: string | undefined;
  #socket: Socket;
  #input: Uint8Array = new Uint8Array();
  #messages: string[] = [];
  #waiting: (() => void)[] = [];
  /** Whether pings are answered. Nothing else is answered by itself. */
  pongs = true;
  isGone = false;

  constructor(socket: Socket, url: URL, protocols: string | undefined) {
    this.#socket = socket;
    this.url = url;
    this.protocols = protocols;
    socket.on("data", (data: Uint8Array) => this.#receive(data));
    socket.on("close", () => {
      this.isGone = true;
      this.#wake();
    });
    socket.on("error", () => {});
  }

  /** The next message but heartbeats; JSON is read. */
  async next(): Promise<Frame> {
    while (this.#messages.length === 0) {
      if (this.isGone) throw new Error("no further message: the client left");
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    const message = this.#messages.shift()!;
    try {
      return JSON.parse(message);
    } catch {
      return message;
    }
  }

  /** What came and was not asked for. */
  rest(): string[] {
    return this.#messages.splice(0);
  }

  async gone(): Promise<void> {
    while (!this.isGone) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  send(message: unknown): void {
    const text = typeof message === "string"
      ? message
      : JSON.stringify(message);
    this.#write(0x81, new TextEncoder().encode(text));
  }

  /** Says hello, who it is, and what the state is, as an extended server does. */
  greet(rev: number, state?: unknown, epoch = "e1", name = "test"): void {
    this.send({ type: "roam_hello", version: 1, epoch, rev });
    this.greetBase(state, { epoch, rev }, name);
  }

  /** The same for a server that knows no extensions. */
  greetBase(state?: unknown, more: object = {}, name = "test"): void {
    this.send({ name, agent: "test-agent", type: "cf_agent_identity" });
    if (state !== undefined) {
      this.send({ state, type: "cf_agent_state", ...more });
    }
    this.send({ mcp: {}, type: "cf_agent_mcp_servers" });
  }

  close(code: number, reason = ""): void {
    const body = new TextEncoder().encode(`..${reason}`);
    body[0] = code >> 8;
    body[1] = code & 255;
    // 1005 says that there is none.
    this.#write(0x88, code === 1005 ? body.subarray(2) : body);
    this.#socket.end();
  }

  /** Breaks the connection. */
  cut(): void {
    this.#socket.destroy();
  }

  #receive(data: Uint8Array): void {
    const joined = new Uint8Array(this.#input.length + data.length);
    joined.set(this.#input);
    joined.set(data, this.#input.length);
    this.#input = joined;
    while (this.#takeFrame());
    this.#wake();
  }

  #takeFrame(): boolean {
    const input = this.#input;
    if (input.length < 6) return false;
    let length = input[1] & 127;
    let at = 2;
    if (length === 126) {
      length = (input[2] << 8) + input[3];
      at = 4;
    } else if (length === 127) {
      length = new DataView(input.buffer, input.byteOffset).getUint32(6);
      at = 10;
    }
    if (input.length < at + 4 + length) return false;
    const mask = input.subarray(at, at + 4);
    const body = input.slice(at + 4, at + 4 + length).map((byte, index) =>
      byte ^ mask[index % 4]
    );
    this.#input = input.subarray(at + 4 + length);
    const code = input[0] & 15;
    if (code === 8) {
      this.#write(0x88, body.subarray(0, 2));
      this.#socket.end();
    } else if (code === 1) this.#take(new TextDecoder().decode(body));
    return true;
  }

  #take(text: string): void {
    if (text !== "roam:ping") this.#messages.push(text);
    else if (this.pongs) this.send("roam:pong");
  }

  #write(first: number, body: Uint8Array): void {
    const { length } = body;
    const head = length < 126
      ? [first, length]
      : length < 65536
      ? [first, 126, length >> 8, length & 255]
      : [first, 127, 0, 0, 0, 0, ...bytesOf(length)];
    this.#socket.write(new Uint8Array(head));
    this.#socket.write(body);
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function bytesOf(length: number): number[] {
  return [24, 16, 8, 0].map((shift) => (length >> shift) & 255);
}

/** A WebSocket server over a plain socket, whose connections a test drives by hand. */
export class FakeServer {
  readonly host: string;
  /** The status that upgrades are answered with; 101 to accept them. */
  upgradeStatus = 101;
  /** The status and the text that other requests are answered with. */
  plain: [status: number, text: string] = [404, "Not implemented"];
  /** URLs of the requests that were no upgrades. */
  readonly requests: string[] = [];
  dials = 0;
  #server: Server;
  #sockets = new Set<Socket>();
  #connections: FakeConnection[] = [];
  #waiting: ((connection: FakeConnection) => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
    const { port } = server.address() as { port: number };
    this.host = `127.0.0.1:${port}`;
    server.on("connection", (socket) => this.#accept(socket));
  }

  static async start(): Promise<FakeServer> {
    const server = createServer();
    await new Promise<void>((resolve) =>
      server.listen(0, "127.0.0.1", () => resolve())
    );
    return new FakeServer(server);
  }

  /** The next connection that nobody has asked for yet. */
  connection(): Promise<FakeConnection> {
    const connection = this.#connections.shift();
    if (connection !== undefined) return Promise.resolve(connection);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  get open(): number {
    return this.#sockets.size;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => {});
    let head = "";
    const read = (data: Uint8Array) => {
      head += new TextDecoder().decode(data);
      if (!head.includes("\r\n\r\n")) return;
      socket.off("data", read);
      this.#answer(socket, head);
    };
    socket.on("data", read);
  }

  #answer(socket: Socket, head: string): void {
    const header = (name: string) =>
      new RegExp(`^${name}: *(.*?)\r$`, "im").exec(head)?.[1];
    const url = new URL(head.split(" ", 2)[1], `http://${this.host}`);
    const key = header("sec-websocket-key");
    const [status, text] = key ? [this.upgradeStatus, "no"] : this.plain;
    if (key) this.dials++;
    else this.requests.push(url.href);
    if (!key || status !== 101) {
      socket.end(
        `HTTP/1.1 ${status} x\r\ncontent-length: ${text.length}\r\nconnection: close\r\n\r\n${text}`,
      );
      return;
    }
    const accept = createHash("sha1")
      .update(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
      .digest("base64");
    const protocols = header("sec-websocket-protocol");
    const chosen = protocols?.split(",", 1)[0];
    socket.write(
      "HTTP/1.1 101 x\r\nupgrade: websocket\r\nconnection: Upgrade\r\n" +
        `sec-websocket-accept: ${accept}\r\n` +
        (chosen ? `sec-websocket-protocol: ${chosen}\r\n` : "") + "\r\n",
    );
    const connection = new FakeConnection(socket, url, protocols);
    const resolve = this.#waiting.shift();
    if (resolve) resolve(connection);
    else this.#connections.push(connection);
  }
}
