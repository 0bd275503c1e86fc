import type { Clock } from "../ports/clock.ts";
import { Watcher } from "../runtime/watcher.ts";

const POLL_MS = 5;

/** A stream that waits for its peer. */
export interface WaitingStream {
  /** Nothing more is sent. */
  readonly isOver: boolean;
  /** The peer does not take what it is sent as fast as it is sent. */
  readonly isBehind: boolean;
}

/** Where streams wait for peers that don't keep up. Sockets do not say when they have drained: those that somebody waits for are looked at. */
export class DrainWatcher {
  #waiting: Watcher<{ stream: WaitingStream; resolve: () => void }>;
  #turn: Promise<void> | undefined;

  constructor(clock: Clock) {
    this.#waiting = new Watcher(
      clock,
      POLL_MS,
      ({ stream }) => !stream.isOver && stream.isBehind,
      ({ resolve }) => resolve(),
    );
  }

  /** Resolves when the peer of `stream` has caught up, or the stream is over. */
  wait(stream: WaitingStream): Promise<void> {
    return new Promise((resolve) => this.#waiting.add({ stream, resolve }));
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
}
