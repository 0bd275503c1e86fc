import type { CallIssue } from "../protocol/calls.ts";

/**
 * An answer meant for the client, to a call or, thrown by
 * `validateStateChange`, to a write of the state: it gets the message and the
 * code also where `options.exposeErrors` is `false`, and `onError` is not
 * called. Clients of Cloudflare's SDK get the message for calls only.
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
