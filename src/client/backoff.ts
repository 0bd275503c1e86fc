/** How a client waits before it dials again. */
export interface BackoffOptions {
  /** The longest wait before the first retry, in milliseconds. Default 500. */
  minReconnectionDelay?: number | undefined;
  /** The longest wait before any retry, in milliseconds. Default 30,000. */
  maxReconnectionDelay?: number | undefined;
  /** What each further failure multiplies the longest wait by. Default 2. */
  reconnectionDelayGrowFactor?: number | undefined;
}

/**
 * A server that is not there has lost everybody: so many first waits spread
 * them out. Waits of up to 7.5 s bring at most e * 250 / 7500, 9 %, of them
 * back in any 250 ms, however long it was away.
 */
const CROWD = 15;

/**
 * Milliseconds to wait before retry number `retry`, from 0 on: anything from
 * nothing to a bound that grows, so that clients which lost the same server
 * do not come back in step (full jitter).
 *
 * One lost connection is most often one client's own, and is retried soon.
 * Where the first retry failed too, or the server said by `code` that
 * it restarts, all of its clients are on their way.
 */
export function retryDelay(
  retry: number,
  code: number,
  random: number,
  options: BackoffOptions,
): number {
  // Going away, restart, overload.
  const crowd = retry > 0 || code === 1001 || code === 1012 || code === 1013;
  const first = options.minReconnectionDelay ?? 500;
  const grown = first * (options.reconnectionDelayGrowFactor ?? 2) ** retry;
  const bound = crowd ? Math.max(grown, first * CROWD) : grown;
  return random * Math.min(bound, options.maxReconnectionDelay ?? 30_000);
}
