import type { AgentMember } from "../protocol/types.ts";

/** Any method. */
// deno-lint-ignore no-explicit-any -- any function
export type AnyMethod = (...args: any[]) => any;

/** What tells an agent from a state in `AgentClient<…>`. */
export type AnyAgent = { onConnect: AnyMethod; onMessage: AnyMethod };

/** The state of an agent class's instances, or `A` itself where that is no agent. */
export type StateOf<A> = A extends AnyAgent
  ? A extends { state: infer State } ? Exclude<State, undefined> : unknown
  : A;

/** The methods of `A` that can be called, as they are declared. */
export type MethodsOf<A> = A extends AnyAgent ? {
    [
      K in Exclude<keyof A, AgentMember> as A[K] extends AnyMethod ? K
        : never
    ]: A[K] extends AnyMethod ? A[K] : never;
  }
  // deno-lint-ignore no-explicit-any -- nothing is known about the methods
  : Record<string, (...args: any[]) => any>;

/** The first parameter of a method that streams by it. */
export type StreamParameter = { send: AnyMethod; end: AnyMethod };

/** What a caller passes to `M`. */
export type ArgsOf<M extends AnyMethod> = Parameters<M> extends
  [infer First, ...infer Rest]
  ? First extends StreamParameter ? Rest : Parameters<M>
  : Parameters<M>;

/** What a call of `M` resolves with. */
export type ResultOf<M extends AnyMethod> = Awaited<ReturnType<M>> extends
  AsyncIterable<unknown> ? unknown : Awaited<ReturnType<M>>;

/** What a streamed call of `M` brings, piece by piece. */
export type ChunkOf<M extends AnyMethod> = Awaited<ReturnType<M>> extends
  AsyncIterable<infer Chunk> ? Chunk : unknown;

/** The arguments of `call`: the list may be left out when nothing has to be in it. */
export type CallRest<M extends AnyMethod, Options> = [] extends ArgsOf<M>
  ? [args?: ArgsOf<M>, options?: Options]
  : [args: ArgsOf<M>, options?: Options];

/** Calls the methods of an agent. */
export type AgentStub<A> = {
  [K in keyof MethodsOf<A>]: (
    ...args: ArgsOf<MethodsOf<A>[K]>
  ) => Promise<ResultOf<MethodsOf<A>[K]>>;
};
