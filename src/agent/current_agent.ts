import type { Connection } from "../connections/connection.ts";
import { currentScope } from "../runtime/scope.ts";
import type { Agent } from "./agent.ts";

/** What {@linkcode getCurrentAgent} returns. */
export interface CurrentAgent<T extends Agent = Agent> {
  /** The instance whose handler is running. */
  agent?: T;
  /** The connection the handler was called for. */
  connection?: Connection;
  /** The request: of `onRequest`, or the upgrade's during `onConnect`. */
  request?: Request;
  /** Aborted when the client cancels the call that the code works for, or leaves. `undefined` outside of calls. */
  readonly signal?: AbortSignal;
}

/**
 * The agent, the connection and the request that the running code works for:
 * in a handler, and in whatever it calls, up to its first `await`. With
 * `options.context` (an `AsyncLocalStorage`) also after it.
 *
 * Outside of a handler all three are `undefined`.
 *
 * @example
 * ```ts
 * import { getCurrentAgent } from "@roam/agents";
 *
 * function log(text: string) {
 *   const { agent, connection } = getCurrentAgent();
 *   console.log(agent?.name, connection?.id, text);
 * }
 * ```
 */
export function getCurrentAgent<T extends Agent = Agent>(): CurrentAgent<T> {
  const scope = currentScope();
  if (scope === undefined) return {};
  const { agent, connection, request } = scope;
  return {
    agent: agent as T,
    connection: connection as Connection | undefined,
    request,
    // A signal is made for those who look at it.
    get signal() {
      return scope.signal;
    },
  };
}
