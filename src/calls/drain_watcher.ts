import type { Clock } from "../ports/clock.ts";

const POLL_MS = 5;

/** A stream that waits for its peer. */
export interface WaitingStream {
  /** Nothing more is sent. */
  readonly isOver: boolean;
  /** The peer does not take what it is sent as fast as it is sent. */
  readonly isBehind: boolean;
}

/**
 * Where streams wait for peers that don't keep up. Sockets do not say when
 * they have drained, so one timer looks at those that somebody waits for; it
 * runs only then.
 */
export class DrainWatcher {
  #clock: Clock;
  #waiting = new Map<WaitingStream, () => void>();
  #stop: (() => void) | undefined;
  #turn: Promise<void> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when the peer of `stream` has caught up, or the stream is over. */
  wait(stream: WaitingStream): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(stream, resolve);
      this.#stop ??= this.#clock.every(POLL_MS, () => this.#look());
    });
  }

  /** Resolves after whatever else waits in the event loop; all that wait share one timer. */
  turn(): Promise<void> {
    return this.#turn ??= new Promise((resolve) => {
      setTimeout(() => {
        this.#turn = undefined;
        resolve();
      });
    });
  }

  #look(): void {
    for (const [stream, resolve] of this.#waiting) {
      if (!stream.isOver && stream.isBehind) continue;
      this.#waiting.delete(stream);
      resolve();
    }
    if (this.#waiting.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }
}
