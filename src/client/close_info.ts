/** How a connection ended. */
export interface CloseInfo {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** What follows an end: another attempt, or none because the application, or the other side, wants none. */
export type AfterClose = "retry" | "closed" | "failed";

/** Which ends are final. */
export interface GiveUpOptions {
  /** How many retries in a row may fail before the client gives up. Default `Infinity`. */
  maxRetries?: number | undefined;
  /** Says by `false` that the client should give up after a close, besides those with 1008 and 4000 to 4999, of which 4401 is final the second time. */
  shouldReconnectOnClose?: ((event: CloseEvent) => boolean) | undefined;
}

/** RFC 6455: there was no close frame. */
export const ABNORMAL = 1006;

/** A message was larger than the other side takes. */
export const TOO_BIG = 1009;

/** What the client proved itself with is good no longer: it asks for another one. */
export const EXPIRED = 4401;

/** The end of a connection that nobody closed. */
export function abnormalClose(reason: string): CloseInfo {
  return { code: ABNORMAL, reason, wasClean: false };
}

/** Whether no attempt follows. `isRenewed`: the last one was made with what the client proves itself with asked for anew. */
export function isFinal(
  end: CloseInfo,
  retries: number,
  { maxRetries = Infinity, shouldReconnectOnClose }: GiveUpOptions,
  isRenewed: boolean,
): boolean {
  return end.code === 1008 ||
    (end.code >= 4000 && end.code < 5000 &&
      (isRenewed || end.code !== EXPIRED)) ||
    retries >= maxRetries ||
    shouldReconnectOnClose?.(end as CloseEvent) === false;
}
