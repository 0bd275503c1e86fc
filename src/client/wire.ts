import { PING, PONG } from "../protocol/heartbeat.ts";
import {
  parseServerFrame,
  type ServerFrame,
} from "../protocol/server_frames.ts";
import {
  Connector,
  type ConnectorOptions,
  type End,
  type Next,
  type Target,
} from "./connector.ts";
import type { Environment } from "./environment.ts";
import { Heartbeat } from "./heartbeat.ts";
import { type ClientData, Outbox } from "./outbox.ts";
import { refusedStatus } from "./probe.ts";

/** How a client keeps its connection. */
export interface WireOptions extends ConnectorOptions {
  /** How many messages may wait for a connection; one more is an error. Default 1,000. */
  maxEnqueuedMessages?: number;
  /** The silence, in milliseconds, after which the server is asked whether it is there; 0 for never. A dead connection is noticed within twice that. Default 15,000. */
  heartbeatInterval?: number;
  /** Asks by `fetch` why a handshake failed: 401, 403 and 404 are final. Default the global `fetch`; `null` for not at all. */
  fetch?: typeof globalThis.fetch | null;
}

/** Whom a {@linkcode Wire} works for. */
export interface WireEvents {
  target(): Promise<Target>;
  opened(): void;
  /** A message; `frame` is what it says when it is the protocol's. */
  received(data: unknown, frame: ServerFrame | undefined): void;
  failed(error: unknown): void;
  ended(end: End, next: Next, status?: number): void;
}

/** A connection that comes back, with what waits for it and what watches over it. */
export class Wire extends Connector {
  readonly outbox: Outbox;
  /** Whether the server knows the extensions; `undefined` until its first message. */
  isRoam: boolean | undefined;
  #events: WireEvents;
  #fetch: WireOptions["fetch"];
  #heartbeat: Heartbeat;

  constructor(options: WireOptions, events: WireEvents, env: Environment) {
    super(options, env);
    this.#events = events;
    this.#fetch = options.fetch;
    this.outbox = new Outbox(options.maxEnqueuedMessages ?? 1000);
    this.#heartbeat = new Heartbeat(
      options.heartbeatInterval ?? 15_000,
      env,
      () => this.write(PING),
      () => this.drop("no heartbeat"),
    );
  }

  get isOpen(): boolean {
    return this.phase === "open";
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

  override target(): Promise<Target> {
    return this.#events.target();
  }

  override opened(): void {
    this.outbox.flush((data) => this.write(data));
    this.#events.opened();
  }

  override received(data: unknown): void {
    this.#heartbeat.heard();
    if (data === PONG) return;
    const frame = typeof data === "string" ? parseServerFrame(data) : undefined;
    if (this.isRoam === undefined) {
      this.isRoam = frame?.type === "roam_hello";
      if (this.isRoam) this.#heartbeat.start();
    }
    this.#events.received(data, frame);
  }

  override failed(error: unknown): void {
    this.#events.failed(error);
  }

  override ended(end: End, next: Next, status?: number): void {
    this.isRoam = undefined;
    this.#heartbeat.stop();
    this.#events.ended(end, next, status);
  }

  override async refusal(url: string): Promise<number | undefined> {
    const { fetch } = globalThis;
    return this.#fetch === null
      ? undefined
      : await refusedStatus(url, this.#fetch ?? fetch);
  }

  override woken(): void {
    this.#heartbeat.check();
  }
}
