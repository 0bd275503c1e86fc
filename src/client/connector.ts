import { type BackoffOptions, retryDelay } from "./backoff.ts";
import type { Environment } from "./environment.ts";

/** How a connection ended. */
export interface End {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** What follows an end: another attempt, or none because the application, or the other side, wants none. */
export type Next = "retry" | "closed" | "failed";

/** Where to dial. */
export interface Target {
  readonly url: string;
  readonly protocols?: string | string[];
}

/** A WebSocket constructor. */
export type WebSocketClass = new (
  url: string,
  protocols?: string | string[],
) => WebSocket;

/** RFC 6455: there was no close frame. */
const ABNORMAL = 1006;

/** How a connection is made, and made again. */
export interface ConnectorOptions extends BackoffOptions {
  /** What an attempt may take, in milliseconds; the next three may take that much more each. Default 10,000. */
  connectionTimeout?: number;
  /** How long a connection must have been up for its loss to count as the first again, in milliseconds. Default 5,000. */
  minUptime?: number;
  /** How many retries in a row may fail before the client gives up. Default `Infinity`. */
  maxRetries?: number;
  /** Says by `false` that the client should give up after a close, besides those with 1008 and 4000 to 4999. */
  shouldReconnectOnClose?: (event: CloseEvent) => boolean;
  /** The WebSocket to use. Default the global one. */
  WebSocket?: WebSocketClass;
}

/**
 * The life of a connection that comes back:
 *
 * ```
 * closed -start-> dialing -target-> connecting -open-> open
 *                    ^                  |  lost          | lost
 *                    '----- waiting <---'----------------'
 * ```
 *
 * `stop` and an end that is final lead from everywhere to `closed`. Each step
 * gets a number; what an earlier one still brings about is ignored.
 */
export abstract class Connector {
  phase: "closed" | "dialing" | "connecting" | "open" | "waiting" = "closed";
  /** The WebSocket of this attempt, or of the last one. */
  socket: WebSocket | undefined;
  binaryType: BinaryType = "blob";
  /** There has been an open connection since the start. */
  wasOpen = false;
  #options: ConnectorOptions;
  #env: Environment;
  #step = 0;
  #retries = 0;
  /** Attempts in a row that did not come to be open. */
  #failures = 0;
  #openedAt = 0;
  #cancel: (() => void) | undefined;
  #unwatch: (() => void) | undefined;

  constructor(options: ConnectorOptions, env: Environment) {
    this.#options = options;
    this.#env = env;
  }

  /** Where to dial; asked for each attempt. */
  abstract target(): Promise<Target>;
  abstract opened(): void;
  abstract received(data: unknown): void;
  abstract failed(error: unknown): void;
  /** A connection, or an attempt, has ended. With `status` it ended before, and now it is known why. */
  abstract ended(end: End, next: Next, status?: number): void;
  /** The HTTP status that refuses this client, asked for after an attempt failed. */
  abstract refusal(url: string): Promise<number | undefined>;
  /** The connection may have died unnoticed. */
  abstract woken(): void;

  /** Retries since a connection was last stable. */
  get retries(): number {
    return this.phase === "open" && this.#isStable() ? 0 : this.#retries;
  }

  /** Dials now, and counts anew. Ends the connection there is; throws, and does nothing, when the code may not be sent. */
  start(code: number = 1000, reason = ""): void {
    const wasUp = this.#isUp();
    if (wasUp) this.#hangUp(code, reason);
    this.#retries = this.#failures = 0;
    this.wasOpen = false;
    this.#unwatch ??= this.#env.onWake(() => this.#wake());
    this.#dial();
    if (wasUp) this.ended({ code, reason, wasClean: true }, "retry");
  }

  /** Ends everything. Throws, and does nothing, when the code may not be sent. */
  stop(code: number, reason: string): void {
    if (this.phase === "closed") return;
    if (this.#isUp()) this.#hangUp(code, reason);
    this.#close();
    this.ended({ code, reason, wasClean: true }, "closed");
  }

  /** Gives this socket up as broken. */
  drop(reason: string): void {
    if (!this.#isUp()) return;
    this.#hangUp();
    this.#lost(broken(reason));
  }

  #hangUp(code?: number, reason?: string): void {
    this.socket!.close(code, reason);
    // Some peers end the connection late, or never: nobody waits for that.
    this.#detach();
  }

  #isUp(): boolean {
    return this.phase === "open" || this.phase === "connecting";
  }

