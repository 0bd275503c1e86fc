/** The part of Bun's TCP client that the generator uses. */
interface TcpSocket {
  readonly data: Peer;
  write(bytes: Uint8Array): number;
  terminate(): void;
}

interface TcpOptions {
  readonly hostname: string;
  readonly port: number;
  readonly data: Peer;
  readonly socket: typeof handlers;
}

declare const Bun: { connect(options: TcpOptions): Promise<TcpSocket> };

/** One TCP connection to the server. */
export class Peer {
  /** Called with what arrives. The bytes are only good until it returns. */
  receive: (chunk: Uint8Array) => void = () => {};
  /** Called when the connection ends that this side did not destroy. */
  ended: () => void = () => {};
  #socket: TcpSocket | undefined;
  /** What the system did not take yet. */
  #backlog: Uint8Array | undefined;

  /** `host` is an address and a port. */
  static async connect(host: string): Promise<Peer> {
    const [hostname, port] = host.split(":");
    const peer = new Peer();
    peer.#socket = await Bun.connect({
      hostname,
      port: Number(port),
      data: peer,
      socket: handlers,
    });
    return peer;
  }

  write(bytes: Uint8Array): void {
    if (this.#backlog !== undefined) {
      this.#backlog = joined(this.#backlog, bytes);
      return;
    }
    const taken = Math.max(0, this.#socket!.write(bytes));
    if (taken < bytes.length) this.#backlog = bytes.slice(taken);
  }

  flush(): void {
    const bytes = this.#backlog;
    this.#backlog = undefined;
    if (bytes !== undefined) this.write(bytes);
  }

  /** Ends the connection at once, with nothing left in the system. */
  destroy(): void {
    this.ended = () => {};
    this.#socket!.terminate();
  }
}

const handlers = {
  data: (socket: TcpSocket, chunk: Uint8Array) => socket.data.receive(chunk),
  drain: (socket: TcpSocket) => socket.data.flush(),
  close: (socket: TcpSocket) => socket.data.ended(),
  error: (socket: TcpSocket) => socket.data.ended(),
};

export function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
