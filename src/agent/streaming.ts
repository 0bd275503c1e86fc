import type { Call } from "./call.ts";
import type { Hook } from "./invoker.ts";

/** So many pieces in a row, and others get a turn of the event loop. */
const PIECES_PER_TURN = 64;

/** What a method may return for its pieces to be sent one by one. */
export type Stream = AsyncIterable<unknown> | Iterator<unknown>;

/** Whether a result is sent piece by piece: an async iterable, such as an async generator or a `ReadableStream`, or a generator. */
export function isStream(value: unknown): value is Stream {
  if (typeof value !== "object" || value === null) return false;
  if (Symbol.asyncIterator in value) return true;
  return Symbol.iterator in value &&
    typeof (value as { next?: unknown }).next === "function";
}

/**
 * Sends what `source` yields, and what it returns as the result. It is asked
 * for the next piece when the last one is sent, and while the peer takes what
 * is sent; when the call is cancelled it is closed. Never rejects.
 */
export async function stream(call: Call, source: Stream): Promise<void> {
  const { invoker, home } = call.link.instance;
  const reader = new Reader(call, source);
  try {
    call.stop = () => reader.interrupt();
    for (let pieces = 1; !call.isOver; pieces++) {
      // Each step is the user's code, and has its scope.
      const { done, value } = await (invoker.enter(
        call,
        reader.next,
        [],
      ) as Promise<IteratorResult<unknown>>);
      if (done === true) {
        reader.finished = true;
        call.end(value);
        break;
      }
      while (call.link.isBehind && !call.isOver) await home.drain.wait(call);
      call.chunk(value);
      if (pieces % PIECES_PER_TURN === 0) await home.drain.turn();
    }
  } catch (error) {
    reader.finished ||= reader.reading;
    call.fail(error);
  }
  await reader.close();
}

/** An iterator that is closed once, at the right time, whatever it throws. */
class Reader {
  /** It has ended or thrown, so it needs no closing. */
  finished = false;
  /** It is working on the next piece. */
  reading = false;
  readonly next: Hook;
  #call: Call;
  #iterator: AsyncIterator<unknown> | Iterator<unknown>;
  #isAsync: boolean;
  #closing: Promise<void> | undefined;

  constructor(call: Call, source: Stream) {
    this.#call = call;
    this.#isAsync = Symbol.asyncIterator in source;
    this.#iterator = Symbol.asyncIterator in source
      ? source[Symbol.asyncIterator]()
      : source;
    this.next = () => this.#next();
  }

  /** Tells an async iterator at once, which may be waiting for something. */
  interrupt(): void {
    if (this.#isAsync && this.reading) this.close();
  }

  close(): Promise<void> {
    if (this.finished) return Promise.resolve();
    return this.#closing ??= this.#close();
  }

  async #next(): Promise<IteratorResult<unknown>> {
    this.reading = true;
    const result = await this.#iterator.next();
    this.reading = false;
    return result;
  }

  async #close(): Promise<void> {
    const { invoker } = this.#call.link.instance;
    try {
      await invoker.enter(
        this.#call,
        () => this.#iterator.return?.(),
        [],
      );
    } catch (error) {
      this.#call.fail(error);
    }
  }
}
