// Stands between nodes and their database, and loses what a network may lose.
import { type AddressInfo, createServer, type Server, Socket } from "node:net";

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** What the client has said that has not been passed on. */
  held: Uint8Array[] | undefined;
  isSwallowing: boolean;
}

export class DatabaseProxy {
  /** Where new connections lead. */
  target: number;
  #server: Server;
  #pairs = new Set<Pair>();
  /** What is awaited from a client, and what happens to its connection then. */
  #trap: { text: string; spring(pair: Pair): void } | undefined;

  constructor(target: number) {
    this.target = target;
    this.#server = createServer({ allowHalfOpen: false }, (client) => {
      this.#connect(client);
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) =>
      this.#server.listen(0, "127.0.0.1", resolve)
    );
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The next statement with `text` reaches the database; its answer is lost, and the connection then closed. Resolves when that has happened. */
  swallowAnswerTo(text: string): Promise<void> {
    return new Promise((resolve) => {
      const spring = (pair: Pair) => {
        pair.isSwallowing = true;
        pair.client.once("close", () => resolve());
      };
      this.#trap = { text, spring };
    });
  }

  /** The next statement with `text` stays on its way. Resolves, when that has begun, with what has it arrive after all. */
  holdBack(text: string): Promise<() => void> {
    return new Promise((resolve) => {
      const spring = (pair: Pair) => {
        pair.held = [];
        resolve(() => {
          for (const data of pair.held!.splice(0)) pair.server.write(data);
          pair.held = undefined;
        });
      };
      this.#trap = { text, spring };
    });
  }

  /** All connections break. */
  cut(): void {
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #connect(client: Socket): void {
    const server = new Socket();
    const pair: Pair = { client, server, held: undefined, isSwallowing: false };
    this.#pairs.add(pair);
    server.connect(this.target, "127.0.0.1");
    client.on("data", (data) => {
      if (this.#trap !== undefined && data.includes(this.#trap.text)) {
        const { spring } = this.#trap;
        this.#trap = undefined;
        spring(pair);
      }
      if (pair.held !== undefined) pair.held.push(data);
      else server.write(data);
    });
    server.on("data", (data) => {
      if (pair.isSwallowing) client.destroy();
      else client.write(data);
    });
    for (const socket of [client, server]) socket.on("error", () => {});
    client.on("close", () => {
      // What was held back outlives whoever has sent it.
      if (pair.held === undefined) server.destroy();
    });
    server.on("close", () => {
      client.destroy();
      this.#pairs.delete(pair);
    });
  }
}
