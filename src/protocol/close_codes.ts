/**
 * The close codes the library itself sends (RFC 6455, section 7.4, and the
 * IANA registry for 1012 and 1013). A client of Cloudflare's SDK stops
 * reconnecting at 1008 and 4000 to 4999 only, so nothing that is worth a
 * retry uses those: after 4401 the client has to be let in anew.
 */
export const CloseCode = {
  NORMAL: 1000,
  GOING_AWAY: 1001,
  NO_STATUS: 1005,
  ABNORMAL: 1006,
  POLICY: 1008,
  TOO_BIG: 1009,
  INTERNAL: 1011,
  RESTART: 1012,
  OVERLOAD: 1013,
  EXPIRED: 4401,
} as const;

/** RFC 6455, 5.5: a control frame carries 125 bytes, two of them the code. */
const MAX_REASON_BYTES = 123;

/** Whether an endpoint may put `code` into a close frame. */
export function isSendableCloseCode(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && !(code >= 1004 && code <= 1006);
}

/** Throws a `RangeError` unless an endpoint may send `code`. */
export function assertSendableCloseCode(code: number): void {
  if (isSendableCloseCode(code)) return;
  throw new RangeError(
    `Cannot close a connection: code must be 1000 to 1003, 1007 to 1014 or 3000 to 4999: received ${code}`,
  );
}

/** `reason`, cut at a character boundary to what a close frame can carry. */
export function fitCloseReason(reason: string): string {
  if (reason.length * 3 <= MAX_REASON_BYTES) return reason;
  const room = new Uint8Array(MAX_REASON_BYTES);
  const { read } = new TextEncoder().encodeInto(reason, room);
  return reason.slice(0, read);
}

/**
 * The code a handler sees. Some runtimes report 0 where there was no close
 * frame, which RFC 6455 calls 1006.
 */
export function receivedCloseCode(code: number): number {
  return code === 0 ? CloseCode.ABNORMAL : code;
}
