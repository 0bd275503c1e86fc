import { callFrame, cancelFrame } from "../protocol/client_frames.ts";
import type { ServerFrame } from "../protocol/server_frames.ts";
import { MAX_DELAY } from "./environment.ts";
import { AgentClientError, type AgentErrorCode, lostError } from "./errors.ts";
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

interface Call {
  readonly stream: StreamOptions | undefined;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: AgentClientError) => void;
  /** Takes it out of the queue. */
  withdraw?: () => void;
  /** Forgets timer and signal. */
  readonly done: AbortController;
  isSent: boolean;
}

/** The calls of one client that have no answer yet. Each one settles. */
export class Calls {
  #wire: Wire;
  #calls = new Map<string, Call>();

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** Sends the call, now or when there is a connection. */
  call(
    method: string,
    args: readonly unknown[],
    { timeout = 0, stream, signal }: CallOptions,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = crypto.randomUUID();
      const done = new AbortController();
      const call: Call = { stream, resolve, reject, done, isSent: false };
      const giveUp = (code: AgentErrorCode, why: string) => {
        const { isOpen, isRoam } = this.#wire;
        if (call.isSent && isRoam && isOpen) this.#wire.write(cancelFrame(id));
        this.#fail(
          id,
          new AgentClientError(
            code,
            `RPC call to ${method} ${why}`,
            call.isSent,
            signal?.aborted ? { cause: signal.reason } : undefined,
          ),
        );
      };
      const abort = () => giveUp("ABORTED", "was aborted");
      this.#calls.set(id, call);
      if (signal?.aborted) return abort();
      signal?.addEventListener("abort", abort, { signal: done.signal });
      if (timeout > 0) {
        const timer = setTimeout(
          () => giveUp("TIMEOUT", `timed out after ${timeout}ms`),
          Math.min(timeout, MAX_DELAY),
        );
        done.signal.addEventListener("abort", () => clearTimeout(timer));
      }
      try {
        call.withdraw = this.#wire.post(callFrame(id, method, args), () => {
          call.isSent = true;
        });
      } catch (error) {
        // The queue is full, or an argument is no JSON.
        this.#fail(id, error as AgentClientError);
      }
    });
  }

  /** The server answers. */
  answer(frame: ServerFrame): void {
    const { id, success, done, result, error, code = "FAILED" } = frame;
    const call = this.#calls.get(id as string);
    if (success && done === false) call?.stream?.onChunk?.(result);
    else if (success) {
      this.#take(id)?.resolve(result);
      call?.stream?.onDone?.(result);
    } else {
      this.#fail(
        id,
        new AgentClientError(code as string, error as string, true, frame),
      );
    }
  }

  /** The connection is gone, and with it the answers to what was sent; where it was the last one, to everything. */
  lost(isFinal: boolean): void {
    for (const [id, { isSent }] of [...this.#calls]) {
      if (isSent || isFinal) this.#fail(id, lostError(isSent));
    }
  }

  #fail(id: unknown, error: AgentClientError): void {
    const call = this.#take(id);
    call?.reject(error);
    call?.stream?.onError?.(error.message);
  }

  #take(id: unknown): Call | undefined {
    const call = this.#calls.get(id as string);
    this.#calls.delete(id as string);
    call?.done.abort();
    call?.withdraw?.();
    return call;
  }
}
