import type { SocketEvents } from "../ports/socket.ts";

/** A value, or a promise of it: what is synchronous stays so. */
export type MaybePromise<T> = T | Promise<T>;

/** What a platform answers: `undefined` where it took the connection over by itself (Bun). */
export type Answer = Response | undefined;

/** What a runtime has to do for {@linkcode createHost}. */
export interface Platform<Native> {
  /**
   * Upgrades `request` and has the events of its socket delivered to
   * `events`. `headers` belong into the 101. Throws a {@linkcode Refusal} when
   * the handshake is malformed.
   */
  upgrade(
    request: Request,
    events: SocketEvents,
    native: Native,
    headers?: Headers,
  ): Answer;
  /** The path that the client sent, where the runtime's `Request` has followed its dot segments. */
  received?(request: Request, native: Native): string | undefined;
  /** Makes `request` readable also after the upgrade. Called when a hook is going to take it. */
  keep?(request: Request): Request;
  /** The address of the client that sent `request`, where the runtime tells it. */
  peer?(request: Request, native: Native): string | undefined;
  /** Called before an agent answers `request`, which may take any time. */
  answering?(request: Request, native: Native): void;
  /** Settles when all of `response`, the answer to `request`, has been sent, or its client has gone. Without it the body is watched. */
  sent?(
    response: Response,
    request: Request,
    native: Native,
  ): Promise<unknown> | undefined;
}

/** Thrown where a request can't be served: it is answered with this status and text. */
export class Refusal extends Error {
  /** The HTTP status. */
  readonly status: number;

  /** `message` is the body. */
  constructor(status: number, message: string) {
    super(message);
    this.name = "Refusal";
    this.status = status;
  }
}
