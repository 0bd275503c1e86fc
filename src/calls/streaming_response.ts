import type { ResponseStream } from "../protocol/types.ts";

/** What a {@linkcode StreamingResponse} writes to. */
export interface StreamTarget {
  /** Whether nothing more is sent. */
  readonly isOver: boolean;
  /** Aborted when the caller cancels the call or leaves. */
  readonly signal: AbortSignal;
  /** Sends one piece; `false` when the stream is over. */
  chunk(value: unknown): boolean;
  /** Sends the last frame; `false` when the stream is over. */
  end(result: unknown): boolean;
  /** Sends an error, last; `false` when the stream is over. */
  refuse(message: string): boolean;
}

/**
 * The first argument of a callable method that is declared `streaming`: what
 * it sends reaches the caller piece by piece, in order. When the method is
 * done, or its promise, the stream ends, unless it has ended itself; when it
 * throws, the caller gets the error.
 *
 * A method that can wait between the pieces is better off as an async
 * generator, which is not asked for more than the caller takes.
 *
 * @example
 * ```ts
 * import { Agent, type StreamingResponse } from "@roam/agents";
 *
 * class Counter extends Agent {
 *   static callable = { count: { streaming: true } };
 *
 *   async count(stream: StreamingResponse<number, string>, to: number) {
 *     for (let at = 1; at <= to; at++) {
 *       if (!stream.send(at)) return; // The caller has left.
 *       await new Promise((resolve) => setTimeout(resolve, 100));
 *     }
 *     stream.end("done");
 *   }
 * }
 * ```
 */
export class StreamingResponse<Chunk = unknown, Final = unknown>
  implements ResponseStream<Chunk, Final> {
  #target: StreamTarget;

  /** Streams are made by the library. */
  constructor(target: StreamTarget) {
    this.#target = target;
  }

  /** Whether the stream has ended, failed, or lost its caller. */
  get isClosed(): boolean {
    return this.#target.isOver;
  }

  /** Aborted when the caller cancels the call or leaves. */
  get signal(): AbortSignal {
    return this.#target.signal;
  }

  /** Sends one piece; `false`, and nothing sent, when the stream is closed. Throws a `TypeError` for what JSON can't say. */
  send(chunk: Chunk): boolean {
    return this.#target.chunk(chunk);
  }

  /** Ends the stream, with a result if there is one; `false` when it is closed already. Throws as `send` does. */
  end(final?: Final): boolean {
    return this.#target.end(final);
  }

  /** Ends the stream with an error for the caller; `false` when it is closed already. */
  error(message: string): boolean {
    return this.#target.refuse(message);
  }
}
