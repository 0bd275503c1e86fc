/** How a connection ended. */
export interface End {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** What follows an end: another attempt, or none because the application, or the other side, wants none. */
export type Next = "retry" | "closed" | "failed";

/** Which ends are final. */
export interface EndOptions {
  /** How many retries in a row may fail before the client gives up. Default `Infinity`. */
  maxRetries?: number;
  /** Says by `false` that the client should give up after a close, besides those with 1008 and 4000 to 4999. */
  shouldReconnectOnClose?: (event: CloseEvent) => boolean;
}

/** RFC 6455: there was no close frame. */
export const ABNORMAL = 1006;

/** The end of a connection that nobody closed. */
export function broken(reason: string): End {
  return { code: ABNORMAL, reason, wasClean: false };
}

/** Whether no attempt follows. */
export function isFinal(
  end: End,
  retries: number,
  { maxRetries = Infinity, shouldReconnectOnClose }: EndOptions,
): boolean {
  return end.code === 1008 || (end.code >= 4000 && end.code < 5000) ||
    retries >= maxRetries ||
    shouldReconnectOnClose?.(end as CloseEvent) === false;
}
