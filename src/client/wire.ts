import { PING, PONG } from "../protocol/heartbeat.ts";
import { parseServerFrame } from "../protocol/server_frames.ts";
import { retryDelay } from "./backoff.ts";
import { ABNORMAL, broken, type End, isFinal } from "./end.ts";
import { type Environment, surroundings } from "./environment.ts";
import { type Heartbeat, heartbeat } from "./heartbeat.ts";
import { type ClientData, Outbox } from "./outbox.ts";
import { refusedStatus } from "./probe.ts";
import type { WireEvents, WireOptions } from "./wire_options.ts";

/**
 * A connection that comes back, with what waits for it and what watches over
 * it:
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
export class Wire {
  phase: "closed" | "dialing" | "connecting" | "open" | "waiting" = "closed";
  /** The WebSocket of this attempt, or of the last one. */
  socket: WebSocket | undefined;
  binaryType: BinaryType = "blob";
  /** There has been an open connection since the start. */
  wasOpen = false;
  /** Whether the server knows the extensions; `undefined` until its first message. */
  isRoam: boolean | undefined;
  readonly outbox: Outbox;
  #options: WireOptions;
  #events: WireEvents;
  #env: Environment;
  #heartbeat: Heartbeat;
  #step = 0;
  #retries = 0;
  /** Attempts in a row that did not come to be open. */
  #failures = 0;
  #openedAt = 0;
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
    this.outbox = new Outbox(options.maxEnqueuedMessages ?? 1000);
    this.#heartbeat = heartbeat(
      options.heartbeatInterval ?? 15_000,
      env,
      () => this.write(PING),
      () => this.#drop("no heartbeat"),
    );
  }

  get isOpen(): boolean {
    return this.phase === "open";
  }

  /** Retries since a connection was last stable. */
  get retries(): number {
    return this.isOpen && this.#isStable() ? 0 : this.#retries;
  }

  /** Sends now. */
  write(data: ClientData): void {
    this.socket!.send(data);
  }

  /** Sends now, or when there is a connection, and then calls `sent`; returns how to withdraw it. */
  post(data: ClientData, sent?: () => void): (() => void) | undefined {
    if (!this.isOpen) return this.outbox.add(data, sent);
    this.write(data);
    sent?.();
  }

  /** Dials now, and counts anew. Ends the connection there is; throws, and does nothing, when the code may not be sent. */
  start(code: number = 1000, reason = ""): void {
    const wasUp = this.#hangUp(code, reason);
    this.#retries = this.#failures = 0;
    this.wasOpen = false;
    this.#unwatch ??= this.#env.onWake(() => this.#wake());
    this.#dial();
    if (wasUp) this.#ended({ code, reason, wasClean: true }, "retry");
  }

  /** Ends everything. Throws, and does nothing, when the code may not be sent. */
  stop(code: number, reason: string): void {
    if (this.phase === "closed") return;
    this.#hangUp(code, reason);
    this.#close();
    this.#ended({ code, reason, wasClean: true }, "closed");
  }

  /** Takes a message of the server. */
  received(data: unknown): void {
    this.#heartbeat.heard();
    if (data === PONG) return;
    const frame = parseServerFrame(data);
    if (this.isRoam === undefined) {
      this.isRoam = frame?.type === "roam_hello";
      if (this.isRoam) this.#heartbeat.start();
    }
    this.#events.received(data, frame);
  }

  /** Gives the connection, or the attempt, up as broken. */
  #drop(reason: string): void {
    if (this.#hangUp()) this.#lost(broken(reason));
  }

  /** Whether there was a connection, or one in the making. */
  #hangUp(code?: number, reason?: string): boolean {
    const isUp = this.isOpen || this.phase === "connecting";
    if (isUp) {
      this.socket!.close(code, reason);
      // Some peers end the connection late, or never: nobody waits for that.
      this.#detach();
    }
    return isUp;
  }

  #isStable(): boolean {
    const uptime = this.#env.now() - this.#openedAt;
    return uptime >= (this.#options.minUptime ?? 5000);
  }

  #enter(phase: Wire["phase"]): number {
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
    const isNow = () => step === this.#step;
    try {
      const { url, protocols } = await this.#events.target();
      if (isNow()) this.#connect(url, protocols);
    } catch (error) {
      if (isNow()) this.#events.failed(error);
      if (isNow()) this.#lost(broken("not prepared"));
    }
  }

  #connect(url: string, protocols?: string | string[]): void {
    const { WebSocket = globalThis.WebSocket, connectionTimeout = 10_000 } =
      this.#options;
    const socket = this.socket = new WebSocket(url, protocols);
    this.#enter("connecting");
    socket.binaryType = this.binaryType;
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }) => this.received(data);
    socket.onerror = (event) => this.#events.failed(event);
    socket.onclose = ({ code, reason, wasClean }) => {
      this.#detach();
      // Some runtimes say 0 where RFC 6455 says 1006.
      this.#lost({ code: code || ABNORMAL, reason, wasClean });
    };
    this.#cancel = this.#env.after(
      connectionTimeout * Math.min(4, this.#retries + 1),
      () => this.#drop("timeout"),
    );
  }

  #detach(): void {
    const socket = this.socket!;
    socket.onopen =
      socket.onmessage =
      socket.onerror =
      socket.onclose =
        null;
  }

  #opened(): void {
    this.#enter("open");
    this.#openedAt = this.#env.now();
    this.#failures = 0;
    this.wasOpen = true;
    this.outbox.flush((data) => this.write(data));
    this.#events.opened();
  }

  #ended(...end: Parameters<WireEvents["ended"]>): void {
    this.isRoam = undefined;
    this.#heartbeat.stop();
    this.#events.ended(...end);
  }

  #lost(end: End): void {
    if (!this.isOpen) this.#failures++;
    else if (this.#isStable()) this.#retries = 0;
    if (isFinal(end, this.#retries, this.#options)) {
      this.#close();
      return this.#ended(end, "failed");
    }
    this.#wait(end.code);
    this.#ended(end, "retry");
    // Each refused attempt costs the server two requests: not after all of them.
    if (this.#failures % 4 === 1) this.#probe();
  }

  #wait(code: number): void {
    this.#enter("waiting");
    if (!this.#env.isOnline()) return;
    this.#cancel = this.#env.after(
      retryDelay(this.#retries, code, this.#env.random(), this.#options),
      () => this.#wake(),
    );
  }

  /** A wait is over, or may be cut short; or an open connection may have died unnoticed. */
  #wake(): void {
    if (!this.#env.isOnline()) return;
    if (this.isOpen) this.#heartbeat.check();
    if (this.phase !== "waiting") return;
    this.#retries++;
    this.#dial();
  }

  async #probe(): Promise<void> {
    if (!this.socket) return;
    const status = await refusedStatus(this.socket.url, this.#options.fetch);
    // It may be open by now, or given up.
    if (!status || !this.#failures || this.phase === "closed") return;
    this.#hangUp();
    this.#close();
    this.#ended(broken(`handshake refused with ${status}`), "failed", status);
  }
}
