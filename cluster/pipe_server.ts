import { RefusalLog } from "../src/host/refusal_log.ts";
import { systemClock } from "../src/runtime/system_clock.ts";
import { Introduction, INTRODUCTION_MS } from "./introduction.ts";
import {
  createTcpServer,
  joinAddress,
  type PipeTls,
  type TcpServer,
  type TcpSocket,
} from "./net_types.ts";
import type { Pipe, PipeListener } from "./pipe.ts";

/** Connections that have not proven yet who they are. */
const MAX_STRANGERS = 64;
/** Addresses that the internet does not reach: those of RFC 1918, 4193, 3927 and 6598, and of the machine itself. */
const PRIVATE =
  /^(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1$|localhost$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/i;

/** Where other processes dial this one, and who gets in. */
export interface PipeServerOptions {
  /** The interface; a function where that is found out. */
  readonly host: string | (() => Promise<string>);
  /** 0 for a free one. */
  readonly port: number;
  /** Mutual TLS; without it the interface MUST be private. */
  readonly tls: PipeTls | undefined;
  readonly silenceMs: number;
  /** Who this process is now; `undefined` while it does not know. */
  self(): { readonly node: string; readonly secret: Uint8Array } | undefined;
  /** A process of the cluster has dialled. */
  accepted(pipe: Pipe, node: string): PipeListener;
}

/** Listens for the pipes of other processes. */
export class PipeServer {
  #options: PipeServerOptions;
  #server: TcpServer;
  #strangers = 0;
  #log = new RefusalLog(() => systemClock.now());

  /** Throws a `TypeError` for an interface that the internet reaches, without TLS. */
  constructor(options: PipeServerOptions) {
    const { host, tls } = options;
    if (typeof host === "string") assertPrivate(host, tls);
    this.#options = options;
    this.#server = createTcpServer(
      tls,
      INTRODUCTION_MS,
      (socket) => this.#accept(socket),
    );
    this.#server.on("tlsClientError", (error, socket) => {
      const { authorizationError, remoteAddress } = socket;
      // One that is late is told, and left open.
      socket.destroy();
      const why = authorizationError ?? error.code ?? error.message;
      this.#refused(`no TLS with it: ${why}`, remoteAddress);
    });
    this.#server.unref();
  }

  /** Resolves with where it listens, as `host:port`. */
  async listen(): Promise<string> {
    const { host: given, port, tls } = this.#options;
    const host = typeof given === "string" ? given : await given();
    assertPrivate(host, tls);
    return await new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => {
        const { address, port } = this.#server.address()!;
        this.#server.on("error", (error) => this.#refused(error.message));
        resolve(joinAddress(address, port));
      });
    });
  }

  close(): void {
    this.#server.close();
  }

  #accept(socket: TcpSocket): void {
    if (this.#strangers >= MAX_STRANGERS) {
      socket.on("error", () => {});
      socket.destroy();
      return this.#refused("too many do not say who they are");
    }
    const { remoteAddress } = socket;
    const { silenceMs, accepted, self } = this.#options;
    const me = self();
    if (me === undefined) return void socket.destroy();
    this.#strangers++;
    new Introduction(socket, {
      ...me,
      end: "listener",
      merges: true,
      silenceMs,
      proven: (pipe, { node }) => {
        this.#strangers--;
        return accepted(pipe, node);
      },
      failed: (why) => {
        this.#strangers--;
        this.#refused(why, remoteAddress);
      },
    });
  }

  #refused(why: string, from = "?"): void {
    this.#log.warn(`Refused a pipe of ${from}: ${why}`);
  }
}

function assertPrivate(host: string, tls: PipeTls | undefined): void {
  if (tls !== undefined || PRIVATE.test(host)) return;
  throw new TypeError(
    `Cannot listen for other processes at ${host}: what goes through pipes is not encrypted, so the address has to be a private one; or set \`tls\``,
  );
}
