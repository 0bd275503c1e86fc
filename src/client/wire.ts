import { PING, PONG } from "../protocol/heartbeat.ts";
import { parseServerFrame } from "../protocol/server_frames.ts";
import { retryDelay } from "./backoff.ts";
import { ABNORMAL, broken, type End, isFinal, type Next } from "./end.ts";
import { type Environment, surroundings } from "./environment.ts";
import { AgentClientError } from "./errors.ts";
import { type Heartbeat, heartbeat } from "./heartbeat.ts";
import type { ClientData, Letter } from "./letter.ts";
import { refusedStatus } from "./probe.ts";
import type {
  Target,
  WebSocketLike,
  WireEvents,
  WireOptions,
} from "./wire_options.ts";

/**
 * A connection that comes back, with what waits for it and what watches over
 * it:
 *
 * ```
 * idle -start-> connecting -open-> open
 *                  ^   | lost          | lost
 *                waiting <-------------'
 * ```
 *
 * `stop` and an end that is final lead from everywhere to `closed`, `start`
 * from everywhere to `connecting`. Each attempt gets a number; what an earlier
 * one still brings about is ignored.
 */
export class Wire {
  phase: "idle" | "connecting" | "open" | "waiting" | "closed" = "idle";
  /** The WebSocket of this attempt, or of the last one. */
  socket: WebSocketLike | undefined;
  binaryType: BinaryType = "blob";
  /** There has been an open connection since the start. */
  wasOpen = false;
  /** Retries since a connection was last stable. */
  retries = 0;
  /** The server of this connection knows the extensions. */
  isRoam = false;
  /** What waits for a connection, in order, and not without bound. */
  readonly queue: Set<Letter> = new Set();
  #options: WireOptions;
  #events: WireEvents;
  #env: Environment;
  #heartbeat: Heartbeat;
  #attempt = 0;
  /** Attempts in a row that did not come to be open. */
  #failures = 0;
  #cancel: (() => void) | undefined;
  #unwatch: (() => void) | undefined;

