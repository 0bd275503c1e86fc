/** How often it is looked, and told. */
export interface LagTimes {
  /** Milliseconds between two looks. Default 100. */
  readonly sampleMs?: number;
  /** Milliseconds between two reports. Default 5,000. */
  readonly reportMs?: number;
}

/**
 * Tells how late timers are: every `reportMs` the longest delay since the last
 * report, in milliseconds, until the returned function is called. It keeps no
 * process alive.
 */
export function watchEventLoop(
  report: (ms: number) => void,
  { sampleMs = 100, reportMs = 5000 }: LagTimes = {},
): () => void {
  let last = performance.now();
  let reported = last;
  let longest = 0;
  const timer: unknown = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - sampleMs);
    last = now;
    if (now - reported < reportMs) return;
    report(longest);
    reported = now;
    longest = 0;
  }, sampleMs);
  unref(timer);
  return () => clearInterval(timer as ReturnType<typeof setInterval>);
}

function unref(timer: unknown): void {
  const { Deno } = globalThis as {
    Deno?: { unrefTimer(id: number): void };
  };
  // In Deno a timer is a number, unless the program asked for those of Node.
  if (typeof timer === "number") Deno?.unrefTimer(timer);
  else (timer as { unref?(): void }).unref?.();
}
