import { Buffer } from "node:buffer";
import { connect, createServer, type Server, type Socket } from "node:net";

/** Stands between a client and a server, and does to their connections what networks do. */
export class FaultProxy {
  readonly host: string;
  /** Where new connections go, a `host:port`. */
  target: string;
  /** Passes so many more bytes to the client, and then breaks the connection. */
  cutAfter = Infinity;
  /** Passes so many more bytes to the server, and then breaks the connection. */
  cutUpAfter = Infinity;
  /** Stalls, like `stall()`, when this has passed to a client for the first time. */
  stallAt: string | undefined;
  /** Bytes that pass in a second, each way. */
  rate = Infinity;
  /** New connections are broken at once. */
  isRefusing = false;
  /** How many connections there have been, also broken ones. */
  dials = 0;
  #isStalled = false;
  /** Passes what had come behind the text to stall at. */
  #rest: (() => void) | undefined;
  #server: Server;
  #pairs = new Set<[client: Socket, server: Socket]>();
  /** Clients that have been sent a close frame, and end their connections by themselves. */
  #closed = new WeakSet<Socket>();

  private constructor(server: Server, target: string) {
    this.#server = server;
    const { port } = server.address() as { port: number };
    this.host = `127.0.0.1:${port}`;
    this.target = target;
    server.on("connection", (socket) => this.#join(socket));
  }

  /** Starts one before `target`, a `host:port`. */
  static async start(target: string): Promise<FaultProxy> {
    const server = createServer();
    await new Promise<void>((resolve) =>
      server.listen(0, "127.0.0.1", () => resolve())
    );
    return new FaultProxy(server, target);
  }

  /** Nothing passes any more, and nobody is told. */
  stall(): void {
    this.#isStalled = true;
    this.freeze();
  }

  /** The same for the connections that there are: half-open to both sides. New ones work. */
  freeze(): void {
    for (const pair of this.#pairs) pair.forEach((socket) => socket.pause());
  }

  /** Resolves when the connections that there are now have ended. */
  async ended(): Promise<void> {
    await Promise.all(
      [...this.#pairs].flat().map((socket) =>
        new Promise((resolve) => socket.once("close", resolve))
      ),
    );
  }

  /** What waited passes. */
  resume(): void {
    this.#isStalled = false;
    this.#rest?.();
    this.#rest = undefined;
    for (const pair of this.#pairs) pair.forEach((socket) => socket.resume());
  }

  /** Breaks all connections. */
  cut(): void {
    for (const pair of this.#pairs) pair.forEach((socket) => socket.destroy());
  }

  /** Closes all connections to clients with this code, as something before a server may; to the server they break. */
  close(code: number): void {
    const body = code === 1005 ? [] : [code >> 8, code & 255];
    for (const [client, server] of this.#pairs) {
      this.#closed.add(client);
      server.destroy();
      client.end(new Uint8Array([0x88, body.length, ...body]));
    }
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #cutOthers(but: [Socket, Socket]): void {
    for (const pair of this.#pairs) {
      if (pair !== but) pair.forEach((socket) => socket.destroy());
    }
  }

  #join(client: Socket): void {
    this.dials++;
    if (this.isRefusing) {
      client.destroy();
      return;
    }
    const [host, port] = this.target.split(":");
    const server = connect(Number(port), host);
    client.setNoDelay();
    server.setNoDelay();
    const pair: [Socket, Socket] = [client, server];
    this.#pairs.add(pair);
    server.on("data", (data: Uint8Array) => {
      const place = this.stallAt;
      const at = place ? Buffer.from(data).indexOf(place) : -1;
      if (place && at >= 0) {
        this.stallAt = undefined;
        const end = at + place.length;
        client.write(data.subarray(0, end));
        this.#rest = () => client.write(data.subarray(end));
        return this.stall();
      }
      this.#pass(server, client, data.subarray(0, this.cutAfter));
      this.cutAfter -= data.length;
      if (this.cutAfter <= 0) {
        this.cutAfter = Infinity;
        client.end();
        server.destroy();
        // It may have been one that its client has left already.
        this.#cutOthers(pair);
      }
    });
    client.on("data", (data: Uint8Array) => {
      if (this.#closed.has(client)) return;
      if (this.stallAt) data = plain(data);
      this.#pass(client, server, data.subarray(0, this.cutUpAfter));
      this.cutUpAfter -= data.length;
      if (this.cutUpAfter <= 0) {
        this.cutUpAfter = Infinity;
        server.end();
        client.destroy();
        this.#cutOthers(pair);
      }
    });
    for (const [socket, other] of [[client, server], [server, client]]) {
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#pairs.delete(pair);
        if (!this.#closed.has(other)) other.destroy();
      });
      if (this.#isStalled) socket.pause();
    }
  }

  async #pass(from: Socket, to: Socket, data: Uint8Array): Promise<void> {
    for (let at = 0; at < data.length;) {
      // A fiftieth of a second at a time.
      const end = at + Math.ceil(this.rate / 50);
      to.write(data.subarray(at, end));
      at = end;
      if (this.rate === Infinity) return;
      from.pause();
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (!this.#isStalled) from.resume();
    }
  }
}

/** A handshake without compression, which would hide the text that is looked for. */
function plain(data: Uint8Array): Uint8Array {
  const text = Buffer.from(data).toString("latin1");
  if (!text.startsWith("GET ")) return data;
  const bare = text.replace(/sec-websocket-extensions:[^\r\n]*\r\n/i, "");
  return Buffer.from(bare, "latin1");
}
