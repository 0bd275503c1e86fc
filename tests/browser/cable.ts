import { createServer, type Server, Socket } from "node:net";

/** The network between a browser and a server: it can be cut, and lead to another server. */
export class Cable {
  #target: string;
  #isCut = false;
  #server: Server;
  #sockets = new Set<Socket>();

  private constructor(target: string, server: Server) {
    this.#target = target;
    this.#server = server;
    server.on("connection", (socket) => this.#join(socket));
  }

  /** A cable to `target`, a `host:port`. */
  static to(target: string): Promise<Cable> {
    const server = createServer();
    const cable = new Cable(target, server);
    return new Promise((resolve) =>
      server.listen(0, "127.0.0.1", () => resolve(cable))
    );
  }

  /** Where the browser goes. */
  get url(): string {
    const { port } = this.#server.address() as { port: number };
    return `http://127.0.0.1:${port}`;
  }

  /** Breaks all connections; new ones fail until `mend`. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  /** From now on new connections lead to `target`. */
  lead(target: string): void {
    this.#target = target;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #join(near: Socket): void {
    if (this.#isCut) {
      near.destroy();
      return;
    }
    const [host, port] = this.#target.split(":");
    const far = new Socket();
    for (const [socket, other] of [[near, far], [far, near]]) {
      this.#sockets.add(socket);
      socket.pipe(other);
      // A close follows.
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    far.connect(Number(port), host);
  }
}
