import type { Environment } from "./environment.ts";

/** Asks a silent server for a sign of life. */
export interface Heartbeat {
  start(): void;
  stop(): void;
  /** There was a message: each one is a sign. Where it `isAnswer`, all that was sent has arrived. */
  heard(isAnswer: boolean): void;
  /** So many bytes are on their way here. */
  expect(bytes: number): void;
  /** So many bytes are on their way to the server, and an answer stands behind them. */
  sent(bytes: number): void;
  /** Asks now, and wants the answer soon: the device may have slept. */
  check(): void;
}

/** The slowest link that a large message is waited for on, in bytes a millisecond. */
const SLOWEST = 8.192;
/** The most that is believed to be on its way: it may have arrived long ago. */
const MOST = 2 ** 21;

/**
 * Calls `ping` after `interval` milliseconds without a message, and `dead`
 * when there is no answer to two of them in a row, and nothing large was on
 * its way that would have taken longer.
 */
export function heartbeat(
  interval: number,
  env: Environment,
  ping: () => void,
  dead: () => void,
): Heartbeat {
  const step = interval / 2;
  /** Steps without a word. */
  let silence = 0;
  /** Bytes on their way, here and there. */
  let expected = 0;
  let unanswered = 0;
  /** Steps that what was on its way at the first question may take. */
  let patience = 0;
  let cancel: (() => void) | undefined;
  const start = () => {
    cancel?.();
    if (interval > 0) cancel = env.after(step, tick);
  };
  const wait = () => {
    patience = Math.max(expected, unanswered) / SLOWEST / step;
  };
  const tick = () => {
    if (++silence > 3 + patience) return dead();
    if (silence === 2) wait();
    unanswered = Math.max(0, unanswered - SLOWEST * step);
    if (silence > 1 || unanswered) ping();
    start();
  };
  return {
    start,
    stop() {
      cancel?.();
      cancel = undefined;
      unanswered = 0;
    },
    heard(isAnswer) {
      silence = expected = patience = 0;
      if (isAnswer) unanswered = 0;
    },
    expect(bytes) {
      expected = bytes;
    },
    sent(bytes) {
      unanswered = Math.min(MOST, unanswered + bytes);
    },
    check() {
      if (!cancel) return;
      // A whole step for the answer, however old the present one is.
      silence = 2;
      wait();
      tick();
    },
  };
}
