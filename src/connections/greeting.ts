import type { SocketData } from "../ports/socket.ts";
import type { FrameKind } from "../protocol/state_frames.ts";
import type { Recipient } from "./owner.ts";

/** Stands at the end of a greeting. */
export const GREETING_END = "";

/** Whose greeting it is. */
export interface GreetingOwner {
  /** Whether it is the one that counts: the client may have come back once more meanwhile. */
  isPresent(greeting: Greeting): boolean;
  /** Hands a frame to the socket. */
  pass(data: SocketData, kind: FrameKind): void;
  /** All of it has passed. */
  done(): void;
  /** More waits than may. */
  overflowed(): void;
}

/**
 * The first frames to a client that goes on with its session. They pass while
 * nothing else does, when all is on disk that was written before them.
 */
export class Greeting implements Recipient {
  #owner: GreetingOwner;

  constructor(owner: GreetingOwner) {
    this.#owner = owner;
  }

  transmit(data: SocketData, kind: FrameKind = "volatile"): void {
    if (!this.#owner.isPresent(this)) return;
    if (data === GREETING_END) this.#owner.done();
    else this.#owner.pass(data, kind);
  }

  /** Those that close have another way. */
  hangUp(): void {}

  overflowed(): void {
    this.#owner.overflowed();
  }
}