  constructor(
    options: WireOptions,
    events: WireEvents,
    env: Environment = surroundings,
  ) {
    this.#options = options;
    this.#events = events;
    this.#env = env;
    this.#heartbeat = heartbeat(
      options.heartbeatInterval ?? 15_000,
      env,
      () => this.write(PING),
      () => this.#drop("no heartbeat"),
    );
  }

  /** Sends now. */
  write(data: ClientData): void {
    // What else than texts it takes is between its maker and the application.
    this.socket!.send(data as string);
  }

  /** Sends now, and returns `true`, or when there is a connection. Throws when too many wait for it. */
  post(letter: Letter): boolean {
    // Between the peer's goodbye and the event of it nothing is sent any more.
    if (this.phase === "open" && this.socket!.readyState === 1) {
      this.write(letter.data);
      return letter.isSent = true;
    }
    if (this.queue.size >= (this.#options.maxEnqueuedMessages ?? 1000)) {
      const message = "Cannot send: the queue is full";
      throw new AgentClientError("QUEUE_FULL", message);
    }
    this.queue.add(letter);
    return false;
  }

  /** Dials now, and counts anew. Ends the connection there is; throws, and does nothing, when the code may not be sent. */
  start(code: number = 1000, reason = ""): void {
    const isUp = this.phase === "open" || this.socket?.readyState === 0;
    this.#hangUp(code, reason);
    this.retries = this.#failures = 0;
    this.wasOpen = false;
    this.#unwatch ??= this.#env.onWake(() => this.#wake());
    this.#dial();
    if (isUp) this.#ended({ code, reason, wasClean: true }, "retry");
  }

  /** Ends everything. Throws, and does nothing, when the code may not be sent. */
  stop(code: number, reason: string): void {
    if (this.phase === "closed") return;
    this.#hangUp(code, reason);
    this.#ended({ code, reason, wasClean: true }, "closed");
  }

  /** Takes a message of the server. */
  received(data: unknown): void {
    this.#heartbeat.heard();
    if (data === PONG) return;
    const frame = parseServerFrame(data);
    if (frame?.type === "roam_hello") {
      this.isRoam = true;
      this.#heartbeat.start();
    }
    this.#events.received(data, frame);
  }

  /** Gives the connection, or the attempt, up as broken. */
  #drop(reason: string): void {
    this.#hangUp();
    this.#lost(broken(reason));
  }

  /** Nothing more is heard of this attempt: some peers end a connection late, or never. */
  #hangUp(code?: number, reason?: string): void {
    this.socket?.close(code, reason);
    this.#attempt++;
  }

  /** Goes on from here in `ms` milliseconds, unless something happens before. */
  #enter(phase: Wire["phase"], ms = 0, goOn?: () => void): void {
    this.#cancel?.();
    this.#cancel = goOn && this.#env.after(ms, goOn);
    this.phase = phase;
  }

  async #dial(): Promise<void> {
    const { WebSocket = globalThis.WebSocket, connectionTimeout = 10_000 } =
      this.#options;
    const attempt = ++this.#attempt;
    /** `step`, as long as this attempt is the present one. */
    const now = <T>(step: (value: T) => void) => (value: T) => {
      if (attempt === this.#attempt) step(value);
    };
    const failed = now((error) => this.#events.failed(error));
    const lost = now((end: End) => this.#lost(end));
    const connect = now(({ url, protocols }: Target) => {
      const socket = this.socket = new WebSocket(url, protocols || []);
      socket.binaryType = this.binaryType;
      socket.onopen = now(() => this.#opened());
      socket.onmessage = now(({ data }: MessageEvent) => this.received(data));
      socket.onerror = failed;
      socket.onclose = ({ code, reason, wasClean }: CloseEvent) =>
        // Some runtimes say 0 where RFC 6455 says 1006.
        lost({ code: code || ABNORMAL, reason, wasClean });
    });
    const patience = connectionTimeout * Math.min(4, this.retries + 1);
    this.#enter("connecting", patience, () => this.#drop("timeout"));
    try {
      connect(await this.#events.target());
    } catch (error) {
      failed(error);
      lost(broken("not prepared"));
    }
  }

  #opened(): void {
    this.#enter("open", this.#options.minUptime ?? 5000, () => {
      this.retries = 0;
    });
    this.wasOpen = true;
    this.#failures = 0;
    for (const letter of [...this.queue]) {
      this.queue.delete(letter);
      this.post(letter);
    }
    this.#events.opened();
  }

  #lost(end: End): void {
    if (this.phase !== "open") this.#failures++;
    const random = this.#env.random();
    const delay = retryDelay(this.retries, end.code, random, this.#options);
    this.#enter("waiting", delay, () => this.#wake());
    let next: Next = "retry";
    try {
      if (isFinal(end, this.retries, this.#options)) next = "failed";
    } finally {
      this.#ended(end, next);
    }
    if (this.phase !== "waiting") return;
    // Each refused attempt costs the server two requests: not after all of them.
    if (this.#failures % 4 === 1) this.#probe();
  }

  #ended(end: End, next: Next, status?: number): void {
    this.isRoam = false;
    this.#heartbeat.stop();
    if (next !== "retry") {
      this.#enter("closed");
      this.#unwatch?.();
      this.#unwatch = undefined;
    }
    this.#events.ended(end, next, status);
  }

  /** A wait is over, or may be cut short; or an open connection may have died unnoticed. */
  #wake(): void {
    // It is tried again when the network is back.
    if (!this.#env.isOnline()) return;
    if (this.phase === "open") this.#heartbeat.check();
    if (this.phase !== "waiting") return;
    this.retries++;
    this.#dial();
  }

  async #probe(): Promise<void> {
    if (!this.socket) return;
    const status = await refusedStatus(this.socket.url, this.#options.fetch);
    // It may be open by now, or given up.
    if (!status || !this.#failures || this.phase === "closed") return;
    this.#hangUp();
    this.#ended(broken(`handshake refused with ${status}`), "failed", status);
  }
}
