import { builtin } from "../platform/builtin.ts";

// The parts of `node:net`, `node:tls` and `node:crypto` that pipes use. Who
// installs the library needs no types of Node for them.

/** A TCP connection. */
export interface TcpSocket {
  readonly remoteAddress?: string;
  /** Bytes that the system has not taken. */
  readonly writableLength: number;
  on(event: "data", listener: (chunk: Uint8Array) => void): this;
  on(
    event: "connect" | "secureConnect" | "close" | "end",
    listener: () => void,
  ): this;
  on(event: "error", listener: (error: Error) => void): this;
  write(data: Uint8Array): boolean;
  end(): void;
  destroy(): void;
  setNoDelay(on: boolean): void;
  unref(): void;
}

/** What listens for them. */
export interface TcpServer {
  on(event: "error", listener: (error: Error) => void): this;
  /** A connection that has not become one of TLS. */
  on(
    event: "tlsClientError",
    listener: (
      error: Error & { readonly code?: string },
      socket: TcpSocket & { readonly authorizationError?: unknown },
    ) => void,
  ): this;
  once(event: "error", listener: (error: Error) => void): this;
  listen(port: number, host: string, listening: () => void): this;
  address(): { readonly port: number; readonly address: string } | null;
  close(): void;
  unref(): void;
}

/** What mutual TLS between the processes takes, as of `node:tls`. */
export interface PipeTls {
  /** The key of this process, PEM. */
  readonly key: string | Uint8Array;
  /** Its certificate, PEM. */
  readonly cert: string | Uint8Array;
  /** What the certificates of all processes are signed by, PEM. */
  readonly ca: string | Uint8Array;
}

interface Net {
  createServer(accept: (socket: TcpSocket) => void): TcpServer;
  connect(options: { host: string; port: number }): TcpSocket;
}

interface TlsServerOptions extends PipeTls {
  readonly requestCert: true;
  readonly rejectUnauthorized: true;
  readonly handshakeTimeout: number;
}

interface Tls {
  createServer(
    options: TlsServerOptions,
    accept: (socket: TcpSocket) => void,
  ): TcpServer;
  connect(
    options: PipeTls & {
      host: string;
      port: number;
      checkServerIdentity(): undefined;
    },
  ): TcpSocket;
}

/** A server that hands `accept` each connection; those of TLS have so many milliseconds for their handshake. */
export function createTcpServer(
  tls: PipeTls | undefined,
  handshakeTimeout: number,
  accept: (socket: TcpSocket) => void,
): TcpServer {
  if (tls === undefined) return builtin<Net>("node:net").createServer(accept);
  return builtin<Tls>("node:tls").createServer({
    ...tls,
    requestCert: true,
    rejectUnauthorized: true,
    handshakeTimeout,
  }, accept);
}

/** A connection to `address`, which is `host:port`; `connected` is called when bytes may be sent. */
export function connectTcp(
  address: string,
  tls: PipeTls | undefined,
  connected: () => void,
): TcpSocket {
  const { host, port } = splitAddress(address);
  if (tls === undefined) {
    return builtin<Net>("node:net").connect({ host, port })
      .on("connect", connected);
  }
  // Who is at the other end is what its certificate and the proof say: addresses change.
  const checkServerIdentity = () => undefined;
  return builtin<Tls>("node:tls")
    .connect({ ...tls, host, port, checkServerIdentity })
    .on("secureConnect", connected);
}

/** `host:port`; a host of IPv6 stands in brackets. Throws a `TypeError` for what is none. */
export function splitAddress(address: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(address);
  if (match === null || Number(match[3]) > 65535) {
    throw new TypeError(
      `Cannot use ${
        JSON.stringify(address)
      } as an address: it must be host:port`,
    );
  }
  return { host: match[1] ?? match[2], port: Number(match[3]) };
}

/** The reverse of {@linkcode splitAddress}. */
export function joinAddress(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
