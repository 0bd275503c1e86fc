/**
 * What went wrong, for code to react to. Of the client's own: `NOT_SENT`,
 * `CONNECTION_LOST`, `TIMEOUT`, `ABORTED`, `QUEUE_FULL`. Of the server, for
 * state: `REJECTED`, `READONLY`, `CONFLICT`, `TOO_LARGE`, `INVALID`; for
 * calls: what it says, or `FAILED`.
 */
export type AgentErrorCode =
  | "NOT_SENT"
  | "CONNECTION_LOST"
  | "TIMEOUT"
  | "ABORTED"
  | "QUEUE_FULL"
  | "REJECTED"
  | "READONLY"
  | "CONFLICT"
  | "TOO_LARGE"
  | "INVALID"
  | "FAILED"
  | (string & Record<never, never>);

/** Why a call or a write of state failed. */
export class AgentClientError extends Error {
  /** Stable, unlike the message. */
  declare readonly code: AgentErrorCode;
  /** Whether the server may have done it all the same: `false` when it never left, or was refused. */
  declare readonly mayHaveRun: boolean;
  /** What a validation found wrong, when the server says so. */
  declare readonly issues?: readonly unknown[];

  /** Errors are made by the client. */
  constructor(
    code: AgentErrorCode,
    message: string,
    mayHaveRun: boolean = false,
    options?: { issues?: unknown; cause?: unknown; type?: unknown },
  ) {
    super(message, options);
    const name = code === "ABORTED" ? "AbortError" : "AgentClientError";
    Object.assign(this, { name, code, mayHaveRun, issues: options?.issues });
  }
}

/** Why a client does not reconnect any more. */
export class AgentConnectionError extends Error {
  /** The close code: 1008, 4000 to 4999, or another one that was made final. */
  declare readonly code: number;
  /** What the server said with it. */
  declare readonly reason: string;
  /** Whether there was a closing handshake. */
  declare readonly wasClean: boolean;
  /** The HTTP status that refused the connection, when that was the reason. */
  declare readonly status?: number;

  /** Errors are made by the client. */
  constructor(
    end: { code: number; reason: string; wasClean: boolean },
    status?: number,
  ) {
    super(`Connection closed: ${end.code} ${end.reason}`);
    Object.assign(this, { name: "AgentConnectionError", ...end, status });
  }
}

/** What becomes of calls and writes when the connection is gone. */
export function lostError(isSent: boolean): AgentClientError {
  const code = isSent ? "CONNECTION_LOST" : "NOT_SENT";
  return new AgentClientError(code, "Connection closed", isSent);
}
