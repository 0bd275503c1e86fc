/** What may not happen when a server's clients come back to it. */
export interface StormBounds {
  /** How many clients there are. */
  readonly clients: number;
  /** The largest share of them in any window. */
  readonly share: number;
  readonly windowMs: number;
  /** When 99 of 100 have to be back. */
  readonly p99Ms: number;
}

/** What is wrong with these times, in milliseconds from when the server was there again. */
export function stormProblems(
  times: readonly number[],
  { clients, share, windowMs, p99Ms }: StormBounds,
): string[] {
  const problems: string[] = [];
  const { worst, p99 } = stormFigures(times, windowMs);
  if (times.length !== clients) {
    problems.push(`${times.length} of ${clients} are back`);
  }
  if (worst > share * clients) {
    problems.push(`${worst} of ${clients} within ${windowMs} ms`);
  }
  if (p99 > p99Ms) problems.push(`p99 is ${Math.round(p99)} ms`);
  return problems;
}

/** The most within a window, and the time that 99 of 100 are below. */
export function stormFigures(
  times: readonly number[],
  windowMs: number,
): { worst: number; p99: number } {
  const sorted = [...times].sort((a, b) => a - b);
  let worst = 0;
  for (let from = 0, to = 0; to < sorted.length; to++) {
    while (sorted[to] - sorted[from] >= windowMs) from++;
    worst = Math.max(worst, to - from + 1);
  }
  return { worst, p99: sorted[Math.ceil(sorted.length * 0.99) - 1] };
}
