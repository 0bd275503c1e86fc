import type { AsyncContext } from "../ports/async_context.ts";
import type { Agent } from "./agent.ts";
import type { Connection } from "./connection.ts";

/** On whose behalf code runs. */
export interface Scope {
  readonly agent: Agent;
  readonly connection?: Connection;
  readonly request?: Request;
  /** Of a client's call. */
  readonly signal?: AbortSignal;
  /** How many agents have called one another until here. */
  readonly depth?: number;
}

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

let current: Scope | undefined;
let contexts: Set<AsyncContext> | undefined;

/** Makes `scope` current and returns what was. The caller MUST `leave` with that. */
export function enter(scope: Scope): Scope | undefined {
  const previous = current;
  current = scope;
  return previous;
}

/** Ends what `enter` began. */
export function leave(previous: Scope | undefined): void {
  current = previous;
}

/** Has {@linkcode getCurrentAgent} look into `context` too. */
export function useContext(context: AsyncContext): void {
  (contexts ??= new Set()).add(context);
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
    connection,
    request,
    // A signal is made for those who look at it.
    get signal() {
      return scope.signal;
    },
  };
}

/** How many agents have called one another until here. */
export function currentDepth(): number {
  return (current ?? stored())?.depth ?? 0;
}

/** On whose behalf the running code runs. */
export function currentScope(): Scope | undefined {
  return current ?? stored();
}

function stored(): Scope | undefined {
  if (contexts === undefined) return undefined;
  for (const context of contexts) {
    const store = context.getStore();
    if (store !== undefined) return store as Scope;
  }
  return undefined;
}
