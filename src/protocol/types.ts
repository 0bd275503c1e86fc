/**
 * What the methods of an agent's class are to a client that imports the class
 * as a type. Names in `static callable` are invisible to the type of an
 * instance, so these offer every public method below `Agent`; the server has
 * the last word.
 */

import type { AnyMethod, AsArgument, Jsonified } from "./json_types.ts";

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

/** The names that every agent has, which are no methods to call. */
export type AgentMember =
  | "broadcast"
  | "cancelSchedule"
  | "ctx"
  | "dequeue"
  | "dequeueAll"
  | "dequeueAllByCallback"
  | "destroy"
  | "emit"
  | "env"
  | "getCallableMethods"
  | "getConnection"
  | "getConnectionTags"
  | "getConnections"
  | "getQueue"
  | "getQueues"
  | "getSchedule"
  | "getScheduleById"
  | "getSchedules"
  | "history"
  | "initialState"
  | "isConnectionProtocolEnabled"
  | "isConnectionReadonly"
  | "keepAlive"
  | "keepAliveWhile"
  | "listFailedSchedules"
  | "listSchedules"
  | "name"
  | "onAlarm"
  | "onClose"
  | "onConnect"
  | "onResume"
  | "onError"
  | "onMessage"
  | "onRequest"
  | "onStart"
  | "onStateChanged"
  | "onStateUpdate"
  | "onPresence"
  | "queue"
  | "retry"
  | "retrySchedule"
  | "schedule"
  | "scheduleEvery"
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

/** The arguments that a client gives to `Method`: those behind its stream, if it takes one, as they have to be to arrive. */
export type ArgsOf<Method> = Method extends (...args: infer All) => unknown
  ? [StreamOf<Method>] extends [never] ? AsArguments<All>
  : All extends [unknown, ...infer Rest] ? AsArguments<Rest>
  : never
  : never;

/** Each of `Args` as a client has to give it. */
export type AsArguments<Args extends unknown[]> = {
  [K in keyof Args]: AsArgument<Args[K]>;
};

/** What a client's promise for a call of `Method` resolves with; of a stream its last frame. */
export type ResultOf<Method> = Jsonified<FinalOf<Method>>;

/** What `Method` ends with, on the server. */
export type FinalOf<Method> = Method extends (...args: never[]) => infer Result
  ? [StreamOf<Method>] extends [never]
    ? Awaited<Result> extends
      AsyncGenerator<unknown, infer Value> | Generator<unknown, infer Value>
      ? Value
    : Awaited<Result> extends AsyncIterable<unknown> ? undefined
    : Awaited<Result>
  : StreamOf<Method> extends StreamParameter<infer _, infer Final>
    // Of a stream that does not say it, what the method says.
    ? unknown extends Final ? Awaited<Result> : Final | undefined
  : never
  : never;

/** What `Method` streams: what it sends, or yields. */
export type ChunkOf<Method> = Jsonified<PieceOf<Method>>;

/** What `Method` streams, on the server. */
export type PieceOf<Method> = [StreamOf<Method>] extends [never]
  ? Method extends (...args: never[]) => infer Result
    ? unknown extends Awaited<Result> ? unknown
    : Awaited<Result> extends
      AsyncIterable<infer Piece> | Generator<infer Piece> ? Piece
    : never
  : never
  : StreamOf<Method> extends StreamParameter<infer Chunk, infer _> ? Chunk
  : never;
