import { PING, PONG } from "../protocol/heartbeat.ts";
import { RESUME, SESSION_KEY } from "../protocol/session_frames.ts";
import { parseServerFrame } from "../protocol/server_frames.ts";
import { retryDelay } from "./backoff.ts";
import {
  ABNORMAL,
  abnormalClose,
  type AfterClose,
  type CloseInfo,
  EXPIRED,
  isFinal,
  TOO_BIG,
} from "./close_info.ts";
import { Delivery } from "./delivery.ts";
import { type Environment, surroundings } from "./environment.ts";
import { AgentClientError } from "./errors.ts";
import { type Heartbeat, heartbeat } from "./heartbeat.ts";
import {
  type ClientData,
  type OutgoingMessage,
  sizeOf,
} from "./outgoing_message.ts";
import { refusal } from "./probe.ts";
import type {
  ReconnectOptions,
  SocketOwner,
  SocketTarget,
  WebSocketLike,
} from "./socket_options.ts";

/** In the URL of an attempt that is to go on with a session. */
const RESUMES = `${SESSION_KEY}=${RESUME}`;

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
export class ReconnectingSocket {
  phase: "idle" | "connecting" | "open" | "waiting" | "closed" = "idle";
  /** The WebSocket of this attempt, or of the last one. */
  socket: WebSocketLike | undefined;
  binaryType: BinaryType = "blob";
  /** There has been an open connection since the start. */
  wasOpen = false;
  /** The system says that there is no network, and nothing has come since. */
  isDoubted = false;
  /** Retries since a connection was last stable. */
  retries = 0;
  /** The server of this connection knows the extensions. */
  isRoam = false;
  /** How large a message the server takes, as far as it has said that. */
  maxBytes = Infinity;
  /** What waits for a connection, in order, and not without bound. */
  readonly queue: Set<OutgoingMessage> = new Set();
  readonly delivery: Delivery = new Delivery((frame) => this.write(frame));
  /** This connection goes on with the session of the one before. */
  isResumed = false;
  #options: ReconnectOptions;
  #events: SocketOwner;
  #env: Environment;
  #heartbeat: Heartbeat;
  #attempt = 0;
  /** Attempts in a row that did not come to be open. */
  #failures = 0;
  /** The connection before was closed as expired, and nothing has come since. */
  #isRenewed = false;
  #cancel: (() => void) | undefined;
  #unwatch: (() => void) | undefined;
  /** The present connection has been open. */
  #isUp = false;
  /** Ends the time in which the server keeps the session. */
  #cancelWindow: (() => void) | undefined;

