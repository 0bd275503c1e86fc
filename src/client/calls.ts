import { callFrame, cancelFrame } from "../protocol/client_frames.ts";
import type { ServerFrame } from "../protocol/server_frames.ts";
import { after } from "./environment.ts";
import { AgentClientError, type AgentErrorCode, lostError } from "./errors.ts";
import type { Letter } from "./letter.ts";
import type { Ready } from "./ready.ts";
import type { Wire } from "./wire.ts";

/** What a streamed call brings, piece by piece. */
export interface StreamOptions<Chunk = unknown> {
  /** Called with each piece. */
  onChunk?: (chunk: Chunk) => void;
  /** Called with what the method ended with, if anything. */
  onDone?: (final: unknown) => void;
  /** Called with the message of what went wrong. */
  onError?: (message: string) => void;
}

/** How a method is called. */
export interface CallOptions<Chunk = unknown> {
  /** Milliseconds until the call fails with `TIMEOUT`; 0 for never. Default `defaultCallTimeout`, and 0 for streams. */
  timeout?: number;
  /** Takes a streamed result. */
  stream?: StreamOptions<Chunk>;
  /** Cancels the call: it fails with `ABORTED`, and a server that knows the extensions is told. */
  signal?: AbortSignal;
}

/** The timeout of calls that do not say another one, in milliseconds. */
export const DEFAULT_CALL_TIMEOUT_MS = 30_000;

/** In the older spelling the stream's options are the call's. */
interface AnyOptions extends CallOptions, StreamOptions {}

interface Call extends Letter {
  readonly stream: StreamOptions | undefined;
  isSent: boolean;
  /** Ends the waiting: with a result, or with an error. */
  settle(error: AgentClientError | undefined, result?: unknown): void;
}

/** The calls of one client that have no answer yet. Each one settles. */
export class Calls {
  #wire: Wire;
  #ready: Ready;
  #options: { defaultCallTimeout?: number };
  #calls = new Map<unknown, Call>();
  #count = 0;

  constructor(
    wire: Wire,
    ready: Ready,
    options: { defaultCallTimeout?: number },
  ) {
    this.#wire = wire;
    this.#ready = ready;
    this.#options = options;
  }

  /** Sends the call, now or when there is a connection. */
  call(
    method: string,
    args: readonly unknown[],
    options: AnyOptions = {},
  ): Promise<unknown> {
    const { onChunk, onDone, onError, signal } = options;
    const stream = onChunk || onDone || onError ? options : options.stream;
    const {
      timeout = stream
        ? 0
        : this.#options.defaultCallTimeout ?? DEFAULT_CALL_TIMEOUT_MS,
    } = options;
    const done = new Promise((resolve, reject) => {
      const id = `${++this.#count}`;
      let cancelTimer: (() => void) | undefined;
      const call: Call = {
        data: callFrame(id, method, args),
        stream,
        isSent: false,
        settle: (error, result) => {
          this.#calls.delete(id);
          this.#wire.queue.delete(call);
          cancelTimer?.();
          signal?.removeEventListener("abort", abort);
          if (error) reject(error);
          else resolve(result);
        },
      };
      const giveUp = (code: AgentErrorCode, why: string, cause?: object) => {
        const { isSent } = call;
        // Not before the server has said what it knows: to others the frame would be a message.
        const tell = () => {
          if (this.#wire.isRoam) this.#wire.write(cancelFrame(id));
        };
        if (isSent) this.#ready.promise.then(tell, () => {});
        const message = `RPC call to ${method} ${why}`;
        call.settle(new AgentClientError(code, message, isSent, cause));
      };
      const abort = () =>
        giveUp("ABORTED", "was aborted", { cause: signal!.reason });
      if (this.#wire.phase === "closed") throw lostError(false);
      if (signal?.aborted) return abort();
      this.#wire.post(call);
      this.#calls.set(id, call);
      signal?.addEventListener("abort", abort);
      if (timeout > 0) {
        const late = () => giveUp("TIMEOUT", `timed out after ${timeout}ms`);
        cancelTimer = after(timeout, late);
      }
    });
    if (stream) {
      done.then(
        (result) => stream.onDone?.(result),
        ({ message }) => stream.onError?.(message),
      );
    }
    return done;
  }

  /** The server answers. */
  received(frame: ServerFrame): void {
    const { id, success, done, result, error, code = "FAILED" } = frame;
    const call = this.#calls.get(id);
    if (!success) {
      call?.settle(
        new AgentClientError(code as string, error as string, true, frame),
      );
    } else if (done === false) call?.stream?.onChunk?.(result);
    else call?.settle(undefined, result);
  }

  /** The connection is gone, and with it the answers to what was sent; where it was the last one, to everything. */
  lost(isFinal: boolean): void {
    for (const { isSent, settle } of this.#calls.values()) {
      if (isSent || isFinal) settle(lostError(isSent));
    }
  }
}
