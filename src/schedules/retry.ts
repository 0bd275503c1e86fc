import type { RetryOptions } from "../ports/jobs.ts";
import { warnOfNearMisses } from "../runtime/near_miss.ts";

/** What `this.retry` takes besides. */
export interface RetryCallOptions extends RetryOptions {
  /** Whether to try again after this error, with the number of the attempt that would be next. Default: always. */
  readonly shouldRetry?: (error: unknown, nextAttempt: number) => boolean;
}

/** How long something may be tried, with nothing left open. */
export type RetryPolicy = Required<RetryOptions>;

const DEFAULTS = {
  maxAttempts: 3,
  baseDelayMs: 100,
  maxDelayMs: 3000,
} satisfies RetryPolicy;
const KEYS = Object.keys(DEFAULTS) as (keyof RetryPolicy)[];
const OPTIONS: (keyof RetryCallOptions)[] = [...KEYS, "shouldRetry"];

/** `options` filled up from `defaults`, and these from the library's. Throws an `Error` for what makes no sense. */
export function retryPolicy(
  options: RetryOptions | undefined,
  defaults: RetryOptions | undefined,
): RetryPolicy {
  const given = Object.keys({ ...defaults, ...options });
  warnOfNearMisses("retry has an option", given, OPTIONS);
  const policy = { ...DEFAULTS };
  for (const key of KEYS) {
    policy[key] = options?.[key] ?? defaults?.[key] ?? policy[key];
  }
  const { maxAttempts, baseDelayMs, maxDelayMs } = policy;
  // The texts are those of Cloudflare's SDK.
  if (!Number.isFinite(maxAttempts) || maxAttempts < 1) {
    throw new Error("retry.maxAttempts must be >= 1");
  }
  if (!Number.isInteger(maxAttempts)) {
    throw new Error("retry.maxAttempts must be an integer");
  }
  for (const key of KEYS) {
    if (!Number.isFinite(policy[key]) || policy[key] <= 0) {
      throw new Error(`retry.${key} must be > 0`);
    }
  }
  if (baseDelayMs > maxDelayMs) {
    throw new Error("retry.baseDelayMs must be <= retry.maxDelayMs");
  }
  return policy;
}

/** Milliseconds to wait after attempt number `attempt` has failed: random, so that those that failed together do not come back together. */
export function backoffMs(
  attempt: number,
  { baseDelayMs, maxDelayMs }: RetryPolicy,
  random: () => number = Math.random,
): number {
  return Math.floor(
    random() * Math.min(2 ** attempt * baseDelayMs, maxDelayMs),
  );
}

/** Calls `attempt` with 1, 2, … until it succeeds, and rejects with the last error. */
export async function retry<T>(
  attempt: (attempt: number) => T | Promise<T>,
  policy: RetryPolicy,
  shouldRetry: RetryCallOptions["shouldRetry"],
  wait: (ms: number) => Promise<void>,
): Promise<T> {
  for (let number = 1;; number++) {
    try {
      return await attempt(number);
    } catch (error) {
      const next = number + 1;
      if (next > policy.maxAttempts) throw error;
      if (shouldRetry !== undefined && !shouldRetry(error, next)) throw error;
      await wait(backoffMs(number, policy));
    }
  }
}
