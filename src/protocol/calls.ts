/** The frames that answer a call, with the keys that Cloudflare's SDK has, in this order (PROTOCOL.md). */

/** What kind of failure an error frame tells of. A thrown error may bring a code of its own. */
export const CallCode = {
  /** The agent has no such method. */
  NOT_FOUND: "NOT_FOUND",
  /** The agent has such a method, and clients may not call it. */
  NOT_CALLABLE: "NOT_CALLABLE",
  /** The arguments are not what the method takes; `issues` says why, if a schema refused them. */
  INVALID_ARGUMENT: "INVALID_ARGUMENT",
  /** As many calls of this connection run as may. */
  TOO_MANY_CALLS: "TOO_MANY_CALLS",
  /** Agents call each other in a circle. */
  TOO_DEEP: "TOO_DEEP",
  /** The client has cancelled the call. */
  CANCELLED: "CANCELLED",
  /** The method threw. */
  FAILED: "FAILED",
} as const;

/** One thing that is wrong with the arguments of a call, and where: the index of the argument comes first. */
export interface CallIssue {
  /** For people. */
  readonly message: string;
  /** The keys that lead to it. */
  readonly path: readonly (string | number)[];
}

/** The only answer to a call, or the last frame of a stream. Throws for a result that JSON has no words for. */
export function resultFrame(id: string, result: unknown): string {
  return JSON.stringify({
    done: true,
    id,
    result,
    success: true,
    type: "rpc",
  });
}

/** One piece of a streamed result. Throws as {@linkcode resultFrame} does. */
export function chunkFrame(id: string, chunk: unknown): string {
  return JSON.stringify({
    done: false,
    id,
    result: chunk,
    success: true,
    type: "rpc",
  });
}

/** The answer to a call that failed, and the last frame of a stream that did. */
export function callErrorFrame(
  id: string,
  error: string,
  code?: string,
  issues?: readonly CallIssue[],
): string {
  let frame = `{"error":${JSON.stringify(error)},"id":${
    JSON.stringify(id)
  },"success":false,"type":"rpc"`;
  if (code !== undefined) frame += `,"code":${JSON.stringify(code)}`;
  if (issues !== undefined) frame += `,"issues":${JSON.stringify(issues)}`;
  return `${frame}}`;
}
