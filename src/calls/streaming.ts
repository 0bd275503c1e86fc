import type { HostServices } from "../runtime/host_services.ts";
import type { Hook, Invoker } from "../runtime/invoker.ts";
import type { Scope } from "../runtime/scope.ts";
import { DrainWatcher, type WaitingStream } from "./drain_watcher.ts";

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

/** The call whose result is streamed. */
export interface StreamingCall extends Scope, WaitingStream {
  readonly owner: { readonly host: HostServices; readonly invoker: Invoker };
  /** Ends the source of the stream. */
  stop: (() => void) | undefined;
  /** Sends one piece. */
  chunk(value: unknown): void;
  /** Sends the last frame. */
  end(result: unknown): void;
  /** The source threw. */
  fail(thrown: unknown): void;
}

const drain = ({ timer }: HostServices) => new DrainWatcher(timer.clock);

/**
 * Sends what `source` yields, and what it returns as the result. It is asked
 * for the next piece when the last one is sent, and while the peer takes what
 * is sent; when the call is cancelled it is closed. Never rejects.
 */
export async function stream(
  call: StreamingCall,
  source: Stream,
): Promise<void> {
  const { invoker, host } = call.owner;
  const watcher = host.shared(drain);
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
      while (call.isBehind && !call.isOver) await watcher.wait(call);
      call.chunk(value);
      if (pieces % PIECES_PER_TURN === 0) await watcher.turn();
    }
  } catch (error) {
    reader.finished ||= reader.reading;
    call.fail(error);
  }
  await reader.close();
}

/** An iterator that is closed once, at the right time, whatever it throws. */
class Reader {
  /** The iterator has ended or thrown, so it needs no closing. */
  finished = false;
  /** The iterator is working on the next piece. */
  reading = false;
  readonly next: Hook;
  #call: StreamingCall;
  #iterator: AsyncIterator<unknown> | Iterator<unknown>;
  #isAsync: boolean;
  #closing: Promise<void> | undefined;

  constructor(call: StreamingCall, source: Stream) {
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
    const { invoker } = this.#call.owner;
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