  #isStable(): boolean {
    const uptime = this.#env.now() - this.#openedAt;
    return uptime >= (this.#options.minUptime ?? 5000);
  }

  #enter(phase: Connector["phase"]): number {
    this.#cancel?.();
    this.#cancel = undefined;
    this.phase = phase;
    return ++this.#step;
  }

  #close(): void {
    this.#enter("closed");
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  async #dial(): Promise<void> {
    const step = this.#enter("dialing");
    try {
      const { url, protocols } = await this.target();
      if (step !== this.#step) return;
      this.#connect(url, protocols);
    } catch (error) {
      if (step !== this.#step) return;
      this.failed(error);
      if (step !== this.#step) return;
      this.#lost(broken("not prepared"));
    }
  }

  #connect(url: string, protocols: Target["protocols"]): void {
    const { WebSocket = globalThis.WebSocket, connectionTimeout = 10_000 } =
      this.#options;
    const socket = this.socket = new WebSocket(url, protocols);
    this.#enter("connecting");
    socket.binaryType = this.binaryType;
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }) => this.received(data);
    socket.onerror = (event) => this.failed(event);
    socket.onclose = ({ code, reason, wasClean }) => {
      this.#detach();
      // Some runtimes say 0 where RFC 6455 says 1006.
      this.#lost({ code: code || ABNORMAL, reason, wasClean });
    };
    this.#cancel = this.#env.after(
      connectionTimeout * Math.min(4, this.#retries + 1),
      () => this.drop("timeout"),
    );
  }

  #opened(): void {
    this.#enter("open");
    this.#openedAt = this.#env.now();
    this.#failures = 0;
    this.wasOpen = true;
    this.opened();
  }

  #detach(): void {
    const { socket } = this;
    if (socket === undefined) return;
    socket.onopen =
      socket.onmessage =
      socket.onerror =
      socket.onclose =
        null;
  }

  #lost(end: End): void {
    if (this.phase !== "open") this.#failures++;
    else if (this.#isStable()) this.#retries = 0;
    const final = this.#isFinal(end);
    if (final) this.#close();
    else this.#wait(end.code);
    this.ended(end, final ? "failed" : "retry");
    // Each refused attempt costs the server two requests: not after all of them.
    if (!final && this.#failures % 4 === 1) this.#probe();
  }

  #isFinal(end: End): boolean {
    const { maxRetries = Infinity, shouldReconnectOnClose } = this.#options;
    return end.code === 1008 || (end.code >= 4000 && end.code < 5000) ||
      this.#retries >= maxRetries ||
      shouldReconnectOnClose?.(end as CloseEvent) === false;
  }

  #wait(code: number): void {
    this.#enter("waiting");
    if (!this.#env.isOnline()) return;
    // Going away, restart, overload.
    const crowd = code === 1001 || code === 1012 || code === 1013;
    const random = this.#env.random();
    this.#cancel = this.#env.after(
      retryDelay(this.#retries, crowd, random, this.#options),
      () => this.#env.isOnline() && this.#retry(),
    );
  }

  #retry(): void {
    this.#retries++;
    this.#dial();
  }

  #wake(): void {
    if (!this.#env.isOnline()) return;
    if (this.phase === "waiting") this.#retry();
    else if (this.phase === "open") this.woken();
  }

  async #probe(): Promise<void> {
    if (!this.socket) return;
    const status = await this.refusal(this.socket.url);
    // It may be open by now, or given up.
    if (!status || !this.#failures || this.phase === "closed") return;
    if (this.#isUp()) this.#hangUp();
    this.#close();
    this.ended(broken(`handshake refused with ${status}`), "failed", status);
  }
}

function broken(reason: string): End {
  return { code: ABNORMAL, reason, wasClean: false };
}
