import { callFrame, cancelFrame } from "../protocol/client_frames.ts";
import type { ServerFrame } from "../protocol/server_frames.ts";
import { after } from "./environment.ts";
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
  isSent: boolean;
  /** Ends the waiting: with a result, or with an error. */
  settle(error: AgentClientError | undefined, result?: unknown): void;
}

/** The calls of one client that have no answer yet. Each one settles. */
export class Calls {
  #wire: Wire;
  #calls = new Map<unknown, Call>();
  /** Given up before it was known whether the server can be told. */
  #untold: string[] = [];

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
      let withdraw: (() => void) | undefined;
      let cancelTimer: (() => void) | undefined;
      const call: Call = {
        stream,
        isSent: false,
        settle: (error, result) => {
          this.#calls.delete(id);
          withdraw?.();
          cancelTimer?.();
          signal?.removeEventListener("abort", abort);
          if (error) {
            reject(error);
            stream?.onError?.(error.message);
          } else {
            resolve(result);
            stream?.onDone?.(result);
          }
        },
      };
      const giveUp = (code: AgentErrorCode, why: string) => {
        const { isSent } = call;
        if (isSent) this.#cancel(id);
        call.settle(
          new AgentClientError(
            code,
            `RPC call to ${method} ${why}`,
            isSent,
            signal?.aborted ? { cause: signal.reason } : undefined,
          ),
        );
      };
      const abort = () => giveUp("ABORTED", "was aborted");
      this.#calls.set(id, call);
      if (signal?.aborted) return abort();
      signal?.addEventListener("abort", abort);
      if (timeout > 0) {
        const late = () => giveUp("TIMEOUT", `timed out after ${timeout}ms`);
        cancelTimer = after(timeout, late);
      }
      try {
        withdraw = this.#wire.post(callFrame(id, method, args), () => {
          call.isSent = true;
        });
      } catch (error) {
        // The queue is full, or an argument is no JSON.
        call.settle(error as AgentClientError);
      }
    });
  }

  /** The server answers. */
  answer(frame: ServerFrame): void {
    const { id, success, done, result, error, code = "FAILED" } = frame;
    const call = this.#calls.get(id);
    if (!success) {
      call?.settle(
        new AgentClientError(code as string, error as string, true, frame),
      );
    } else if (done === false) call?.stream?.onChunk?.(result);
    else call?.settle(undefined, result);
  }

  /** The server knows the extensions. */
  greeted(): void {
    this.#untold.splice(0).forEach((id) => this.#cancel(id));
  }

  /** The connection is gone, and with it the answers to what was sent; where it was the last one, to everything. */
  lost(isFinal: boolean): void {
    this.#untold = [];
    for (const { isSent, settle } of [...this.#calls.values()]) {
      if (isSent || isFinal) settle(lostError(isSent));
    }
  }

  #cancel(id: string): void {
    const { isRoam } = this.#wire;
    if (isRoam) this.#wire.write(cancelFrame(id));
    // A frame that the other side does not know would be a message to it.
    else if (isRoam === undefined) this.#untold.push(id);
  }
}
