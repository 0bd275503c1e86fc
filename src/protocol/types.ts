/**
 * What the methods of an agent's class are to a client that imports the class
 * as a type. Names in `static callable` are invisible to the type of an
 * instance, so these offer every public method below `Agent`; the server has
 * the last word.
 */

/** The first parameter of a method that streams by it, as far as it tells what is streamed. */
export interface StreamParameter<Chunk = unknown, Final = unknown> {
  /** Sends one piece. */
  send(chunk: Chunk): unknown;
  /** Ends the stream, with a result if there is one. */
  end(final?: Final): unknown;
}

/** What a method that is declared `streaming` takes as its first argument, for a client that does not know the class of it. */
export interface ResponseStream<Chunk = unknown, Final = unknown>
  extends StreamParameter<Chunk, Final> {
  /** Whether the stream has ended, failed, or lost its caller. */
  readonly isClosed: boolean;
  /** Aborted when the caller cancels the call or leaves. */
  readonly signal: AbortSignal;
  /** Sends one piece; `false` when the stream is closed. */
  send(chunk: Chunk): boolean;
  /** Ends the stream, with a result if there is one; `false` when it is closed already. */
  end(final?: Final): boolean;
  /** Ends the stream with an error for the caller; `false` when it is closed already. */
  error(message: string): boolean;
}

/** Any method. */
// deno-lint-ignore no-explicit-any -- no other parameters match those of every method
export type AnyMethod = (...args: any[]) => unknown;

/** The names that every agent has, which are no methods to call. */
export type AgentMember =
  | "broadcast"
  | "ctx"
  | "destroy"
  | "env"
  | "getCallableMethods"
  | "getConnection"
  | "getConnectionTags"
  | "getConnections"
  | "initialState"
  | "isConnectionProtocolEnabled"
  | "isConnectionReadonly"
  | "name"
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
  | "sql"
  | "state"
  | "validateStateChange";

/** The names of the methods of `T` that a client may try to call. */
export type CallableNames<T> = {
  [K in Exclude<keyof T, AgentMember>]: T[K] extends AnyMethod ? K & string
    : never;
}[Exclude<keyof T, AgentMember>];

/** The methods of `T` by name, as the server has them. */
export type CallableMethods<T> = Pick<T, CallableNames<T> & keyof T>;

/** The stream that `Method` takes as its first argument; `never` when it takes none. */
export type StreamOf<Method> = Method extends
  (first: infer First, ...args: never[]) => unknown
  ? [First] extends [StreamParameter<never, never>]
    ? 0 extends 1 & First ? never : First
  : never
  : never;

/** The arguments that a client gives to `Method`: those behind its stream, if it takes one. */
export type ArgsOf<Method> = Method extends (...args: infer All) => unknown
  ? [StreamOf<Method>] extends [never] ? All
  : All extends [unknown, ...infer Rest] ? Rest
  : never
  : never;

/** What a client's promise for a call of `Method` resolves with; of a stream its last frame. */
export type ResultOf<Method> = [StreamOf<Method>] extends [never]
  ? Method extends (...args: never[]) => infer Result
    ? Awaited<Result> extends
      AsyncGenerator<unknown, infer Value> | Generator<unknown, infer Value>
      ? Value
    : Awaited<Result> extends AsyncIterable<unknown> ? undefined
    : Awaited<Result>
  : never
  : StreamOf<Method> extends StreamParameter<infer _, infer Final>
    ? Final | undefined
  : never;

/** What `Method` streams: what it sends, or yields. */
export type ChunkOf<Method> = [StreamOf<Method>] extends [never]
  ? Method extends (...args: never[]) => infer Result
    ? unknown extends Awaited<Result> ? unknown
    : Awaited<Result> extends
      AsyncIterable<infer Piece> | Generator<infer Piece> ? Piece
    : never
  : never
  : StreamOf<Method> extends StreamParameter<infer Chunk, infer _> ? Chunk
  : never;
