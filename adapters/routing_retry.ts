/** How often a Durable Object is asked again that the platform could not reach just now. */
export interface RoutingRetryOptions {
  /** All attempts, the first one too. Default 3. */
  maxAttempts?: number;
  /** The longest wait before the second attempt, in milliseconds; each later one may wait twice as long. Default 100. */
  baseDelayMs?: number;
  /** The longest wait of all, in milliseconds. Default 800. */
  maxDelayMs?: number;
  /** Called before each wait. What it throws is logged. */
  onRetry?: (event: RoutingRetryEvent) => void | Promise<void>;
}

/** What {@linkcode RoutingRetryOptions.onRetry} hears. */
export interface RoutingRetryEvent {
  /** Why the attempt failed. */
  readonly error: unknown;
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  /** How many there will be. */
  readonly maxAttempts: number;
  /** The wait before the next one, in milliseconds. */
  readonly delayMs: number;
  /** The instance. */
  readonly name: string;
  /** The binding, where the URL named it. */
  readonly className?: string;
}

/**
 * Makes attempts until one succeeds, or fails with an error that the platform
 * does not mark as `retryable`, or marks as `overloaded`. Throws a
 * `RangeError`, before the first one, for bounds that are none.
 */
export async function withRetries<T>(
  attempt: (isLast: boolean) => Promise<T>,
  options: RoutingRetryOptions | false | undefined,
  place: { readonly name: string; readonly className?: string },
): Promise<T> {
  if (options === false) return await attempt(true);
  const { maxAttempts = 3, baseDelayMs = 100, maxDelayMs = 800, onRetry } =
    options ?? {};
  assertBounds(maxAttempts, baseDelayMs, maxDelayMs);
  for (let number = 1;; number++) {
    const isLast = number === maxAttempts;
    try {
      return await attempt(isLast);
    } catch (error) {
      if (isLast || !isPassing(error)) throw error;
      const bound = Math.min(maxDelayMs, baseDelayMs * 2 ** (number - 1));
      const delayMs = Math.floor(Math.random() * bound);
      const event = { error, attempt: number, maxAttempts, delayMs, ...place };
      try {
        await onRetry?.(event);
      } catch (thrown) {
        console.error("onRetry threw:", thrown);
      }
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
  }
}

/** See https://developers.cloudflare.com/durable-objects/best-practices/error-handling/ */
function isPassing(error: unknown): boolean {
  const { retryable, overloaded } = Object(error);
  return retryable === true && overloaded !== true;
}

function assertBounds(attempts: number, base: number, max: number): void {
  const isRight = Number.isInteger(attempts) && attempts >= 1 && base > 0 &&
    Number.isFinite(max) && base <= max;
  if (isRight) return;
  throw new RangeError(
    `Cannot retry: maxAttempts must be 1 or more, and baseDelayMs more than 0 and at most maxDelayMs: received ${attempts}, ${base}, ${max}`,
  );
}
