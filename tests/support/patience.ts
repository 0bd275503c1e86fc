/**
 * How long a test waits for what has to come, in milliseconds, before it says
 * that it has not: far longer than that takes on a machine that does much else,
 * and less than a runner waits before it calls a test one that hangs.
 */
export const PATIENCE_MS = 60_000;