  constructor(
    options: ReconnectOptions,
    events: SocketOwner,
    env: Environment = surroundings,
  ) {
    this.#options = options;
    this.#events = events;
    this.#env = env;
    this.#heartbeat = heartbeat(
      options.heartbeatInterval ?? 15_000,
      env,
      () => {
        this.delivery.tell();
        this.socket!.send(PING);
      },
      () => this.drop("no heartbeat"),
    );
  }

  /** Sends now. What `isKept` is sent again when it did not arrive. */
  write(data: ClientData, isKept = false): void {
    this.#heartbeat.sent(sizeOf(data));
    this.delivery.sent(data, isKept);
    // What else than texts it takes is between its maker and the application.
    this.socket!.send(data as string);
  }

  /** Sends now, and returns `true`, or when there is a connection. Throws when too many wait for it. */
  post(message: OutgoingMessage): boolean {
    const { data } = message;
    const most = this.maxBytes;
    // A text has one to three bytes for each unit; most are decided by that.
    if (
      sizeOf(data) * 3 > most && new Blob([data as BlobPart]).size > most
    ) {
      throw new AgentClientError(
        "TOO_LARGE",
        `Cannot send: limits.messageBytes allows ${most} bytes`,
      );
    }
    this.#events.flush();
    // Between the peer's goodbye and the event of it nothing is sent any more.
    if (this.phase === "open" && this.socket!.readyState === 1) {
      this.write(data, true);
      return message.isSent = true;
    }
    if (this.queue.size >= (this.#options.maxEnqueuedMessages ?? 1000)) {
      const message = "Cannot send: the queue is full";
      throw new AgentClientError("QUEUE_FULL", message);
    }
    this.queue.add(message);
    return false;
  }

  /** Dials now, and counts anew. Ends the connection there is; throws, and does nothing, when the code may not be sent. */
  start(code: number = 1000, reason = ""): void {
    const isUp = this.phase === "open" || this.socket?.readyState! < 2;
    this.#events.flush(true);
    this.#hangUp(code, reason);
    this.retries = this.#failures = 0;
    this.wasOpen = this.#isRenewed = false;
    this.#unwatch ??= this.#env.onWake(() => this.#wake());
    this.#dial();
    if (this.#isUp) this.#gap("closed");
    if (isUp) this.#ended({ code, reason, wasClean: true }, "retry");
  }

  /** Ends everything. Throws, and does nothing, when the code may not be sent. */
  stop(code: number, reason: string): void {
    if (this.phase === "closed") return;
    this.#events.flush(true);
    this.#hangUp(code, reason);
    this.#ended({ code, reason, wasClean: true }, "closed");
  }

  /** Takes a message of the server. */
  received(data: unknown): void {
    this.#heartbeat.heard(data === PONG);
    this.#isRenewed = false;
    this.#doubt(false);
    if (data === PONG) return;
    const frame = parseServerFrame(data);
    if (frame?.type === "roam_large") {
      return this.#heartbeat.expect(frame.bytes as number);
    }
    // The server asks how far this client is.
    if (frame?.type === "roam_mark") return this.write(data as string);
    const hello = frame?.type === "roam_hello" ? frame : undefined;
    // The answer of the server to the wish to go on.
    if (this.phase === "connecting") {
      const resumed = hello?.received as number | undefined;
      if (resumed === undefined) this.#gap(hello?.gap as string ?? "unknown");
      this.#opened(resumed);
    }
    if (hello) {
      this.isRoam = true;
      this.maxBytes = hello.messageBytes as number ?? Infinity;
      this.#heartbeat.start();
    }
    this.delivery.heard(data, frame);
    this.#events.received(data, frame);
  }

  /** Gives the connection, or the attempt, up as broken. */
  drop(reason: string): void {
    this.#hangUp();
    this.#lost(abnormalClose(reason));
  }

  /** Nothing more is heard of this attempt: some peers end a connection late, or never. */
  #hangUp(code?: number, reason?: string): void {
    this.socket?.close(code, reason);
    this.#attempt++;
  }

  /** Goes on from here in `ms` milliseconds, unless something happens before. */
  #enter(phase: ReconnectingSocket["phase"], ms = 0, goOn?: () => void): void {
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
    const lost = now((end: CloseInfo) => this.#lost(end));
    const failed = now((error) => {
      this.#events.failed(error);
      // On Node 22 no `close` follows where the handshake has failed.
      const gone = now(() => {
        if (this.phase !== "connecting") return;
        this.#attempt++;
        this.#lost(abnormalClose("handshake failed"));
      });
      this.#env.after(0, () => gone(undefined));
    });
    const connect = now(({ url, protocols }: SocketTarget) => {
      const socket = this.socket = new WebSocket(url, protocols || []);
      socket.binaryType = this.binaryType;
      socket.onopen = now(() => {
        if (url.includes(RESUMES)) socket.send(this.delivery.proof);
        else this.#opened();
      });
      socket.onmessage = now(({ data }: MessageEvent) => this.received(data));
      socket.onerror = failed;
      socket.onclose = ({ code, reason, wasClean }: CloseEvent) =>
        // Some runtimes say 0 where RFC 6455 says 1006.
        lost({ code: code || ABNORMAL, reason, wasClean });
    });
    const patience = connectionTimeout * Math.min(4, this.retries + 1);
    this.#enter("connecting", patience, () => this.drop("timeout"));
    try {
      connect(await this.#events.target());
    } catch (error) {
      failed(error);
      lost(abnormalClose("not prepared"));
    }
  }

  /** With a session it goes on: so many messages have been received. */
  #opened(received?: number): void {
    const { delivery } = this;
    this.#cancelWindow?.();
    this.#enter("open", this.#options.minUptime ?? 5000, () => {
      this.retries = 0;
    });
    this.wasOpen = true;
    this.isDoubted = false;
    this.#failures = 0;
    this.#isUp = true;
    this.isResumed = received !== undefined;
    if (received === undefined) delivery.begin();
    else for (const data of delivery.resume(received)) this.write(data, true);
    for (const message of [...this.queue]) {
      this.queue.delete(message);
      this.post(message);
    }
    this.#events.opened();
    if (this.isResumed) this.#events.renewed();
  }

  #lost(end: CloseInfo): void {
    if (this.phase !== "open") this.#failures++;
    const random = this.#env.random();
    const { maxReconnectionDelay = 30_000 } = this.#options;
    // Some systems only believe that there is no network.
    const delay = this.#env.isOnline()
      ? retryDelay(this.retries, end.code, random, this.#options)
      : maxReconnectionDelay;
    this.#enter("waiting", delay, () => this.#retry());
    let next: AfterClose = "retry";
    try {
      if (isFinal(end, this.retries, this.#options, this.#isRenewed)) {
        next = "failed";
      }
    } finally {
      this.#isRenewed ||= end.code === EXPIRED;
      this.#ended(end, next);
    }
    if (this.phase !== "waiting") return;
    // Each refused attempt costs the server two requests: not after all of them.
    if (this.#failures % 4 === 1) this.#probe();
  }

  #ended(end: CloseInfo, next: AfterClose, status?: number): void {
    this.isRoam = false;
    this.#heartbeat.stop();
    const { delivery } = this;
    if (next !== "retry") {
      delivery.session = undefined;
      this.#cancelWindow?.();
      this.#enter("closed");
      this.#unwatch?.();
      this.#unwatch = undefined;
    } else if (this.#isUp) {
      // Whoever has closed it, the server may still have the session.
      if (delivery.session && end.code !== TOO_BIG) {
        const expired = () => this.#gap("expired");
        this.#cancelWindow = this.#env.after(delivery.window, expired);
      } else this.#gap("closed");
    }
    this.#isUp = false;
    this.#events.ended(end, next, status);
  }

  /** The session is over: what was sent, by either side, may be lost. */
  #gap(reason: string): void {
    const { delivery } = this;
    if (this.#isUp || delivery.session) this.#events.renewed(reason);
    delivery.session = undefined;
  }

  #retry(): void {
    this.retries++;
    this.#dial();
  }

  /** The network has come or gone, or the device has woken up: a wait may be cut short, and an open connection may have died unnoticed. */
  #wake(): void {
    const isOnline = this.#env.isOnline();
    if (this.phase === "waiting" && isOnline) return this.#retry();
    if (this.phase !== "open") return;
    this.#heartbeat.check();
    this.#doubt(!isOnline);
  }

  #doubt(isDoubted: boolean): void {
    if (this.isDoubted === isDoubted) return;
    this.isDoubted = isDoubted;
    this.#events.changed();
  }

  async #probe(): Promise<void> {
    if (!this.socket) return;
    const { url } = this.socket;
    const refused = await refusal(url, this.#options.fetch);
    // It may be open by now, or given up.
    if (!this.#failures || this.phase === "closed") return;
    if (!refused) {
      // A wrong port, for instance, would only be seen as a client that never connects.
      if (!this.wasOpen) {
        console.warn("Connection failed: is host right?", url.split("?")[0]);
      }
      return;
    }
    this.#hangUp();
    const { status, text } = refused;
    // Some answer with a page.
    const reason = `handshake refused with ${status}: ${text.slice(0, 200)}`;
    this.#ended(abnormalClose(reason), "failed", status);
  }
}
