import type {
  AnyMethod,
  ArgsOf,
  CallableMethods,
  ResultOf,
} from "../protocol/types.ts";

/** What tells an agent from a state in `AgentClient<…>`. */
export type AnyAgent = { onConnect: AnyMethod; onMessage: AnyMethod };

/** The state of an agent class's instances, or `A` itself where that is no agent. */
export type StateOf<A> = A extends AnyAgent
  ? A extends { state: infer State } ? Exclude<State, undefined> : unknown
  : A;

/** The methods of `A` that can be called, as they are declared; where `A` is no agent, any. */
export type MethodsOf<A> = A extends AnyAgent ? CallableMethods<A>
  : Record<string, (...args: unknown[]) => unknown>;

/** The arguments of `call`: the list may be left out when nothing has to be in it. */
export type CallRest<Method, Options> = [] extends ArgsOf<Method>
  ? [args?: ArgsOf<Method>, options?: Options]
  : [args: ArgsOf<Method>, options?: Options];

/** Calls the methods of an agent: each takes the same arguments, and returns a promise. */
export type AgentStub<A> = A extends AnyAgent ? {
    readonly [K in keyof CallableMethods<A>]: (
      ...args: ArgsOf<A[K]>
    ) => Promise<ResultOf<A[K]>>;
  }
  // deno-lint-ignore no-explicit-any -- who gives no class says what comes back, as with Cloudflare's client
  : Record<string, (...args: any[]) => Promise<any>>;
