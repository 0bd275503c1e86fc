import { CallError } from "../runtime/call_error.ts";
import { isSystemError } from "../runtime/system_error.ts";
import { CallCode, callErrorFrame, type CallIssue } from "../protocol/calls.ts";
import type { Caller } from "./caller.ts";

/** What an error frame says. */
export interface CallFailure {
  readonly message: string;
  readonly code: string;
  readonly issues?: readonly CallIssue[];
}

/** Answers a call that failed. Its kind is told to clients that announced the extensions. */
export function sendFailure(
  caller: Caller,
  id: string,
  { message, code, issues }: CallFailure,
): void {
  const frame = caller.extended
    ? callErrorFrame(id, message, code, issues)
    : callErrorFrame(id, message);
  caller.send(frame);
}

/**
 * What a client is told when a method threw `thrown`: never a stack, and only
 * a general text unless messages are `exposed`, or when it comes from the
 * system.
 */
export function callFailure(
  thrown: unknown,
  exposed: boolean,
  streaming: boolean,
): CallFailure {
  if (thrown instanceof CallError) return thrown;
  let code: string = CallCode.FAILED;
  let message = "Unknown error occurred";
  try {
    if (thrown instanceof Error) {
      if (isSystemError(thrown)) return INTERNAL;
      message = String(thrown.message);
      const own = (thrown as { code?: unknown }).code;
      if (typeof own === "string") code = own;
    } else if (streaming) message = String(thrown);
  } catch {
    // A getter or a toString that throws itself.
  }
  return exposed ? { code, message } : { ...INTERNAL, code };
}

const INTERNAL: CallFailure = {
  code: CallCode.FAILED,
  message: "Internal error",
};
