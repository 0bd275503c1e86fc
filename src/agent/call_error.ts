import { CallCode, callErrorFrame, type CallIssue } from "../protocol/calls.ts";
import type { Link } from "./link.ts";

/**
 * An answer to a call, meant for the client: it gets the message and the code
 * also where `options.exposeErrors` is `false`, and `onError` is not called.
 *
 * @example
 * ```ts
 * import { Agent, CallError } from "@roam/agents";
 *
 * class Shop extends Agent {
 *   static callable = ["buy"];
 *
 *   buy(item: string): string {
 *     throw new CallError("SOLD_OUT", `There is no ${item} left`);
 *   }
 * }
 * ```
 */
export class CallError extends Error {
  /** `"CallError"`. */
  override readonly name = "CallError";
  /** What kind of failure it is, for programs. */
  readonly code: string;
  /** What a schema found wrong with the arguments. */
  readonly issues?: readonly CallIssue[];

  /** An error with this code, whose message is for people. */
  constructor(code: string, message: string, issues?: readonly CallIssue[]) {
    super(message);
    this.code = code;
    if (issues !== undefined) this.issues = issues;
  }
}

/** What an error frame says. */
export interface CallFailure {
  readonly message: string;
  readonly code: string;
  readonly issues?: readonly CallIssue[];
}

/** Answers a call that failed. Its kind is told to clients that announced the extensions. */
export function sendFailure(
  link: Link,
  id: string,
  { message, code, issues }: CallFailure,
): void {
  const frame = link.extended
    ? callErrorFrame(id, message, code, issues)
    : callErrorFrame(id, message);
  link.send(frame);
}

/**
 * What a client is told when a method threw `thrown`: never a stack, and only
 * a general text unless messages are `exposed`.
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
      message = String(thrown.message);
      const own = (thrown as { code?: unknown }).code;
      if (typeof own === "string") code = own;
    } else if (streaming) message = String(thrown);
  } catch {
    // A getter or a toString that throws itself.
  }
  return { code, message: exposed ? message : "Internal error" };
}
