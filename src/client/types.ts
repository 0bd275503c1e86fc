/**
 * What every agent has, and what is therefore no method to call. A list, not
 * the class: the client knows no server.
 */
type AgentMember =
  | "broadcast"
  | "constructor"
  | "destroy"
  | "getConnection"
  | "getConnectionTags"
  | "getConnections"
  | "isConnectionProtocolEnabled"
  | "isConnectionReadonly"
  | "onClose"
  | "onConnect"
  | "onError"
  | "onMessage"
  | "onRequest"
  | "onStart"
  | "onStateChanged"
  | "onStateUpdate"
  | "setConnectionReadonly"
  | "setState"
  | "shouldConnectionBeReadonly"
  | "shouldSendProtocolMessages"
  | "validateStateChange";

// deno-lint-ignore no-explicit-any -- any function
type Method = (...args: any[]) => any;

/** What tells an agent from a state in `AgentClient<…>`. */
type AnyAgent = { onConnect: Method; onMessage: Method };

/** The state of an agent class's instances, or `A` itself where that is no agent. */
export type StateOf<A> = A extends AnyAgent
  ? A extends { state: infer State } ? Exclude<State, undefined> : unknown
  : A;

/** The methods of `A` that can be called, as they are declared. */
export type MethodsOf<A> = A extends AnyAgent ? {
    [
      K in Exclude<keyof A, AgentMember> as A[K] extends Method ? K
        : never
    ]: A[K] extends Method ? A[K] : never;
  }
  // deno-lint-ignore no-explicit-any -- nothing is known about the methods
  : Record<string, (...args: any[]) => any>;

/** The first parameter of a method that streams by it. */
type Stream = { send: Method; end: Method };

/** What a caller passes to `M`. */
export type ArgsOf<M extends Method> = Parameters<M> extends
  [infer First, ...infer Rest] ? First extends Stream ? Rest : Parameters<M>
  : Parameters<M>;

/** What a call of `M` resolves with. */
export type ResultOf<M extends Method> = Awaited<ReturnType<M>> extends
  AsyncIterable<unknown> ? unknown : Awaited<ReturnType<M>>;

/** What a streamed call of `M` brings, piece by piece. */
export type ChunkOf<M extends Method> = Awaited<ReturnType<M>> extends
  AsyncIterable<infer Chunk> ? Chunk : unknown;

/** The arguments of `call`: the list may be left out when nothing has to be in it. */
export type CallRest<M extends Method, Options> = [] extends ArgsOf<M>
  ? [args?: ArgsOf<M>, options?: Options]
  : [args: ArgsOf<M>, options?: Options];

/** Calls the methods of an agent. */
export type AgentStub<A> = {
  [K in keyof MethodsOf<A>]: (
    ...args: ArgsOf<MethodsOf<A>[K]>
  ) => Promise<ResultOf<MethodsOf<A>[K]>>;
};
