import type { Environment } from "./environment.ts";

/** Asks a silent server for a sign of life. */
export interface Heartbeat {
  start(): void;
  stop(): void;
  /** There was a message: each one is a sign. */
  heard(): void;
  /** Asks now, and wants the answer soon: the device may have slept. */
  check(): void;
}

/**
 * Calls `ping` after `interval` milliseconds without a message, and `dead`
 * when there is no answer to two of them in a row.
 */
export function heartbeat(
  interval: number,
  env: Environment,
  ping: () => void,
  dead: () => void,
): Heartbeat {
  /** Half intervals without a word. */
  let silence = 0;
  let cancel: (() => void) | undefined;
  const start = () => {
    cancel?.();
    if (interval > 0) cancel = env.after(interval / 2, tick);
  };
  const tick = () => {
    if (++silence > 3) return dead();
    if (silence > 1) ping();
    start();
  };
  return {
    start,
    stop() {
      cancel?.();
      cancel = undefined;
    },
    heard() {
      silence = 0;
    },
    check() {
      if (!cancel) return;
      // A whole step for the answer, however old the present one is.
      silence = 2;
      tick();
    },
  };
}
