import type { AsyncContext } from "../ports/async_context.ts";

/** On whose behalf code runs. What an agent and a connection are is no matter here. */
export interface Scope {
  readonly agent: object;
  readonly connection?: object;
  readonly request?: Request;
  /** Aborts when the call of a client, or the job, that runs is cancelled. */
  readonly signal?: AbortSignal;
  /** How many agents have called one another until here. */
  readonly depth?: number;
}

/** The scope of what runs for one connection. */
export interface ConnectionScope extends Scope {
  /** The connection's. */
  readonly id: string;
  readonly connection: object;
  /** An `onMessage` for so many bytes was called and is not done. */
  began(bytes: number): void;
  /** An `onMessage` for so many bytes is done. */
  finished(bytes: number): void;
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

/** Has {@linkcode currentScope} look into `context` too. */
export function useContext(context: AsyncContext): void {
  (contexts ??= new Set()).add(context);
}

/** How many agents have called one another until here. */
export function currentDepth(): number {
  return currentScope()?.depth ?? 0;
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
