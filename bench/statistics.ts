/** A median, and the bounds that hold the true one with 95 % confidence. */
export interface Estimate {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]
    : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The median with its confidence interval from order statistics: it assumes
 * nothing about how the values are distributed. Few values give their range.
 */
export function estimate(values: readonly number[]): Estimate {
  const sorted = ascending(values);
  const cut = valuesToCut(sorted.length);
  return {
    median: median(sorted),
    low: sorted[cut],
    high: sorted[sorted.length - 1 - cut],
  };
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

/** How many of `count` values may be cut off at each end so that the rest still spans the median in 95 of 100 cases. */
function valuesToCut(count: number): number {
  let probability = 0.5 ** count;
  let tail = probability;
  let cut = 0;
  while (cut < count / 2) {
    probability *= (count - cut) / (cut + 1);
    tail += probability;
    if (tail > 0.025) break;
    cut++;
  }
  return cut;
}
