import { connect, createServer, type Server, type Socket } from "node:net";

/** Stands between a client and a server, and does to their connections what networks do. */
export class FaultProxy {
  readonly host: string;
  /** Where new connections go, a `host:port`. */
  target: string;
  /** Passes so many more bytes to the client, and then breaks the connection. */
  cutAfter = Infinity;
  /** New connections are broken at once. */
  isRefusing = false;
  #isStalled = false;
  #server: Server;
  #pairs = new Set<[client: Socket, server: Socket]>();

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

  /** Nothing passes any more, and nobody is told: half-open to both sides. */
  stall(): void {
    this.#isStalled = true;
    for (const pair of this.#pairs) pair.forEach((socket) => socket.pause());
  }

  /** What waited passes. */
  resume(): void {
    this.#isStalled = false;
    for (const pair of this.#pairs) pair.forEach((socket) => socket.resume());
  }

  /** Breaks all connections. */
  cut(): void {
    for (const pair of this.#pairs) pair.forEach((socket) => socket.destroy());
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #join(client: Socket): void {
    if (this.isRefusing) {
      client.destroy();
      return;
    }
    const [host, port] = this.target.split(":");
    const server = connect(Number(port), host);
    const pair: [Socket, Socket] = [client, server];
    this.#pairs.add(pair);
    server.on("data", (data: Uint8Array) => {
      client.write(data.subarray(0, this.cutAfter));
      this.cutAfter -= data.length;
      if (this.cutAfter <= 0) {
        this.cutAfter = Infinity;
        client.end();
        server.destroy();
      }
    });
    client.on("data", (data: Uint8Array) => server.write(data));
    for (const [socket, other] of [[client, server], [server, client]]) {
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#pairs.delete(pair);
        other.destroy();
      });
      if (this.#isStalled) socket.pause();
    }
  }
}
