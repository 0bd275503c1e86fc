import { callFrame, cancelFrame } from "../protocol/client_frames.ts";
import { copyJson } from "../protocol/json.ts";
import type { ServerFrame } from "../protocol/server_frames.ts";
import type { AfterClose } from "./close_info.ts";
import { after } from "./environment.ts";
import { AgentClientError, type AgentErrorCode, lostError } from "./errors.ts";
import type { OutgoingMessage } from "./outgoing_message.ts";
import type { Ready } from "./ready.ts";
import type { ReconnectingSocket } from "./reconnecting_socket.ts";

/** What a streamed call brings, piece by piece. */
export interface StreamOptions<Chunk = unknown> {
  /** Called with each piece. */
  onChunk?: ((chunk: Chunk) => void) | undefined;
  /** Called with what the method ended with, if anything. */
  onDone?: ((final: unknown) => void) | undefined;
  /** Called with the message of what went wrong. */
  onError?: ((message: string) => void) | undefined;
}

/** How a method is called. */
export interface CallOptions<Chunk = unknown> {
  /** Milliseconds until the call fails with `TIMEOUT`; 0 for never. Default `defaultCallTimeout`, and 0 for streams. */
  timeout?: number | undefined;
  /** Takes a streamed result. */
  stream?: StreamOptions<Chunk> | undefined;
  /** Cancels the call: it fails with `ABORTED`, and a server that knows the extensions is told. */
  signal?: AbortSignal | undefined;
}

/** The timeout of calls that do not say another one, in milliseconds. */
export const DEFAULT_CALL_TIMEOUT_MS = 30_000;

/** In the older spelling the stream's options are the call's. */
interface AnyOptions extends CallOptions, StreamOptions {}

interface Call extends OutgoingMessage {
  readonly stream: StreamOptions | undefined;
  isSent: boolean;
  /** Nobody is asked to handle its failure. */
  release(): void;
  /** Ends the waiting: with a result, or with an error. */
  settle(error: AgentClientError | undefined, result?: unknown): void;
}

/** The calls of one client that have no answer yet. Each one settles. */
export class Calls {
  #connection: ReconnectingSocket;
  #ready: Ready;
  #options: { defaultCallTimeout?: number };
  #calls = new Map<unknown, Call>();
  #count = 0;

  constructor(
    connection: ReconnectingSocket,
    ready: Ready,
    options: { defaultCallTimeout?: number },
  ) {
    this.#connection = connection;
    this.#ready = ready;
    this.#options = options;
  }

  /** Sends the call, now or when there is a connection. */
  call(
    method: string,
    args: readonly unknown[] = [],
    options: AnyOptions = {},
  ): Promise<unknown> {
    const { onChunk, onDone, onError, signal } = options;
    const stream = onChunk || onDone || onError ? options : options.stream;
    const {
      timeout = stream
        ? 0
        : this.#options.defaultCallTimeout ?? DEFAULT_CALL_TIMEOUT_MS,
    } = options;
    const done: Promise<unknown> = new Promise((resolve, reject) => {
      const id = `${++this.#count}`;
      let cancelTimer: (() => void) | undefined;
      const call: Call = {
        data: callFrame(id, method, jsonList(method, args)),
        stream,
        isSent: false,
        release: () => void done.catch(() => {}),
        settle: (error, result) => {
          this.#calls.delete(id);
          this.#connection.queue.delete(call);
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
          if (this.#connection.isRoam) this.#connection.write(cancelFrame(id));
        };
        if (isSent) this.#ready.promise.then(tell, () => {});
        const message = `RPC call to ${method} ${why}`;
        call.settle(new AgentClientError(code, message, isSent, cause));
      };
      const abort = () =>
        giveUp("ABORTED", "was aborted", { cause: signal!.reason });
      if (this.#connection.phase === "closed") throw lostError(false);
      if (signal?.aborted) return abort();
      this.#connection.post(call);
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

  /** The connection is gone, and with it the answers to what was sent; where it was the last one, to everything. Who has closed it knows. */
  lost(next: AfterClose): void {
    for (const { isSent, settle, release } of this.#calls.values()) {
      if (next === "closed") release();
      if (isSent || next !== "retry") settle(lostError(isSent));
    }
  }
}

/** `args` as they arrive. Throws for what JSON can't carry, or would turn into something else. */
function jsonList(method: string, args: readonly unknown[]): unknown[] {
  const wrong = (problem: string) =>
    new TypeError(
      `Cannot call ${method}: its arguments must be JSON: ${problem}`,
    );
  if (!Array.isArray(args)) throw wrong("it must be an array");
  return copyJson(args, undefined, wrong) as unknown[];
}
